"""What is published of a soak: every alarm, and what grew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tools import soak, soak_page
from tools.soak_growth import Size, grown
from tools.soak_page import Came

SIZE = Size(objects=200, memory=240, descriptors=500, files=1800, report=9_000_000)


def came(number: int, *alarms: str, size: Size = SIZE) -> Came:
    how = soak.variation(number)
    seconds = 30.5 if how.hard else 14.25
    return Came(
        number=number, variation=how, seconds=seconds, claims=1800, alarms=alarms, size=size
    )


def test_what_is_a_tenth_larger_in_the_last_third_has_grown() -> None:
    first, last = [SIZE] * 3, replace(SIZE, objects=230, files=1900, report=12_000_000)
    assert grown([*first, SIZE, SIZE, SIZE, *[last] * 3]) == [
        "objects grew from 200 to 230",
        "report grew from 9000000 to 12000000",
    ]
    assert grown([*first, last, last, last, *first]) == []  # and shrank again
    assert grown([SIZE, last]) == []  # two runs show nothing


def test_the_page_of_a_clean_soak() -> None:
    runs = [came(number) for number in range(6)]
    assert soak_page.text(runs).splitlines()[7:] == [
        "6 runs: 6 without an alarm, 0 with one.",
        "",
        "| runs | number | claims of each | seconds: least, median, most | with an alarm |",
        "|---|---|---|---|---|",
        "| calm | 3 | 1800 | 14.25, 14.25, 14.25 | 0 |",
        "| busy processors, slow APIs | 3 | 1800 | 30.5, 30.5, 30.5 | 0 |",
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


def test_the_page_lists_every_alarm() -> None:
    lines = soak_page.text([came(0), came(2, "A-001 x", "A-002 y")]).splitlines()
    assert lines[7] == "2 runs: 1 without an alarm, 1 with one."
    assert lines[11:] == [
        "| calm | 2 | 1800 | 14.25, 14.25, 14.25 | 1 |",
        "| busy processors, slow APIs | 0 | | | |",
        "",
        "- run 2: A-001 x",
        "- run 2: A-002 y",
    ]


def test_what_is_published_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak_page, "RECORD", tmp_path / "soak.json")
    monkeypatch.setattr(soak_page, "PAGE", tmp_path / "soak.md")
    runs = [came(0), came(1, "A-001 x")]
    soak_page.publish(runs)
    assert soak_page.load((tmp_path / "soak.json").read_text()) == runs
    assert (tmp_path / "soak.md").read_text() == soak_page.text(runs)
