"""The published trials: everything that can happen was tried, and every promise was kept."""

from __future__ import annotations

from tools.resilience import page
from tools.resilience.scenarios import SCENARIOS


def test_every_scenario_was_tried_and_lost_nothing() -> None:
    known = page.load()
    assert list(known) == list(SCENARIOS)
    assert {name: len(one["trials"]) for name, one in known.items()} == {
        name: scenario.times for name, scenario in SCENARIOS.items()
    }
    broken = [said for one in known.values() for trial in one["trials"] for said in trial["broken"]]
    assert broken == []


def test_the_page_is_of_the_trials() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.text(page.load())
