"""The planned flows, each from where it comes: those that must work, and those that must not."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.reach_rungs import Facts, ladder
from trueline.checks.shown import broken
from trueline.codec import http
from trueline.model.address import in_url
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.observation import NotObserved, Snapshot, Wire
from trueline.model.places import standing
from trueline.model.probe import Answers, Reply
from trueline.model.targets import of_flow
from trueline.model.topology import Flow, Topology
from trueline.questions import reach
from trueline.requirements.reach import REACH_001, REACH_002


@check(
    REACH_001,
    remedy="Look at the first rung that broke: the wire and the announcement, the route, the "
    "Service and its endpoints, the certificate, and last the application.",
)
def planned_flow_works(
    flow: Flow, topology: Topology, wire: Wire, snapshot: Snapshot, answers: Answers
) -> Iterator[Claim]:
    """A flow works from its vantage point, rung by rung, up to the planned application."""
    if flow.target.startswith("vm:"):
        why = "what comes to the ports of a VM is judged as VM-001"
        yield not_applicable(flow, why=why, at=flow.at)
        return
    vantage = standing(topology, flow.source)
    if vantage is None:
        yield unknown(
            flow, expected="it works", why=f"nobody can stand at {flow.source}", at=flow.at
        )
        return
    if reach.is_observed(flow):
        yield from _each(flow, vantage, topology, snapshot, answers)
        return
    target = of_flow(topology, flow)
    if target is None or reach.step(topology, target) is None:
        why = f"nothing can be tried at {flow.target}"
        why = why if flow.port is None else f"{why} port {flow.port}"
        yield unknown(flow, expected="it works", why=why, at=flow.at)
        return
    facts = Facts(topology=topology, wire=wire, snapshot=snapshot, answers=answers)
    yield from ladder(str(flow), vantage, target, flow.at, facts)


@check(REACH_002, remedy="Remove the route, the peering or the policy that lets it through.")
def flow_planned_to_fail_fails(
    flow: Flow, topology: Topology, snapshot: Snapshot, answers: Answers
) -> Iterator[Claim]:
    """A flow that is planned to fail is refused, unreachable, or answered by nobody."""
    vantage = standing(topology, flow.source)
    if flow.target.startswith("pool:"):
        why = "that nobody answers for the free addresses of a pool is L2-006"
        yield not_applicable(flow, why=why, at=flow.at)
        return
    if vantage is None:
        yield unknown(
            flow, expected="it fails", why=f"nobody can stand at {flow.source}", at=flow.at
        )
        return
    if reach.is_observed(flow):
        yield from _each(flow, vantage, topology, snapshot, answers)
        return
    target = of_flow(topology, flow)
    if target is None or reach.step(topology, target) is None:
        why = f"nothing can be tried at {flow.target}"
        yield unknown(flow, expected="it fails", why=why, at=flow.at)
        return
    reply = answers.of(vantage, reach.name(target)).last
    yield _judged(flow, str(flow), reply, target.speaks, (answers.origin(vantage),))


def _each(
    flow: Flow, vantage: str, topology: Topology, snapshot: Snapshot, answers: Answers
) -> Iterator[Claim]:
    """A claim for each address that is really there."""
    cluster = flow.target.partition(":")[2].partition("/")[0]
    if cluster not in snapshot.clusters:
        raise NotObserved(f"nobody looked at cluster {cluster}")
    tried = [
        (address, port)
        for address, port in reach.seen(topology, flow, snapshot.clusters[cluster])
        if not reach.elsewhere(topology, vantage, flow, address)
    ]
    for address, port in tried:
        reply = answers.of(vantage, reach.attempt(flow, address, port)).last
        subject = f"{flow}: {vantage} to {in_url(address)} port {port}"
        spoken = flow.port.application if flow.port is not None else None
        yield _judged(flow, subject, reply, spoken, (answers.origin(vantage),))
    if not tried:
        where = f"{flow.target} port {flow.port}" if flow.port is not None else flow.target
        yield unknown(
            flow,
            expected="it works" if flow.expected else "it fails",
            why=f"there is nothing to try at {where}",
            at=flow.at,
        )


def _judged(
    flow: Flow, subject: str, reply: Reply, spoken: str | None, evidence: tuple[str, ...]
) -> Claim:
    through, observed = _outcome(reply, http_wanted=spoken in ("http", "https"))
    wanted = "an answer" if spoken else "a connection"
    return holds(
        subject,
        through == flow.expected,
        expected=wanted if flow.expected else f"no {wanted.partition(' ')[2]}",
        observed=observed,
        at=flow.at,
        evidence=evidence,
    )


def _outcome(reply: Reply, *, http_wanted: bool) -> tuple[bool, str]:
    """Whether a flow got through, and how it ended. Who is told to go away did not."""
    if reply.outcome not in ("connected", "answered"):
        return False, broken(reply)
    if not http_wanted:
        return True, reply.outcome
    try:
        status = http.answer(reply).status
    except http.NotHttp as error:
        return False, str(error)
    refused = status in (401, 403)
    return not refused, f"refused with HTTP {status}" if refused else f"HTTP {status}"
