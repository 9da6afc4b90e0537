"""docs/security.md tells of a real run, row by row, and docs/licences.md of the lock as it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib import metadata

import pytest

from tools import licences, lock, security


def rows() -> dict[str, tuple[str, str, str]]:
    found = re.findall(
        r"(?m)^\| (.+?) \| ([\d,]+) \| (.+) \| (\d*) \|$", security.PAGE.read_text(encoding="utf-8")
    )
    return {name: (cases, holds, leaked) for name, cases, holds, leaked in found}


def test_every_row_of_the_page_was_tried_and_nothing_leaked() -> None:
    found = rows()
    assert list(found) == list(security.HOLDS)
    assert {name: holds for name, (_, holds, _) in found.items()} == security.HOLDS
    assert all(int(cases.replace(",", "")) > 0 for cases, _, _ in found.values())
    assert {leaked for _, _, leaked in found.values()} == {"", "0"}
    assert found["secrets (canaries) of a whole run"][2] == "0"


def test_the_page_has_what_was_counted_and_nothing_else() -> None:
    row = "DNS answers"
    told = {"cases": {row: 12345}, "leaked": {row: 0}}
    made = security.page(told, datetime(2027, 3, 14, tzinfo=UTC), quick=True)
    assert "in the run of 2027-03-14 with few cases of each kind." in made
    assert made.splitlines()[-1] == f"| {row} | 12,345 | {security.HOLDS[row]} | 0 |"
    with pytest.raises(KeyError, match="of nobody"):
        security.page({"cases": {"of nobody": 1}, "leaked": {}}, datetime.now(UTC), quick=False)


def test_the_licences_are_those_of_the_lock() -> None:
    pins = licences.pinned(licences.LOCK.read_text(encoding="utf-8"))
    if metadata.version("pytest") != pins["pytest"]:
        pytest.skip("the libraries here are not those of requirements.lock")
    text = licences.PAGE.read_text(encoding="utf-8")
    assert licences.page(licences.LOCK.read_text(encoding="utf-8"), text) == text
    assert "not known here" not in text
    assert "it does not say" not in text


def test_a_package_of_another_system_keeps_its_line() -> None:
    before = "| no-such-package | 1.0 | MIT |\n"
    assert licences.page("no-such-package==1.0\n", before).endswith(before)
    assert licences.page("no-such-package==2.0\n", before).endswith("| 2.0 | not known here |\n")


def test_a_lock_keeps_its_pins_and_gets_its_hashes() -> None:
    index = {"a": [("1.0", "aa"), ("2.0", "bb"), ("1.0", "a0")], "b-c": [("3", "cc")]}
    text = '# why\na==1.0 \\\n    --hash=sha256:old\nb-c==3 ; sys_platform == "linux"\n'
    made = lock.locked(text, lambda name: index[name])
    assert made == (
        "# why\na==1.0 \\\n    --hash=sha256:a0 \\\n    --hash=sha256:aa\n"
        'b-c==3 ; sys_platform == "linux" \\\n    --hash=sha256:cc\n'
    )
    assert lock.locked(made, lambda name: index[name]) == made
    with pytest.raises(lock.NotInIndex, match=re.escape("the index has no hash of a 9")):
        lock.locked("a==9\n", lambda name: index[name])
