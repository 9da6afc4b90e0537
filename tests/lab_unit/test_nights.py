"""Nights on the healthy lab: what follows a run, what counts as an alarm, what is published."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tools import nights, nights_page
from tools.nights_page import Night
from tools.soak_growth import Size

SIZE = Size(objects=200, memory=240, descriptors=500, files=1800, report=9_000_000)


def came(number: int, *alarms: str, size: Size = SIZE) -> Night:
    return Night(number=number, seconds=24.5, after=9, claims=1800, alarms=alarms, size=size)


@pytest.fixture
def tools_say(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, str]]:
    """What tools answer, by name; all well and silent at first. Asked in the order of `asked`."""
    found: dict[str, tuple[int, str]] = {"asked": (0, "")}

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        tool = words[2].removeprefix("tools.")
        found["asked"] = (0, f"{found['asked'][1]} {tool}".strip())
        code, text = found.get(tool, (0, ""))
        return subprocess.CompletedProcess(words, code, text, "")

    monkeypatch.setattr(subprocess, "run", run)
    return found


def test_a_night_without_a_change(tools_say: dict[str, tuple[int, str]], tmp_path: Path) -> None:
    tools_say["report"] = (0, "report: reports/nights/night-1/report/index.html (9.1 MB)\n")
    tools_say["statement"] = (6, "conclusion: not proven\n")
    assert list(nights.followed("night-1", tmp_path)) == []
    assert tools_say["asked"] == (0, "report metrics notify statement")


def test_a_change_and_a_tool_that_does_not_end_well(
    tools_say: dict[str, tuple[int, str]], tmp_path: Path
) -> None:
    tools_say |= {"notify": (0, "newly fails: L2-004\n"), "statement": (1, "does not conform\n")}
    assert list(nights.followed("night-2", tmp_path)) == [
        "tools.notify told of a change: newly fails: L2-004",
        "tools.statement ended with 1: does not conform",
    ]


def test_a_tool_that_does_not_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def run(words: list[str], **_: object) -> None:
        raise subprocess.TimeoutExpired(words, 120)

    monkeypatch.setattr(subprocess, "run", run)
    assert list(nights.followed("night-3", tmp_path)) == [
        f"tools.{tool} did not end within 120 s" for tool in nights.steps("", tmp_path)
    ]


def test_what_grows_while_a_report_gets_its_history_is_expected() -> None:
    fewer = [came(number, size=replace(SIZE, report=1)) for number in range(1, 11)]
    same = [came(number) for number in range(11, 51)]
    assert nights_page.grown_after([*fewer, *same]) == []
    last = [replace(one, size=replace(SIZE, files=2200)) for one in same[20:]]
    assert nights_page.grown_after([*fewer, *same[:20], *last]) == ["files grew from 1800 to 2200"]


def test_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nights_page, "RECORD", tmp_path / "nights.json")
    monkeypatch.setattr(nights_page, "PAGE", tmp_path / "nights.md")
    seen = [*map(came, range(1, 13)), came(13, "L2-004 x", "tools.report ended with 1: y")]
    nights_page.publish(seen)
    assert nights_page.load((tmp_path / "nights.json").read_text()) == seen
    assert (tmp_path / "nights.md").read_text().splitlines()[10:] == [
        "13 nights: 12 without an alarm, 1 with one. Claims of each: 1800.",
        "",
        "| seconds | least | median | most |",
        "|---|---|---|---|",
        "| all suites | 24.5 | 24.5 | 24.5 |",
        "| report, metrics, changes, statement | 9 | 9 | 9 |",
        "",
        "- night 13: L2-004 x",
        "- night 13: tools.report ended with 1: y",
        "",
        "## What could grow",
        "",
        "Medians over the first and the last third of the runs: objects in all clusters (pods,",
        "Services, ConfigMaps, service accounts, Leases, Jobs, EndpointSlices), MiB of the largest",
        "process of any run so far, descriptors of the API servers, files and bytes of a run.",
        "",
        "| | first | last |",
        "|---|---|---|",
        "| objects | 200 | 200 |",
        "| memory | 240 | 240 |",
        "| descriptors | 500 | 500 |",
        "| files | 1800 | 1800 |",
        "| report | 9000000 | 9000000 |",
        "",
        "Grown: nothing.",
    ]
