"""The API servers of a cluster, and the endpoint that leads to them."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.shown import broken
from trueline.codec import http
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers, Reply
from trueline.model.topology import Cluster, Topology, Vantage
from trueline.questions import clocks as questions
from trueline.questions.clocks import Door
from trueline.requirements.clusters import CLU_007

_EXPECTED = "it answers while an API server does"


@check(
    CLU_007,
    remedy="Let the endpoint lead to every API server, and leave out those that do not answer.",
)
def endpoint_answers_while_a_server_does(
    cluster: Cluster, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The planned endpoint of an API answers as long as one of its API servers does."""
    doors, hosts = questions.api_doors(cluster), questions.hosts(topology)
    if questions.endpoint(cluster) is None or len(doors) < 2 or not hosts:
        why = "the plan has no host that asks it"
        if hosts:
            why = "the plan names no API server beside its endpoint"
        yield not_applicable(cluster, why=why, at=cluster.at)
        return
    for vantage in hosts:
        subject = f"{doors[0].shown} from {vantage}"
        try:
            yield _claim(cluster, subject, vantage, doors, answers)
        except NotObserved as gap:
            yield unknown(subject, expected=_EXPECTED, why=str(gap), at=cluster.at)


def _claim(
    cluster: Cluster, subject: str, vantage: Vantage, doors: tuple[Door, ...], answers: Answers
) -> Claim:
    """What one host was told at the endpoint. Raises NotObserved."""
    endpoint, *servers = (
        (door, answers.of(vantage.name, questions.read(door)).last) for door in doors
    )
    silence = _silence(endpoint[1])
    well = [_named(cluster, door) for door, reply in servers if _silence(reply) is None]
    if silence is not None and not well:
        why = f"{silence}, and none of its API servers answers either, see CLU-001"
        return not_applicable(subject, why=why, at=cluster.at)
    observed = "it answers"
    if silence is not None:
        alone = any(endpoint[0].host in map(str, node.addresses) for node in cluster.control_planes)
        itself = "one API server of several, " if alone else ""
        observed = f"{itself}{silence}; others answer: {', '.join(well)}"
    return holds(
        subject,
        silence is None,
        expected=_EXPECTED,
        observed=observed,
        at=cluster.at,
        evidence=(answers.origin(vantage.name),),
    )


def _silence(reply: Reply) -> str | None:
    """Why nothing that serves the API was heard; None where it was, if only to refuse."""
    if reply.outcome != "answered":
        return broken(reply)
    try:
        status = http.answer(reply).status
    except http.NotHttp as error:
        return str(error)
    return f"HTTP {status}" if status >= 500 else None


def _named(cluster: Cluster, door: Door) -> str:
    """The node of an API server, with its address."""
    node = next(item for item in cluster.control_planes if door.host in map(str, item.addresses))
    return f"{node.name} ({door.host})"
