"""Do all clocks agree: those of the API servers, of nodes and products, and of who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from trueline.checks.clocks_offset import Offset, around, common, of_date, of_lease, stale
from trueline.checks.shown import broken
from trueline.codec import http
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.probe import Answers
from trueline.model.source import Source
from trueline.model.topology import Cluster, Node, Reservation, Topology, Vantage
from trueline.questions import clocks as questions
from trueline.questions.clocks import Door
from trueline.requirements.clocks import TIME_001, TIME_002, TIME_003, TIME_004

SYNC = "Let all machines synchronise with one source (chrony), and step the one that is off."
NO_HOST = "the plan has no host vantage point that reads clocks"


@check(TIME_001, remedy=SYNC)
def api_clock_agrees_with_its_callers(
    cluster: Cluster, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The clock of every API server agrees with that of every vantage point that asks it."""
    asked = [
        (vantage, door)
        for vantage in questions.hosts(topology)
        for door in questions.api_doors(cluster)
    ]
    asked += [
        (vantage, door)
        for vantage in questions.insiders(topology, cluster)
        for door in questions.inner_doors(cluster)
    ]
    for vantage, door in asked:
        yield _claim(
            f"{door.shown} and {vantage}",
            partial(_read, answers, vantage, door),
            topology,
            at=cluster.at,
            answers=answers,
            vantage=vantage.name,
        )
    if not asked:
        yield not_applicable(cluster, why="no vantage point of the plan asks it", at=cluster.at)


@check(TIME_002, remedy=SYNC)
def clocks_of_clusters_agree(
    pair: tuple[Cluster, Cluster], topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The APIs of two clusters have the same time, as one vantage point sees both."""
    one, other = (questions.api_doors(cluster)[:1] for cluster in pair)
    vantages = questions.hosts(topology) if one and other else ()
    for vantage in vantages:

        def apart(vantage: Vantage = vantage) -> Offset:
            ours, theirs = (_read(answers, vantage, door) for door in (one[0], other[0]))
            return ours.minus(theirs)

        yield _claim(
            f"{pair[0]} and {pair[1]} at {vantage}",
            apart,
            topology,
            at=pair[1].at,
            answers=answers,
            vantage=vantage.name,
        )
    if not vantages:
        why = NO_HOST if one and other else "the plan has no API of one of them"
        yield not_applicable(f"{pair[0]} and {pair[1]}", why=why, at=pair[1].at)


@check(TIME_003, remedy=SYNC)
def clock_of_node_agrees(
    node: Node, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """The clock by which a node renews its lease agrees with that of the run.

    The API server says by its own clock when it wrote the renewal down; what that clock is ahead
    of the run's is known from its dates, and where it is not, the API's own is the measure.
    """
    leases = {lease.node: lease for lease in facts.leases.value}
    if node.name not in leases:
        raise NotObserved(f"{node} has no lease: its kubelet does not run")
    ahead = of_lease(leases[node.name])
    cluster, against = topology.cluster(node.cluster), "its API"
    for vantage in questions.hosts(topology)[:1]:
        api = _known(answers, vantage, questions.api_doors(cluster))
        if api is not None:
            ahead, against = ahead.plus(api), str(vantage)
    yield _judged(
        f"{node} and {against}", ahead, topology, at=node.at, evidence=(facts.leases.origin,)
    )


@check(TIME_004, remedy=SYNC)
def clock_behind_reserved_address_agrees(
    reservation: Reservation, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """What answers HTTP at a reserved address has the time of the run."""
    target = f"reservation:{reservation}"
    stood_in = any(item.stand_in for item in topology.products if item.target == target)
    doors = questions.product_doors(reservation)
    vantages = questions.hosts(topology)
    for vantage in vantages:
        for door in doors:
            yield _claim(
                f"{door.shown}{' (a stand-in)' if stood_in else ''} and {vantage}",
                partial(_served, answers, vantage, door),
                topology,
                at=reservation.at,
                answers=answers,
                vantage=vantage.name,
            )
    if not doors or not vantages:
        why = NO_HOST if doors else "no port of it speaks HTTP, which carries a date"
        yield not_applicable(reservation, why=why, at=reservation.at)


# --- reading


def _once(answers: Answers, vantage: Vantage, door: Door, *, again: bool = False) -> Offset:
    """How far the clock behind a door is ahead of the vantage point's. Raises NotObserved."""
    answer = answers.of(vantage.name, questions.read(door, again=again))
    if answer.last.outcome != "answered":
        raise NotObserved(f"{door.shown} told no time: {broken(answer.last)}")
    try:
        date = http.answer(answer.last).date
    except http.NotHttp as error:
        raise NotObserved(f"{door.shown} told no time: {error}") from error
    if date is None:
        raise NotObserved(f"{door.shown} told no time: its answer has no date")
    return of_date(answer, date)


def _served(answers: Answers, vantage: Vantage, door: Door) -> Offset:
    """As `_once`, of a product, which may make its dates in advance. Raises NotObserved."""
    return stale(_once(answers, vantage, door, again=True))


def _read(answers: Answers, vantage: Vantage, door: Door) -> Offset:
    """As `_once`, from both looks at the clock; one is enough. Raises NotObserved."""
    found = []
    for again in (False, True):
        try:
            found.append(_once(answers, vantage, door, again=again))
        except NotObserved as gap:
            last = gap
    if not found:
        raise last
    return common(found)


def _known(answers: Answers, vantage: Vantage, doors: tuple[Door, ...]) -> Offset | None:
    """What the API servers of a cluster can be ahead of a vantage point; None where not known."""
    try:
        return around([_read(answers, vantage, door) for door in doors]) if doors else None
    except NotObserved:
        return None


# --- claims


def _claim(
    subject: str,
    look: Callable[[], Offset],
    topology: Topology,
    *,
    at: Source,
    answers: Answers,
    vantage: str,
) -> Claim:
    try:
        evidence = (answers.origin(vantage),)
        return _judged(subject, look(), topology, at=at, evidence=evidence)
    except NotObserved as gap:
        return unknown(subject, expected=_expected(topology), why=str(gap), at=at)


def _judged(
    subject: str, offset: Offset, topology: Topology, *, at: Source, evidence: tuple[str, ...]
) -> Claim:
    budget = topology.budgets.clock_skew
    if not offset.apart(budget) and offset.doubt > budget:
        why = f"{offset}: it cannot be told more exactly than the budget asks"
        return unknown(subject, expected=_expected(topology), why=why, at=at, evidence=evidence)
    return holds(
        subject,
        not offset.apart(budget),
        expected=_expected(topology),
        observed=str(offset),
        at=at,
        evidence=evidence,
    )


def _expected(topology: Topology) -> str:
    return f"within {topology.budgets.clock_skew:g} s"
