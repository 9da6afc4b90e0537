"""Points in time, as seconds since the epoch (UTC)."""

from __future__ import annotations

_LATEST = 253_402_300_799.0
"""9999-12-31T23:59:59Z, the last second that `datetime` can name."""


class Dated:
    """What was seen or said at a point in time. A value whose `at` is none raises ValueError.

    What was stored may have been changed, and a machine made to say anything: what is no number
    compares as false with everything, and a clock that told it would be right.
    """

    __slots__ = ()
    at: float

    def __post_init__(self) -> None:
        """Make sure of it."""
        if not 0 <= self.at <= _LATEST:
            said = f"{self.at:g} is no time between 1970 and 9999, in seconds since 1970"
            raise ValueError(said)
