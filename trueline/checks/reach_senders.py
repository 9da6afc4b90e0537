"""Whether each series of a sender is written by that sender alone, as its samples show.

Prometheus takes the samples of a target at even distances. Where two senders write one series,
each at its own moments, its samples come by turns near to the one before and far from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from trueline.checks.reach_writes import Round, promised
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.probe import Answers
from trueline.model.subject import Delivery
from trueline.model.topology import Topology
from trueline.questions import delivery as names
from trueline.requirements.reach import REACH_016

RECENT = 20  # samples of a series that are looked at, the newest ones
FEWEST = 5  # samples in which turns would show
_TURNS = (2, 3)  # how many senders are told apart
_ALIKE = 0.1  # of what two samples are apart: distances that differ by no more are alike
_REGULAR = 0.9  # the part of a sender's distances that are alike, at least
_UNEVEN = 0.6  # and of those between all samples, at most
_EXPECTED = "one sender for each series"


@check(
    REACH_016,
    remedy="Let one sender scrape each target, or give each its own external label where two are "
    "wanted.",
)
def each_series_has_one_sender(
    delivery: Delivery, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The samples of every series `up` of a sender are evenly apart, so one sender writes it."""
    spared = promised(delivery, unlabelled="the plan gives its samples no label")
    if spared is not None:
        yield spared
        return
    turn, sender = Round(delivery, topology, answers), delivery.sender
    answer = answers.of(turn.reader, names.arriving(delivery.product, sender))
    series = {_named(one, delivery): _times(one) for one in names.results(answer)}
    if not any(series.values()):
        yield not_applicable(delivery, why="nothing of it is there, see REACH-010", at=sender.at)
        return
    evidence = (answers.origin(turn.reader),)
    told = {name: times for name, times in series.items() if len(times) >= FEWEST}
    if not told:
        # Rarer samples would be in doubt for ever.
        why = f"none of its series has {FEWEST} samples within {names.LOOK_BACK} s"
        yield not_applicable(delivery, why=why, at=sender.at)
        return
    mixed = [f"{name}: {seen}" for name, times in sorted(told.items()) if (seen := _mixed(times))]
    yield holds(
        delivery,
        not mixed,
        expected=_EXPECTED,
        observed="; ".join(mixed) or "no samples that come by turns",
        at=sender.at,
        evidence=evidence,
    )


def _named(one: dict[str, object], delivery: Delivery) -> str:
    """A series, by the labels that the plan does not give it."""
    metric = one.get("metric")
    labels = metric if isinstance(metric, dict) else {}
    left = {
        str(key): str(value)
        for key, value in sorted(labels.items())
        if key != "__name__" and key not in delivery.sender.labels
    }
    return f"up{names.selector(left)}"


def _times(one: dict[str, object]) -> list[float]:
    return sorted(float(at) for at, _ in names.samples(one))[-RECENT:]


def _mixed(times: Sequence[float]) -> str | None:
    """What shows that several senders take turns at a series; None where nothing does.

    Of each sender alone the samples are evenly apart, and all together they are not. One that is
    late now and then is uneven both ways.
    """
    gaps = _apart(times, 1)
    for senders in _TURNS:
        spans = _apart(times, senders)
        slack = _ALIKE * median(spans) / senders
        if _even(spans, slack) >= _REGULAR and _even(gaps, slack) <= _UNEVEN:
            turns = (f"{median(gaps[turn::senders]):.1f} s" for turn in range(senders))
            return f"its samples come {' and '.join(turns)} apart by turns"
    return None


def _apart(times: Sequence[float], steps: int) -> list[float]:
    """How far each sample is from the one so many steps before."""
    return [later - sooner for sooner, later in zip(times, times[steps:], strict=False)]


def _even(spans: Sequence[float], slack: float) -> float:
    """Which part of the spans is as long as the usual one."""
    usual = median(spans)
    return sum(abs(one - usual) <= slack for one in spans) / len(spans)
