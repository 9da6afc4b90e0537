"""Logs from end to end: what shippers deliver by themselves, a line of the run's own, tenants."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.reach_writes import Round, promised, settled, taken
from trueline.checks.shown import STAND_IN, broken, described
from trueline.codec import http
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, shown, some, unknown
from trueline.model.observation import NotObserved
from trueline.model.probe import Answer, Answers, Reply
from trueline.model.product import Product
from trueline.model.source import Source
from trueline.model.subject import Delivery
from trueline.model.targets import reader, web
from trueline.model.topology import Topology
from trueline.questions import delivery as names
from trueline.questions import logs
from trueline.requirements.reach import REACH_012, REACH_013, REACH_014


@check(
    REACH_012,
    remedy="Look at the shipper's log for what was refused, and at its tenant and labels.",
)
def logs_arrive_with_the_senders_labels(
    delivery: Delivery, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Lines that no run wrote are there under the tenant, with the sender's labels."""
    product, sender = delivery.product, delivery.sender
    spared = promised(delivery, unlabelled="the plan gives its lines no label")
    if spared is not None:
        yield spared
        return
    turn = Round(delivery, topology, answers)
    answer = answers.of(turn.reader, names.arriving(product, sender))
    counted = _count(answer)
    lost = turn.unread(answer) or f"none within {names.LOOK_BACK} s"
    yield holds(
        delivery,
        counted > 0,
        expected=f"lines with {shown(dict(sender.labels))}",
        observed=f"{counted} within {names.LOOK_BACK} s" if counted else lost,
        at=sender.at,
        evidence=(answers.origin(turn.reader),),
    )


def _count(answer: Answer) -> int:
    """What Loki counted: the value of the only result of its query."""
    for one in names.results(answer):
        value = one.get("value")
        if isinstance(value, list) and len(value) == 2:
            return int(float(str(value[1])))
    return 0


@check(
    REACH_013,
    remedy="Compare the tenant that is written with the one that is read, and look at Loki's log "
    "for what it refused.",
)
def written_line_is_read_back(
    delivery: Delivery, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """A line pushed from where a sender stands is read under its tenant, and under no other."""
    spared = promised(delivery)
    if spared is not None:
        yield spared
        return
    turn = Round(delivery, topology, answers)
    product, sender = delivery.product, delivery.sender
    reply = answers.of(turn.writer, names.written(product, sender)).last
    claim = taken(turn, f"{delivery} write", reply, frozenset({204}), _refusal)
    yield claim
    if not settled(claim):
        return
    answer = answers.of(turn.reader, names.read_back(product, sender))
    there = logs.line_of(answers.nonce, sender) in logs.lines(answer)
    claim = turn.found(f"{delivery} read", answer, there)
    yield claim
    if settled(claim) and product.tenant:
        yield _nobody_else(turn, answer)


def _nobody_else(turn: Round, answer: Answer) -> Claim:
    subject = f"{turn.delivery} under another tenant"
    expected = "no such line"
    evidence = (turn.answers.origin(turn.reader),)
    at = turn.delivery.sender.at
    found = logs.lines(answer, step=1)
    if not found:
        why = broken(answer.last)
        if answer.last.outcome != "answered" or len(answer.replies) < 2:
            return unknown(subject, expected=expected, why=why, at=at, evidence=evidence)
    return holds(
        subject,
        not found,
        expected=expected,
        observed=some(found),
        at=at,
        evidence=evidence,
    )


def _refusal(answer: http.HttpAnswer) -> str | None:
    """What Loki's statuses mean to a sender; those of the class of success are no success."""
    reason = " ".join(answer.text.split())
    meaning = {
        260: "ingestion is blocked, though the status looks like success",
        400: "refused for good",
        401: "no tenant was named",
        404: "there is no such path",
        429: "rate limited",
    }.get(answer.status)
    return f"HTTP {answer.status}, {meaning}: {reason}".rstrip(": ") if meaning else None


@check(REACH_014, remedy="Switch tenants on (auth_enabled, multitenancy_enabled), or plan none.")
def who_names_no_tenant_is_refused(
    product: Product, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Reading and writing without a tenant is refused where the plan has one."""
    if product.stand_in or not product.tenant:
        why = STAND_IN if product.stand_in else "the plan gives it no tenant"
        yield not_applicable(product, why=why, at=product.at)
        return
    target, at = web(topology, product), reader(topology, product)
    if target is None or at is None:
        raise NotObserved(f"no planned port of {product} answers queries")
    for what in logs.intrusions(product, target):
        reply = answers.of(at, logs.untenanted(product, what)).last
        evidence = (answers.origin(at),)
        yield _refused(f"{product} {what} without a tenant", reply, product.at, evidence)


def _refused(subject: str, reply: Reply, at: Source, evidence: tuple[str, ...]) -> Claim:
    expected = "HTTP 401 or 403"
    if reply.outcome != "answered":
        return unknown(subject, expected=expected, why=broken(reply), at=at, evidence=evidence)
    try:
        answer = http.answer(reply)
    except http.NotHttp as error:
        return unknown(subject, expected=expected, why=str(error), at=at, evidence=evidence)
    refused = answer.status in (401, 403)
    return holds(
        subject,
        refused,
        expected=expected,
        observed=f"HTTP {answer.status}" if refused else described(answer),
        at=at,
        evidence=evidence,
    )
