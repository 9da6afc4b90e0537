"""Metrics from end to end: what senders deliver by themselves, and a sample of the run's own."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.clocks_offset import SECOND
from trueline.checks.reach_writes import Round, promised, settled, taken
from trueline.codec import http, remote_write
from trueline.model.check import check
from trueline.model.claim import Claim, holds, shown
from trueline.model.probe import Answers
from trueline.model.subject import Delivery
from trueline.model.topology import Topology
from trueline.questions import delivery as names
from trueline.questions import metrics
from trueline.requirements.reach import REACH_010, REACH_011


@check(
    REACH_010,
    remedy="Look at the sender's log and its external labels, then at the way to the receiver.",
)
def metrics_arrive_with_the_senders_labels(
    delivery: Delivery, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The series `up` of a sender is there with its labels, and is fresh."""
    product, sender = delivery.product, delivery.sender
    spared = promised(delivery, unlabelled="the plan gives its samples no label")
    if spared is not None:
        yield spared
        return
    turn = Round(delivery, topology, answers)
    answer = answers.of(turn.reader, names.arriving(product, sender))
    found = metrics.age(answer)
    if found is None:
        fresh, observed = False, turn.unread(answer) or f"no such series; {_seen(turn)}"
    else:
        fresh, observed = _fresh(*found, topology.budgets.clock_skew)
    yield holds(
        delivery,
        fresh,
        expected=f"fresh samples of up with {shown(dict(sender.labels))}",
        observed=observed,
        at=sender.at,
        evidence=(answers.origin(turn.reader),),
    )


def _fresh(age: float, most: float, skew: float) -> tuple[bool, str]:
    """Whether a sample of that age is fresh, and what of it is told.

    The clocks of the sender and the server may differ by `skew`, and an HTTP date is up to a second
    behind; a sample further ahead was dated by a clock that is wrong, and of what age it is nobody
    knows.
    """
    if age < -(skew + SECOND):
        return False, f"the newest sample lies {-age:.0f} s in the future: a clock is wrong"
    return age <= most, f"the newest sample is {max(0.0, age):.0f} s old, where {most:.0f} s may be"


def _seen(turn: Round) -> str:
    """Which values the sender's labels have instead."""
    told = []
    for label in turn.delivery.sender.labels:
        question = metrics.known_values(turn.delivery.product, label)
        reply = turn.answers.of(turn.reader, question).last
        try:
            said = http.answer(reply).json
        except http.NotHttp:
            said = None
        values = said.get("data") if isinstance(said, dict) else None
        told.append(f"{label} is {shown(frozenset(map(str, values or ())))}")
    return ", ".join(told)


@check(
    REACH_011,
    remedy="Start Prometheus with --web.enable-remote-write-receiver, and look at its log for what "
    "it dropped.",
)
def written_sample_is_read_back(
    delivery: Delivery, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """A sample that is remote-written from where a sender stands is read with its labels."""
    spared = promised(delivery)
    if spared is not None:
        yield spared
        return
    turn = Round(delivery, topology, answers)
    product, sender = delivery.product, delivery.sender
    reply = answers.of(turn.writer, names.written(product, sender)).last
    claim = taken(turn, f"{delivery} write", reply, frozenset({200, 204}), _refusal)
    yield claim
    if settled(claim):
        answer = answers.of(turn.reader, names.read_back(product, sender))
        wanted = names.labels(sender, answers.nonce)
        there = any(
            wanted.items() <= dict(metric).items()
            for one in names.results(answer)
            if isinstance(metric := one.get("metric"), dict)
        )
        yield turn.found(f"{delivery} read", answer, there)


def _refusal(answer: http.HttpAnswer) -> str | None:
    if answer.status == 404 and remote_write.RECEIVER_FLAG in answer.text:
        return f"HTTP 404: the receiver is off (--{remote_write.RECEIVER_FLAG})"
    if answer.status == 400:
        return f"HTTP 400, which senders drop for good: {' '.join(answer.text.split())}"
    return None
