"""The published versions: nothing failed, and no lab showed an alarm."""

from __future__ import annotations

from tools import versions_lab, versions_page


def test_nothing_failed_with_any_of_the_versions() -> None:
    rows, lab = versions_page.load()
    assert [(one.python, one.libraries) for one in rows if one.failed or not one.passed] == []
    tried = {(".".join(one.python.split(".")[:2]), one.libraries) for one in rows}
    assert tried >= {*((minor, "locked") for minor in ("3.11", "3.12", "3.13")), ("3.11", "oldest")}
    assert {one.name for one in lab} == set(versions_lab.TRIED)
    assert [(one.name, one.alarms) for one in lab if one.alarms or not one.claims] == []
    assert versions_page.PAGE.read_text(encoding="utf-8") == versions_page.page(rows, lab)
