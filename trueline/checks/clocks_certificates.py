"""Are the certificates of the APIs valid, by the clock of everybody who is shown them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from trueline.checks.shown import broken, moment
from trueline.codec import x509
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers
from trueline.model.topology import Cluster, Topology, Vantage
from trueline.questions import clocks as questions
from trueline.questions.clocks import Door
from trueline.requirements.clocks import TIME_010, TIME_011

Chain = tuple[x509.Certificate, ...]
Judge = Callable[[Door, Chain, float], tuple[bool, str | frozenset[str]]]


@check(TIME_010, remedy="Set the clock of the machine that issues them, and issue them again.")
def api_certificate_is_valid_already(
    cluster: Cluster, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """No certificate that an API shows is valid only later, by the clock of who is shown it."""
    yield from of_callers(cluster, topology, answers, _begun, lambda _: "valid already")


def _begun(_: Door, chain: Chain, now: float) -> tuple[bool, str]:
    latest = max(chain, key=lambda item: item.not_before)
    wait = latest.not_before - now
    if wait <= 0:
        return True, f"valid since {moment(latest.not_before)}"
    return False, f"{latest.subject} is valid from {moment(latest.not_before)}, in {wait:.0f} s"


@check(TIME_011, remedy="Renew the certificate, and restart the API server if it does not reload.")
def api_certificate_is_valid_long_enough(
    cluster: Cluster, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Every certificate that an API shows is valid for as long as the plan wants."""
    left = topology.budgets.certificate_left
    expected = f"valid for {left:.0f} s more"
    judge = partial(_lasting, left=left)
    yield from of_callers(cluster, topology, answers, judge, lambda _: expected)


def _lasting(_: Door, chain: Chain, now: float, *, left: float) -> tuple[bool, str]:
    first = min(chain, key=lambda item: item.not_after)
    rest = first.not_after - now
    if rest <= 0:
        return False, f"{first.subject} has expired at {moment(first.not_after)}"
    return rest >= left, f"{first.subject} is valid until {moment(first.not_after)}"


def of_callers(
    cluster: Cluster,
    topology: Topology,
    answers: Answers,
    judge: Judge,
    expected: Callable[[Door], str],
) -> Iterator[Claim]:
    """A claim about what the API of a cluster shows to each who calls it, by each door."""
    asked = questions.callers(topology, cluster)
    for vantage, door in asked:
        subject = f"certificate of {door.shown} at {vantage}"
        try:
            chain, now = _shown(answers, vantage, door)
        except NotObserved as gap:
            yield unknown(subject, expected=expected(door), why=str(gap), at=cluster.at)
            continue
        good, observed = judge(door, chain, now)
        yield holds(
            subject,
            good,
            expected=expected(door),
            observed=observed,
            at=cluster.at,
            evidence=(answers.origin(vantage.name),),
        )
    if not asked:
        yield not_applicable(cluster, why="no vantage point of the plan asks it", at=cluster.at)


def _shown(answers: Answers, vantage: Vantage, door: Door) -> tuple[Chain, float]:
    """What was shown, and when by the clock of the vantage point. Raises NotObserved."""
    answer = answers.of(vantage.name, questions.read(door))
    tls = answer.last.tls
    if tls is None or not tls.chain:
        raise NotObserved(f"{door.shown} showed no certificate: {broken(answer.last)}")
    try:
        return x509.chain(tls.chain), answer.at
    except x509.NoCertificate as error:
        raise NotObserved(f"{door.shown} showed no certificate: {error}") from error
