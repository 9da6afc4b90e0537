"""The certificates of the APIs by the clocks of those who are shown them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.time.watches import APP, CONTROL, PLAN, answers, authority, leaf, refused
from tests.told import lines, reply, shows, unusable
from trueline.checks.clocks_certificates import (
    api_certificate_is_valid_already,
    api_certificate_is_valid_long_enough,
)
from trueline.model.check import Check
from trueline.model.topology import Cluster
from trueline.questions.clocks import Door

BOTH = (api_certificate_is_valid_already, api_certificate_is_valid_long_enough)


def red(check: Check, cluster: Cluster, **more: object) -> list[str]:
    found = lines(check, cluster, PLAN, answers(**more))  # type: ignore[arg-type]
    return [line for line in found if not line.startswith("PASS ")]


def when_called(
    name: str, start: float = -3600.0, end: float = 86400.0
) -> Callable[[Door], tuple[bytes, ...]]:
    """One name of the API shows a certificate of other dates."""
    other = authority().leaf("api.test", start=start, end=end)
    return lambda door: (other if door.name == name else leaf(),)


def test_certificates_that_are_valid() -> None:
    found = lines(api_certificate_is_valid_already, CONTROL, PLAN, answers())
    assert found == [
        f"PASS certificate of {door} at host: valid already | valid since 2025-11-13 01:13:20 UTC"
        for door in (
            "API 192.168.64.10 of control",
            "API server 192.168.64.11 of control",
            "API server 192.168.64.14 of control",
            "API 192.168.64.10 of control as api.control.test",
            "API 192.168.64.10 of control as api2.control.test",
        )
    ]
    (first, *_) = lines(api_certificate_is_valid_long_enough, APP, PLAN, answers())
    assert first == (
        "PASS certificate of API 192.168.64.21 of app at host: valid for 3600 s more | "
        "leaf is valid until 2025-11-14 02:13:20 UTC"
    )


def test_one_that_is_valid_only_later() -> None:
    chain = when_called("api.control.test", start=1800.1)
    assert red(BOTH[0], CONTROL, chain=chain) == [
        "FAIL certificate of API 192.168.64.10 of control as api.control.test at host: "
        "valid already | leaf is valid from 2025-11-13 02:43:20 UTC, in 1800 s"
    ]
    assert red(BOTH[1], CONTROL, chain=chain) == []


def test_a_caller_that_has_slept_finds_it_not_valid_yet() -> None:
    assert red(BOTH[0], APP, ahead={"pods-app": -7200.0}) == [
        "FAIL certificate of API Service 10.97.0.1 of app at pods-app: valid already | "
        "leaf is valid from 2025-11-13 01:13:20 UTC, in 3600 s"
    ]


def test_one_that_has_expired() -> None:
    chain = when_called("api.control.test", start=-7200.0, end=-60.0)
    assert red(BOTH[1], CONTROL, chain=chain) == [
        "FAIL certificate of API 192.168.64.10 of control as api.control.test at host: "
        "valid for 3600 s more | leaf has expired at 2025-11-13 02:12:20 UTC"
    ]
    assert red(BOTH[0], CONTROL, chain=chain) == []


def test_one_that_will_soon_have_expired() -> None:
    chain = when_called("api.control.test", end=3000.0)
    (line,) = red(BOTH[1], CONTROL, chain=chain)
    assert line.endswith("| leaf is valid until 2025-11-13 03:03:20 UTC")


@pytest.mark.parametrize(
    ("check", "dates", "told"),
    [
        (BOTH[0], {"start": 0.0}, "PASS {} valid already | valid since 2025-11-13 02:13:20 UTC"),
        (
            BOTH[0],
            {"start": 1.0},
            "FAIL {} valid already | leaf is valid from 2025-11-13 02:13:21 UTC, in 1 s",
        ),
        (
            BOTH[1],
            {"end": 0.0},
            "FAIL {} valid for 3600 s more | leaf has expired at 2025-11-13 02:13:20 UTC",
        ),
        (
            BOTH[1],
            {"end": 1.0},
            "FAIL {} valid for 3600 s more | leaf is valid until 2025-11-13 02:13:21 UTC",
        ),
        (
            BOTH[1],
            {"end": 3600.0},
            "PASS {} valid for 3600 s more | leaf is valid until 2025-11-13 03:13:20 UTC",
        ),
        (
            BOTH[1],
            {"end": 3599.0},
            "FAIL {} valid for 3600 s more | leaf is valid until 2025-11-13 03:13:19 UTC",
        ),
    ],
)
def test_a_second_decides_at_either_end(check: Check, dates: dict[str, float], told: str) -> None:
    told_at_the_second = answers(
        chain=when_called("api.control.test", **dates), ahead={"host": -0.1}
    )
    name = "certificate of API 192.168.64.10 of control as api.control.test at host:"
    assert told.format(name) in lines(check, CONTROL, PLAN, told_at_the_second)


def test_every_certificate_of_a_chain_counts() -> None:
    def chain(door: Door) -> tuple[bytes, ...]:
        return (leaf(), authority().leaf("between", start=900.0))

    assert len(red(BOTH[0], CONTROL, chain=chain)) == 5

    def ending(door: Door) -> tuple[bytes, ...]:
        return (leaf(), authority().leaf("between", end=60.0))

    assert len(red(BOTH[1], CONTROL, chain=ending)) == 5


@pytest.mark.parametrize("check", BOTH)
def test_what_shows_no_certificate_leaves_it_open(check: Check) -> None:
    (line,) = red(check, CONTROL, told_instead=refused("192.168.64.14"))
    assert line.endswith(
        "| API server 192.168.64.14 of control showed no certificate: refused at tcp"
    )


def test_what_is_no_certificate() -> None:
    def garbage(_: str, door: Door, __: bool) -> object:
        shown = shows(b"\x30\x03abc")
        return reply("answered", "answer", tls=shown) if door.host == "192.168.64.14" else None

    (line,) = red(BOTH[0], CONTROL, told_instead=garbage)
    assert "| API server 192.168.64.14 of control showed no certificate: no certificate: " in line


def test_a_vantage_point_that_cannot_be_used_spoils_no_other() -> None:
    told = unusable(answers(), "pods-app", "no pod to probe from in app")
    found = lines(BOTH[0], APP, PLAN, told)
    verdicts = [line.split()[0] for line in found]
    assert verdicts == ["PASS", "UNKNOWN", "PASS"]


def test_nobody_asks() -> None:
    plan = replace(PLAN, vantages=())
    assert lines(BOTH[0], APP, plan, answers(plan)) == [
        "NOT_APPLICABLE app: nothing is asked | no vantage point of the plan asks it"
    ]
