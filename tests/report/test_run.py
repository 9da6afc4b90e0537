from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from trueline.report.run import RunFolder, Taken, checked_id, new_id


def test_ids_sort_by_time() -> None:
    assert new_id(datetime(2027, 3, 14, 9, 26, 53, tzinfo=UTC), "1f3a") == "20270314t092653z-1f3a"


@pytest.mark.parametrize("text", ["a", "2027-03-14", "ci.42_b", "x" * 64])
def test_a_plain_name_is_an_id(text: str) -> None:
    assert checked_id(text) == text


@pytest.mark.parametrize(
    "text", ["", ".", "..", "../x", "a/b", "a\\b", "-x", ".x", "a..b", "x" * 65, "a b", "latest",
             "a\n"],
)  # fmt: skip
def test_what_could_leave_the_folder_is_no_id(text: str) -> None:
    with pytest.raises(ValueError, match="is not usable: write 1 to 64 letters, digits"):
        checked_id(text)


def test_a_recorded_run_is_never_written_over(tmp_path: Path) -> None:
    RunFolder.create(tmp_path, "one")
    with pytest.raises(Taken) as raised:
        RunFolder.create(tmp_path, "one")
    assert str(raised.value) == (
        f"run 'one' is recorded in {tmp_path / 'one'} already: choose another id,"
        " or remove that folder"
    )


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    with pytest.raises(Taken, match="run 'docs' is recorded in "):
        RunFolder.create(tmp_path, "docs")
    assert list((tmp_path / "docs").iterdir()) == []


def test_something_else_of_the_name_latest_stays(tmp_path: Path) -> None:
    (tmp_path / "latest").mkdir()
    RunFolder.create(tmp_path, "one").point_latest()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest", "one"]
    assert not (tmp_path / "latest").is_symlink()


def test_latest_names_the_last_run(tmp_path: Path) -> None:
    for run in ("one", "two"):
        RunFolder.create(tmp_path, run).point_latest()
    assert (tmp_path / "latest").readlink().name == "two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest", "one", "two"]
