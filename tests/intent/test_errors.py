"""Every way a file can be wrong: the exact lines, and all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.intent.bad_files import CASES
from trueline.intent import tree
from trueline.intent.fault import MOST, Fault, InvalidTopology
from trueline.intent.load import load, read
from trueline.model.source import Source

GOLDEN = Path(__file__).parent / "golden" / "errors.txt"


def golden() -> dict[str, str]:
    sections = GOLDEN.read_text(encoding="utf-8").split("## ")[1:]
    return {name: text.strip() for name, _, text in (part.partition("\n") for part in sections)}


def errors_of(data: bytes) -> str:
    with pytest.raises(InvalidTopology) as caught:
        read(data, "net.yaml")
    assert str(caught.value) == "\n".join(str(error) for error in caught.value.errors)
    return str(caught.value)


def test_every_bad_file_has_golden_lines() -> None:
    assert list(golden()) == list(CASES)


@pytest.mark.parametrize("name", CASES)
def test_bad_file_is_explained(name: str) -> None:
    assert errors_of(CASES[name]) == golden()[name]


@pytest.mark.parametrize("name", [name for name in CASES if name not in {"large", "many"}])
def test_the_pure_parser_says_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "PARSER", yaml.SafeLoader)
    assert errors_of(CASES[name]) == golden()[name]


def test_errors_are_faults_in_the_order_of_the_lines() -> None:
    with pytest.raises(InvalidTopology) as caught:
        read(CASES["several"], "net.yaml")
    lines = [error.at.line for error in caught.value.errors]
    assert lines == sorted(lines)
    assert caught.value.errors[0] == Fault(
        at=Source("net.yaml", 2),
        what="version is given twice",
        value="it on line 1 and line 2",
        remedy="keep one of the two",
    )


def test_a_file_with_too_many_errors_ends_with_saying_so() -> None:
    keys = "\n".join(f"unknown{number}: 1" for number in range(MOST + 100))
    text = errors_of(keys.encode())
    assert len(text.splitlines()) == MOST + 1
    assert text.splitlines()[-1] == (
        f"net.yaml:{MOST - 3}: the first {MOST} errors are listed: "
        f"found more than {MOST}; correct these and load the file again."
    )


def test_reading_stops_at_too_many_duplicate_keys() -> None:
    text = errors_of(b"a: 1\n" * 100_000)
    assert len(text.splitlines()) == MOST + 1


def test_path_is_shown_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_bytes(CASES["version 2"])
    with pytest.raises(InvalidTopology) as caught:
        load(Path("net.yaml"))
    assert str(caught.value) == "net.yaml:1: version is not 1: found 2; write 1."


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing.yaml", "no such file or directory"),
        (".", "is a directory"),
        ("a\0b", "embedded null byte"),
    ],
)
def test_unreadable_file_is_an_error_like_any_other(
    path: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidTopology) as caught:
        load(Path(path))
    assert str(caught.value) == (
        f"{path}:1: the file cannot be read: found {reason}; give the path of a topology file."
    )
