"""Whom the mesh lets in: planned callers, and none of the strangers."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks import shown
from trueline.codec import http, metrics
from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, unknown
from trueline.model.mesh import Workload
from trueline.model.places import hosts
from trueline.model.probe import Answers, Reply
from trueline.model.source import Source
from trueline.model.topology import Cluster, Topology
from trueline.questions import mesh
from trueline.requirements.mtls import MTLS_005, MTLS_006, MTLS_007, MTLS_008, MTLS_010

# What Envoy says when a connection to the upstream that had been made was ended (its response flag
# UC): https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage
_KEPT = "reset reason: connection termination"
_CLOSED = ("reset", "silent", "tls failed", "refused")


@check(MTLS_005, remedy="Apply a PeerAuthentication with mode STRICT, and inject the sidecar.")
def strict_workload_refuses_plaintext(
    workload: Workload, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """A pod without a mesh identity gets no answer in plaintext, from a port that speaks TLS."""
    if not workload.strict:
        yield not_applicable(workload, why="the plan allows plaintext", at=workload.at)
        return
    vantage = mesh.beside(topology, workload)
    reply = answers.of(vantage, mesh.plaintext(workload)).last
    twin = answers.of(vantage, mesh.at_pod(workload)).last
    doubt = None
    if reply.outcome != "answered" and twin.tls is None:
        doubt = f"it speaks no TLS either ({shown.broken(twin)}), so nothing was refused"
    name = mesh.plaintext(workload)
    yield _refused(f"{name} from {vantage}", reply, doubt, workload.at, answers.origin(vantage))


@check(MTLS_006, remedy="Look for a DestinationRule or EnvoyFilter that turns verification off.")
def strict_workload_refuses_strangers(
    workload: Workload, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """No certificate, one of another root and an expired one are each refused."""
    if not workload.strict:
        yield not_applicable(workload, why="the plan allows plaintext", at=workload.at)
        return
    vantage = mesh.beside(topology, workload)
    twin = answers.of(vantage, mesh.at_pod(workload)).last
    for kind in mesh.KINDS:
        name = mesh.refused(workload, kind)
        reply = answers.of(vantage, name).last
        doubt = None
        if reply.outcome != "answered" and twin.tls is None:
            doubt = f"no handshake at all: {shown.broken(twin)}"
        yield _refused(f"{name} from {vantage}", reply, doubt, workload.at, answers.origin(vantage))


@check(MTLS_007, remedy="Let the gateway's only server be AUTO_PASSTHROUGH for names of the mesh.")
def gateway_passes_on_known_names_only(
    cluster: Cluster, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The east-west gateway answers neither plaintext nor TLS for a service nobody has."""
    members = topology.mesh.members if topology.mesh else ()
    member = next((item for item in members if item.cluster == cluster.name), None)
    if member is None or mesh.gateway(topology, cluster.name) is None:
        yield not_applicable(cluster, why="it has no east-west gateway", at=cluster.at)
        return
    for vantage in hosts(topology):
        for what in ("plaintext", "an unknown name"):
            name = mesh.stranger_at(member, what)
            reply = answers.of(vantage, name).last
            doubt = None
            if reply.reached not in ("tcp", "tls", "answer"):
                doubt = f"the gateway is not reached: {shown.broken(reply)}"
            yield _refused(
                f"{name} from {vantage}", reply, doubt, member.at, answers.origin(vantage)
            )


def _refused(subject: str, reply: Reply, doubt: str | None, at: Source, origin: str) -> Claim:
    """The claim that a stranger was refused; with a `doubt`, that it cannot be told."""
    if doubt is not None:
        return unknown(subject, expected="refused", why=doubt, at=at)
    return holds(
        subject,
        reply.outcome in _CLOSED,
        expected="refused",
        observed=_plainly(reply),
        at=at,
        evidence=(origin,),
    )


@check(MTLS_008, remedy="Walk the call: remote Secret, network labels, east-west gateway, roots.")
def planned_callers_reach_the_workload(workload: Workload, answers: Answers) -> Iterator[Claim]:
    """Every planned caller gets the workload's own answer, to each of two calls.

    The first may tell of the end of a connection that the caller's proxy kept from before, say
    because the address has moved meanwhile; then the second is about the way as it is.
    """
    wanted = f"HTTP 200 with {workload.answers!r}" if workload.answers else "HTTP 200"
    if not workload.callers:
        yield not_applicable(workload, why="the plan names no caller", at=workload.at)
    for caller in workload.callers:
        first, *rest = answers.of(caller, mesh.called(workload)).replies
        good, observed = _answered(first, workload.answers)
        if rest and (good or _KEPT in observed):
            good, again = _answered(rest[-1], workload.answers)
            observed = again if observed == again else f"{observed}; then {again}"
        yield holds(
            f"{caller} to {workload}",
            good,
            expected=wanted,
            observed=observed,
            at=workload.at,
            evidence=(answers.origin(caller),),
        )


def _answered(reply: Reply, text: str | None) -> tuple[bool, str]:
    if reply.outcome != "answered":
        return False, shown.broken(reply)
    try:
        answer = http.answer(reply)
    except http.NotHttp as error:
        return False, str(error)
    if answer.status != 200:
        return False, f"HTTP {answer.status}: {answer.text[: shown.ENVOY_SHOWN].strip()}"
    if text is not None and text not in answer.text:
        return False, "HTTP 200 of another application"
    return True, f"HTTP 200 with {text!r}" if text else "HTTP 200"


@check(MTLS_010, remedy="Create the remote Secret, and let istiod reach the other API server.")
def control_planes_watch_each_other(
    cluster: Cluster, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Istiod counts every other member among the clusters that it manages, and has read each."""
    members = topology.mesh.members if topology.mesh else ()
    member = next((item for item in members if item.cluster == cluster.name), None)
    if member is None:
        yield not_applicable(cluster, why="it is no member of a mesh", at=cluster.at)
        return
    vantage = mesh.in_pods_of(topology, cluster.name)
    reply = answers.of(vantage, mesh.watching(cluster.name)).last
    subject = f"istiod of {cluster}"
    expected = f"{len(members) - 1} remote"
    if reply.outcome != "answered":
        yield unknown(subject, expected=expected, why=shown.broken(reply), at=member.at)
        return
    text = http.answer(reply).text
    counted = metrics.values(text, "istiod_managed_clusters")
    remote = sum(value for labels, value in counted if labels.get("cluster_type") == "remote")
    yield equal(
        subject,
        expected=expected,
        observed=", ".join([f"{remote:.0f} remote", *_unread(text)]),
        at=member.at,
        evidence=(answers.origin(vantage),),
    )


def _unread(text: str) -> Iterator[str]:
    """The clusters that istiod counts and has not read; older versions do not tell."""
    for labels, value in metrics.values(text, "istiod_remote_cluster_sync_status"):
        if value == 1 and labels.get("status") != "synced":
            yield f"{labels.get('cluster')} is {labels.get('status')}"


def _plainly(reply: Reply) -> str:
    if reply.outcome == "answered":
        try:
            return f"answered with HTTP {http.answer(reply).status}"
        except http.NotHttp:
            return "answered"
    return shown.broken(reply)
