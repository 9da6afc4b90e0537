"""The same facts with something else in them: what recordings are made with."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus

from tests.live import changed
from trueline.compare.facts import Facts
from trueline.model.frame import NeighbourReply
from trueline.model.observation import ClusterFacts, Observation, SegmentFacts, Unobserved
from trueline.model.probe import Answer, Answers, Reply
from trueline.model.topology import Reservation
from trueline.observe import store
from trueline.questions import neighbours

SEGMENT = "lan"

Retold = Callable[[str, str, Answer], Answer]  # vantage point, name of the question, answer


# --- clusters -------------------------------------------------------------------------------------


def with_cluster(
    facts: Facts, name: str, *changes: Callable[[ClusterFacts], ClusterFacts]
) -> Facts:
    """The same facts with one cluster changed."""
    cluster = facts.clusters[name]
    for change in changes:
        cluster = change(cluster)
    return replace(facts, clusters={**facts.clusters, name: cluster})


def with_facet(facts: Facts, name: str, facet: str, value: object) -> Facts:
    """The same facts with another value of one facet of one cluster."""
    return with_cluster(facts, name, lambda cluster: changed(cluster, facet, value))


def rewritten(facts: Facts, name: str, pattern: str, to: Callable[[str], str]) -> Facts:
    """The same facts with every address of one cluster that fits the pattern put otherwise."""
    text = store.CLUSTERS.dump({name: facts.clusters[name]})
    (cluster,) = store.CLUSTERS.parse(_put(text, pattern, to)).values()
    return replace(facts, clusters={**facts.clusters, name: cluster})


def retold(facts: Facts, pattern: str, to: Callable[[str], str]) -> Facts:
    """The same answers with every address that fits the pattern put otherwise, in names as well.

    What was received stays as it was.
    """
    text = store.ANSWERS.dump(answers(facts))
    return replace(facts, answers=store.ANSWERS.parse(_put(text, pattern, to)))


def _put(text: str, pattern: str, to: Callable[[str], str]) -> str:
    whole = rf"(?<![\d.])(?:{pattern})(?![\d.])"
    return re.sub(whole, lambda found: to(found[0]), text)


# --- the wire -------------------------------------------------------------------------------------


def macs(facts: Facts, address: object) -> tuple[str, ...]:
    """Who answers for an address."""
    return tuple(reply.mac for reply in _heard(facts).replies[str(address)])


def silent(facts: Facts, addresses: Iterable[object]) -> Facts:
    """The same wire, and nobody answers for the addresses."""
    for address in addresses:
        facts = heard(facts, address)
    return facts


def heard(facts: Facts, address: object, *by: str) -> Facts:
    """The same wire, and these MACs answer for the address, a tenth of a second apart."""
    replies = tuple(NeighbourReply(mac=mac, after=0.001 + 0.1 * n) for n, mac in enumerate(by))
    wire = _heard(facts)
    told = replace(wire, replies={**wire.replies, str(address): replies})
    seen = facts.wire[SEGMENT]
    assert isinstance(seen, Observation)
    return replace(facts, wire={**facts.wire, SEGMENT: replace(seen, value=told)})


def _heard(facts: Facts) -> SegmentFacts:
    seen = facts.wire[SEGMENT]
    return seen.value


# --- answers --------------------------------------------------------------------------------------


def answers(facts: Facts) -> Answers:
    """What the vantage points were told."""
    assert facts.answers is not None
    return facts.answers


def told(facts: Facts, change: Retold) -> Facts:
    """The same facts with every answer changed."""
    given = answers(facts)
    views = {
        vantage: replace(
            view,
            value={name: change(vantage, name, answer) for name, answer in view.value.items()},
        )
        if isinstance(view, Observation)
        else view
        for vantage, view in given.views.items()
    }
    return replace(facts, answers=replace(given, views=views))


def also_asked(facts: Facts, vantage: str, like: str, name: str, *, of: str | None = None) -> Facts:
    """The same answers; one vantage point was asked one thing more, and answered as another.

    The other answer is its own, or that of the vantage point `of`.
    """
    given = answers(facts)
    view, other = given.views[vantage], given.views[of or vantage]
    assert isinstance(view, Observation)
    assert isinstance(other, Observation)
    more = replace(view, value={**view.value, name: other.value[like]})
    return replace(facts, answers=replace(given, views={**given.views, vantage: more}))


def remembering(facts: Facts, vantage: str, item: Reservation, mac: str) -> Facts:
    """The same answers; one host sends what is for a reserved address to this MAC."""
    given = answers(facts)
    view = given.views[vantage]
    assert isinstance(view, Observation)
    reply = Reply(
        outcome="answered",
        reached="answer",
        received=base64.b64encode(mac.encode()).decode(),
        seconds={"resolve": 0.0, "answer": 0.001},
    )
    told_so = {neighbours.name(item): Answer(replies=(reply,), at=view.at)}
    view = replace(view, value={**view.value, **told_so})
    return replace(facts, answers=replace(given, views={**given.views, vantage: view}))


def unusable(facts: Facts, vantages: Iterable[str], why: str) -> Facts:
    """The same answers, but for vantage points that cannot be used."""
    given = answers(facts)
    gaps = {
        name: Unobserved(
            reason=why,
            at=given.views[name].at,
            source=given.views[name].source,
            vantage=given.views[name].vantage,
        )
        for name in vantages
    }
    return replace(facts, answers=replace(given, views={**given.views, **gaps}))


def cut(facts: Facts, is_lost: Callable[[str, Reply], bool]) -> Facts:
    """The same answers; a conversation ends where `is_lost` (vantage point, reply) says so."""

    def change(vantage: str, name: str, answer: Answer) -> Answer:
        for number, reply in enumerate(answer.replies):
            if reply.peer is not None and is_lost(vantage, reply):
                lost = _silent() if name.endswith("by udp") else nobody()
                kept = (*answer.replies[:number], lost)
                return replace(answer, replies=kept, settled=None)
        return answer

    return told(facts, change)


def stranded(facts: Facts, cluster: str, addresses: Iterable[object]) -> Facts:
    """The same network, and nobody announces the addresses, which are all of a cluster.

    Inside the cluster, kube-proxy leads to their Services all the same. Callers of the other
    clusters of the mesh are told by their own sidecar that it found nobody.
    """
    texts = {str(address) for address in addresses}
    facts = silent(facts, texts)
    facts = cut(
        facts, lambda vantage, reply: reply.peer in texts and not in_cluster(vantage, cluster)
    )
    return unanswered(facts, cluster)


def unanswered(facts: Facts, cluster: str, *callers: str) -> Facts:
    """The same answers; calls to workloads of a cluster end at the sidecar of those who call.

    By default, of all who call from elsewhere.
    """

    def change(vantage: str, name: str, answer: Answer) -> Answer:
        afar = vantage in callers if callers else not in_cluster(vantage, cluster)
        if not afar or not name.startswith(f"call {cluster}/"):
            return answer
        return received(answer, 503, "upstream connect error: connection timeout", "text/plain")

    return told(facts, change)


def received(answer: Answer, status: int, body: str, kind: str = "application/json") -> Answer:
    """The same conversation, and another HTTP answer at its end."""
    lines = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body.encode())}",
    )
    data = "\r\n".join((*lines, "", body)).encode()
    last = replace(answer.last, received=base64.b64encode(data).decode())
    return replace(answer, replies=(*answer.replies[:-1], last))


def nobody() -> Reply:
    """A connection that nobody answered."""
    return Reply(
        outcome="timed out", reached="route", broke="tcp", seconds={"resolve": 0.0, "tcp": 3.0}
    )


def _silent() -> Reply:
    """A datagram that nobody answered."""
    return Reply(
        outcome="silent", reached="route", broke="answer", seconds={"resolve": 0.0, "answer": 3.0}
    )


def in_cluster(vantage: str, cluster: str) -> bool:
    """Whether a vantage point is in a cluster, as the plan of the healthy run names them."""
    return vantage.endswith(f"-{cluster}") or f":{cluster}/" in vantage
