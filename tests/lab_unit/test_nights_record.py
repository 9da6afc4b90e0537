"""The published nights: fifty in a row without an alarm, and nothing grew."""

from __future__ import annotations

from tools import nights, nights_page


def test_no_published_night_had_an_alarm_and_nothing_grew() -> None:
    seen = nights_page.load(nights_page.RECORD.read_text(encoding="utf-8"))
    assert len(seen) >= nights.PUBLISHED
    assert [one.alarms for one in seen if one.alarms] == []
    assert nights_page.grown_after(seen) == []
    assert nights_page.PAGE.read_text(encoding="utf-8") == nights_page.text(seen)
