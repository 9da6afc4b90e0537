"""What is a point in time, and what may be told as one."""

from __future__ import annotations

import math

import pytest

from trueline.model.observation import Observation, Unobserved
from trueline.model.probe import Answer


@pytest.mark.parametrize("at", [0.0, 1_800_000_000.5, 253_402_300_799.0])
def test_a_point_in_time(at: float) -> None:
    assert Answer(replies=(), at=at).at == at


@pytest.mark.parametrize(
    ("at", "told"),
    [(math.nan, "nan"), (math.inf, "inf"), (-1.0, "-1"), (253_402_300_800.0, "2.53402e+11")],
)
def test_what_is_none(at: float, told: str) -> None:
    for make in (
        lambda: Observation(value=None, at=at, source="s", vantage="v"),
        lambda: Unobserved(reason="r", at=at, source="s", vantage="v"),
        lambda: Answer(replies=(), at=at),
    ):
        with pytest.raises(ValueError, match="no time between") as raised:
            make()
        said = f"{told} is no time between 1970 and 9999, in seconds since 1970"
        assert str(raised.value) == said
