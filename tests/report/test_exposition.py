"""Metrics of a run: their values, and that the format's own rules hold for every text."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.report.exposition_format import read
from tests.report.runs import BEGAN, cause, ended, told
from tests.worlds import exemption
from trueline.model.printable import printable
from trueline.model.requirement import Requirement, Severity
from trueline.report import catalogue, exposition
from trueline.report.closed import Closed


def requirement(name: str) -> Requirement:
    return Requirement(
        id=name, must="It MUST.", severity=Severity.CRITICAL, why="So.", source="a test",
        since="0.1",
    )  # fmt: skip


LIST = (requirement("LB-003"), requirement("LB-004"))


def metrics(run: Closed, **more: Any) -> dict[tuple[str, ...], float]:
    """The samples by name and the values of their labels but the plan's, in order of the names."""
    text = exposition.text(run, more.get("exemptions", ()), more.get("catalogue", LIST))
    found = {}
    for (name, labels), value in read(text).items():
        plain = dict(labels)
        assert plain.pop("plan") == printable(run.plan)
        found[(name, *(plain[label] for label in sorted(plain)))] = value
    return found


def test_the_metrics_of_a_run() -> None:
    run = ended(
        told("LB-003", "control/vault", "fail"),
        told("LB-003", "control/loki", "pass"),
        tests={"t::a": "failed", "t::b": "passed", "t::c": "passed"},
        not_run=("t::d",),
        causes=(cause("LB-003", "control/vault"),),
    )
    found = metrics(run)
    assert found["trueline_run_info", "0.1.0", "r2", "abababababab"] == 1
    assert found["trueline_run_timestamp_seconds",] == BEGAN.timestamp()
    assert found["trueline_run_duration_seconds",] == 23.5
    assert found["trueline_root_causes",] == 1
    claims = {key[4]: value for key, value in found.items() if key[0] == "trueline_claims"}
    assert claims == {
        "fail": 1, "pass": 1, "unknown": 0, "advisory": 0, "exempted": 0, "not applicable": 0,
    }  # fmt: skip
    states = {
        key[1:]
        for key, value in found.items()
        if key[0] == "trueline_requirement_state" and value == 1
    }
    assert states == {("LB-003", "critical", "fail"), ("LB-004", "critical", "not judged")}
    tests = {key[1]: value for key, value in found.items() if key[0] == "trueline_tests"}
    assert tests == {
        "passed": 2, "failed": 1, "unknown": 0, "broken": 0, "skipped": 0, "not run": 1,
    }  # fmt: skip


def test_the_text_as_a_collector_reads_it() -> None:
    lines = exposition.text(ended(), (), ()).splitlines()
    assert lines[3:6] == [
        "# HELP trueline_run_timestamp_seconds When the run began.",
        "# TYPE trueline_run_timestamp_seconds gauge",
        'trueline_run_timestamp_seconds{plan="small"} 1804990620',
    ]
    assert not any("trueline_claims" in line for line in lines), "no type without a sample"


@pytest.mark.parametrize(
    ("values", "whole"),
    [
        ({}, 1),
        ({"stopped": "interrupted"}, 0),
        ({"not_run": ("t::a",)}, 0),
        ({"narrowed_by": ("--area dns",)}, 0),
        ({"narrowed_by": None}, 0),
    ],
)
def test_a_run_is_whole_when_nothing_was_left_out(values: dict[str, Any], whole: int) -> None:
    assert metrics(ended(**values))["trueline_run_whole",] == whole


def test_exemptions_are_counted_and_the_first_end_is_told() -> None:
    planned = [
        exemption(expires=date(2027, 3, 14)),
        exemption(expires=date(2027, 5, 1)),
        exemption(expires=date(2027, 3, 13)),
    ]
    found = metrics(ended(), exemptions=planned)
    assert found["trueline_exceptions", "in force"] == 2
    assert found["trueline_exceptions", "expired"] == 1
    end = found["trueline_exception_expiry_timestamp_seconds",]
    assert end - BEGAN.timestamp() == (24 - 2.0) * 3600 - 17 * 60
    assert ("trueline_exception_expiry_timestamp_seconds",) not in metrics(ended())


@pytest.mark.parametrize(
    "name", ['a"b', "a\\b", "a\nb", "a\\n", 'ü{},="', "\\", "\u2028", "\x1b[2J"]
)
def test_names_are_escaped_by_the_rules_of_the_format(name: str) -> None:
    run = ended(told("LB-003", "x", "pass", area=name, cluster=name), plan=name)
    shown = printable(name)
    assert ("trueline_claims", shown, shown, "critical", "pass") in metrics(run)


def test_the_label_of_the_cluster_is_bounded() -> None:
    many = [told("LB-003", "x", "pass", cluster=f"c{number:03}+d") for number in range(200)]
    found = metrics(ended(told("LB-003", "x", "pass", cluster="-"), *many))
    clusters = {key[2] for key in found if key[0] == "trueline_claims"}
    assert len(clusters) == exposition.MOST_CLUSTERS + 1
    assert {"-", "other"} <= clusters
    rest = 200 + 1 - exposition.MOST_CLUSTERS
    assert found["trueline_claims", "metallb", "other", "critical", "pass"] == rest


def test_the_real_catalogue_stays_within_two_thousand_series() -> None:
    text = exposition.text(ended(), (), catalogue.every())
    assert len(read(text)) < 2000


def test_the_hash_of_the_catalogue_follows_what_is_demanded() -> None:
    known = catalogue.digest(LIST)
    assert catalogue.digest(reversed(LIST)) == known
    assert catalogue.digest(LIST[:1]) != known
    assert [item.id for item in catalogue.every()] == sorted(item.id for item in catalogue.every())
