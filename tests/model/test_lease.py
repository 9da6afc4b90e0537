"""Who is in whose way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trueline.model.lease import Hold, blocking, without

LOOKS = Hold(run="r1", group="r1", since=1_700_000_000.0, until=1_700_000_600.0, alone=False)
DRILLS = replace(LOOKS, run="r2", group="r2", alone=True)
NOW = 1_700_000_100.0


@pytest.mark.parametrize(
    ("there", "wanted", "blocks"),
    [
        (LOOKS, replace(LOOKS, run="r3", group="r3"), False),
        (LOOKS, DRILLS, True),
        (DRILLS, LOOKS, True),
        (DRILLS, replace(DRILLS, run="r3", group="r3"), True),
        (DRILLS, replace(LOOKS, group="r2"), False),
        (replace(DRILLS, until=NOW), LOOKS, False),
    ],
)
def test_drills_and_looks_keep_out_of_each_others_way(
    there: Hold, wanted: Hold, blocks: bool
) -> None:
    assert blocking([there], wanted, NOW) == ((there,) if blocks else ())


def test_who_leaves_leaves_no_one_else_out() -> None:
    over = replace(LOOKS, run="r4", until=NOW)
    assert without([LOOKS, DRILLS, over], "r1", NOW) == (DRILLS,)


def test_a_hold_says_who_and_since_when() -> None:
    assert str(LOOKS) == (
        "run r1 observes it since 2023-11-14 22:13:20 UTC (until 2023-11-14 22:23:20 UTC at most)"
    )
    assert str(DRILLS).startswith("run r2 is alone there for its drills since 2023-11-14 22:13:20")
