"""The published soak: a hundred runs of the healthy lab without a false alarm."""

from __future__ import annotations

from tools import soak, soak_page
from tools.soak_growth import grown


def test_no_run_of_the_published_soak_had_an_alarm_and_nothing_grew() -> None:
    seen = soak_page.load(soak_page.RECORD.read_text(encoding="utf-8"))
    assert len(seen) >= soak.PUBLISHED
    assert [one.alarms for one in seen if one.alarms] == []
    assert grown([one.size for one in seen]) == []
    assert soak_page.PAGE.read_text(encoding="utf-8") == soak_page.text(seen)
