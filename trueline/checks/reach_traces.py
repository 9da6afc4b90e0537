"""Spans from end to end: taken over every planned protocol, and found by their trace id."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.reach_words import not_grpc
from trueline.checks.reach_writes import Round, promised, settled
from trueline.checks.shown import broken, described
from trueline.codec import grpc, http
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.probe import Answers, Reply
from trueline.model.subject import Delivery
from trueline.model.targets import Target, web
from trueline.model.topology import Topology
from trueline.questions import traces
from trueline.requirements.reach import REACH_015


@check(
    REACH_015,
    remedy="Let the receivers listen on every interface, compare their ports with the plan, and "
    "look at what the distributor dropped.",
)
def sent_span_is_found(delivery: Delivery, topology: Topology, answers: Answers) -> Iterator[Claim]:
    """A span sent from where a sender stands is found by its trace id, over gRPC and over HTTP."""
    spared = promised(delivery)
    if spared is not None:
        yield spared
        return
    turn = Round(delivery, topology, answers)
    product, sender = delivery.product, delivery.sender
    receivers = traces.receivers(topology, product)
    for protocol, target in receivers:
        reply = answers.of(turn.writer, traces.sent(product, sender, protocol)).last
        true, observed = _taken(protocol, reply)
        if not true:
            observed += _elsewhere(turn, target, protocol, reply)
        claim = holds(
            f"{delivery} by {protocol}: sent",
            true,
            expected="taken",
            observed=observed,
            at=sender.at,
            evidence=(answers.origin(turn.writer),),
        )
        yield claim
        if settled(claim):
            answer = answers.of(turn.reader, traces.looked_for(product, sender, protocol))
            there = traces.holds(answer, traces.span(answers.nonce, sender, protocol))
            yield turn.found(f"{delivery} by {protocol}: found", answer, there)
    if not receivers:
        yield not_applicable(delivery, why="the plan has no port for OTLP", at=sender.at)


def _taken(protocol: str, reply: Reply) -> tuple[bool, str]:
    if reply.outcome != "answered":
        return False, broken(reply)
    return _by_grpc(reply) if protocol == traces.GRPC else _by_http(reply)


def _by_grpc(reply: Reply) -> tuple[bool, str]:
    try:
        answer = grpc.answer(reply)
    except grpc.NotHttp2:
        return False, f"{not_grpc(reply)} (swapped ports?)"
    if answer.status is None:
        return False, answer.message or "HTTP/2, and no status of gRPC"
    return answer.status == 0, f"gRPC status {answer.status}: {answer.message}".rstrip(": ")


def _by_http(reply: Reply) -> tuple[bool, str]:
    try:
        answer = http.answer(reply)
    except http.NotHttp as error:
        swapped = "HTTP/2 of a gRPC server (swapped ports?)"
        return False, swapped if grpc.speaks(reply) else str(error)
    said = answer.json if isinstance(answer.json, dict) else {}
    lost = (said.get("partialSuccess") or {}).get("rejectedSpans")
    if answer.status == 200 and lost:
        return False, f"HTTP 200, and {lost} spans rejected"
    return answer.status == 200, "HTTP 200" if answer.status == 200 else described(answer)


def _elsewhere(turn: Round, target: Target, protocol: str, reply: Reply) -> str:
    """That the product is well and only this port of it is not, where it can be told."""
    query = web(turn.topology, turn.delivery.product)
    question = traces.looked_for(turn.delivery.product, turn.delivery.sender, protocol)
    answer = turn.answers.of(turn.reader, question)
    if query is None or reply.outcome != "refused" or answer.last.outcome != "answered":
        return ""
    return (
        f", though port {query.port} answers: the receiver of port {target.port} may listen to its "
        "own host alone"
    )
