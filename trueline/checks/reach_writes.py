"""What the round trips have in common: who writes, who reads, and how a write was taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trueline.checks.shown import STAND_IN, broken, described
from trueline.codec import http
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.observation import NotObserved
from trueline.model.places import standing
from trueline.model.probe import Answer, Answers, Reply
from trueline.model.subject import Delivery
from trueline.model.targets import reader, web
from trueline.model.topology import Topology
from trueline.model.verdict import Verdict
from trueline.questions.delivery import source


@dataclass(frozen=True, slots=True)
class Round:
    """One delivery: where it is written, and where it is read."""

    delivery: Delivery
    topology: Topology
    answers: Answers

    @property
    def writer(self) -> str:
        """The vantage point that stands where the sender does."""
        end = source(self.delivery.sender)
        return standing(self.topology, end) or end

    @property
    def reader(self) -> str:
        """The vantage point that reads. Raises NotObserved where nobody can."""
        name = reader(self.topology, self.delivery.product)
        if name is None or web(self.topology, self.delivery.product) is None:
            raise NotObserved(f"no planned port of {self.delivery.product} answers queries")
        return name

    def unread(self, answer: Answer) -> str | None:
        """How reading itself went wrong; None when it did not."""
        if answer.replies[0].outcome != "answered":
            return broken(answer.replies[0])
        try:
            said = http.answer(answer.replies[0])
        except http.NotHttp as error:
            return str(error)
        return described(said) if said.status != 200 else None

    def found(self, subject: str, answer: Answer, there: bool) -> Claim:
        """The claim that what was written is read again."""
        within = self.topology.budgets.round_trip
        lost = self.unread(answer) or "accepted, and not there"
        lost = "accepted, and not there" if lost.startswith("HTTP 404") else lost
        after = f"found after {answer.settled:.1f} s" if answer.settled is not None else "found"
        return holds(
            subject,
            there,
            expected=f"found within {within:g} s",
            observed=after if there else f"{lost} after {within:g} s",
            at=self.delivery.sender.at,
            evidence=(self.answers.origin(self.reader),),
        )


def promised(delivery: Delivery, unlabelled: str | None = None) -> Claim | None:
    """The claim that nothing is asked of a stand-in; None for the product itself.

    With `unlabelled`, nothing is asked either where the plan gives the sender no label, for that
    reason.
    """
    if delivery.product.stand_in:
        return not_applicable(delivery, why=STAND_IN, at=delivery.product.at)
    if unlabelled is not None and not delivery.sender.labels:
        return not_applicable(delivery, why=unlabelled, at=delivery.sender.at)
    return None


def taken(
    turn: Round,
    subject: str,
    reply: Reply,
    success: frozenset[int],
    refusal: Callable[[http.HttpAnswer], str | None],
) -> Claim:
    """The claim that a write was taken: by the documented status, and no other of its class."""
    observed, true = broken(reply), False
    if reply.outcome == "answered":
        try:
            answer = http.answer(reply)
        except http.NotHttp as error:
            observed = str(error)
        else:
            true = answer.status in success
            observed = f"HTTP {answer.status}" if true else refusal(answer) or described(answer)
    return holds(
        subject,
        true,
        expected=f"HTTP {' or '.join(map(str, sorted(success)))}",
        observed=observed,
        at=turn.delivery.sender.at,
        evidence=(turn.answers.origin(turn.writer),),
    )


def settled(claim: Claim) -> bool:
    """Whether the next rung can be tried."""
    return claim.verdict is Verdict.PASS
