"""The day on which a space is exhausted, if it grows on as said or as seen; a guess is never made.

Growth is taken to be even. A month is 30.44 days and a year 365.2425 (the Gregorian mean).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from trueline.planning.headroom import ADDRESSES, NODES, SERVICES, Space

_YEAR = Fraction(3652425, 10000)
PERIODS = {
    "day": Fraction(1),
    "week": Fraction(7),
    "month": _YEAR / 12,
    "quarter": _YEAR / 4,
    "year": _YEAR,
}
SORTS = (ADDRESSES, NODES, SERVICES)
_GROWTH = re.compile(
    rf"(?:({'|'.join(SORTS)}):)?([^=:]+)=([0-9]{{1,9}}(?:\.[0-9]{{1,6}})?)/({'|'.join(PERIODS)})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How fast something grows: `sort` and `of` name it, `told` is the rate as it was given."""

    sort: str
    of: str
    a_day: Fraction
    told: str


def growth(text: str) -> Growth:
    """Read `app=2/month` (addresses), `nodes:app=1/year`, `services:app=40/week`.

    Raises ValueError with what to write.
    """
    match = _GROWTH.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text!r} is no growth: write CLUSTER=NUMBER/PERIOD, with {', '.join(PERIODS)},"
            f" and {' or '.join(f'{sort}:' for sort in SORTS)} before it"
        )
    sort, of, number, period = match.groups()
    return Growth(
        sort=sort or ADDRESSES,
        of=of,
        a_day=Fraction(number) / PERIODS[period],
        told=f"{number} a {period}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was given out of each space on a day, by its name."""

    day: date
    used: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The day on which nothing is left, or None with the reason in `told`."""

    day: date | None
    told: str

    def __str__(self) -> str:
        return f"{self.day} ({self.told})" if self.day else self.told


def forecast(
    space: Space, growths: Iterable[Growth], samples: Sequence[Sample], today: date
) -> Forecast:
    """When the space is exhausted: by the growth that is given, else by what samples show."""
    if space.free == 0:
        return Forecast(day=today, told="exhausted already")
    if space.free is None:
        return Forecast(day=None, told="cannot tell: no run says how many are given out")
    given = [item for item in growths if (item.sort, item.of) in space.grows_with]
    if given:
        rate = sum((item.a_day for item in given), Fraction(0))
        told = ", ".join(f"{item.sort} of {item.of}: {item.told}" for item in given)
    else:
        seen = _seen(space, samples)
        if isinstance(seen, str):
            return Forecast(day=None, told=f"cannot tell: {seen}")
        rate, told = seen
    if rate <= 0:
        return Forecast(day=None, told=f"not as it grows: {told}")
    days = -(-space.free // rate)  # on that day the last one is given out
    if days > (date.max - today).days:
        return Forecast(day=None, told=f"after the year {date.max.year} ({told})")
    return Forecast(day=today + timedelta(days=days), told=told)


def _seen(space: Space, samples: Sequence[Sample]) -> tuple[Fraction, str] | str:
    """The rate from the first to the last sample of the space, or why there is none.

    Samples of one day stay in their order.
    """
    known = [
        (item.day, item.used[space.name])
        for item in sorted(samples, key=lambda item: item.day)
        if space.name in item.used
    ]
    if len(known) < 2:
        return "no growth is given, nor seen in two runs"
    (first, was), (last, now) = known[0], known[-1]
    if first == last:
        return f"all runs are of {first}"
    rate = Fraction(now - was, (last - first).days)
    return rate, f"{was} on {first}, {now} on {last}"
