"""What is bounded: the size of a file, the errors listed of it, the words that are compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intent.plans import SMALL
from trueline.intent import document, explain, fault, tree
from trueline.intent.document import LIMIT, bytes_of, text_of
from trueline.intent.fault import MOST, SHOWN, Fault, InvalidTopology, quoted
from trueline.intent.load import read
from trueline.intent.nearness import LONGEST, nearest
from trueline.intent.tree import DEPTH
from trueline.model.source import Source


def told(data: bytes) -> list[str]:
    """The errors of a file, without their remedies."""
    with pytest.raises(InvalidTopology) as caught:
        read(data, "net.yaml")
    return [str(error).partition(";")[0] for error in caught.value.errors]


def test_a_file_of_the_greatest_size_is_read() -> None:
    assert len(text_of(b"#" * LIMIT, "net.yaml")) == LIMIT


def test_of_a_larger_file_no_more_is_read_than_shows_that_it_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document, "LIMIT", 4)
    (tmp_path / "net.yaml").write_bytes(b"0123456789")
    assert bytes_of(tmp_path / "net.yaml", "net.yaml") == b"01234"


@pytest.mark.parametrize("before", ["", "\n", "a: 1\n\n"])
def test_what_is_not_utf8_has_its_line(before: str) -> None:
    line = before.count("\n") + 1
    assert told(before.encode() + b"\xe4") == [
        f"net.yaml:{line}: the file is not UTF-8: found byte e4"
    ]


@pytest.mark.parametrize("before", ["", "\n", "a: 1\n\n"])
def test_a_control_character_has_its_line(before: str) -> None:
    line = before.count("\n") + 1
    assert told(f"{before}\x00\n\x00".encode()) == [
        f"net.yaml:{number}: the line has a control character: found U+0000"
        for number in (line, line + 1)
    ]


def faults(count: int) -> list[Fault]:
    return [
        Fault(at=Source("net.yaml", line), what="wrong", value="this", remedy="write that")
        for line in range(1, count + 1)
    ]


def test_as_many_errors_as_are_listed_at_most_are_listed_alone() -> None:
    assert InvalidTopology(faults(MOST)).errors == tuple(faults(MOST))


def test_of_more_errors_the_first_are_listed() -> None:
    *listed, rest = InvalidTopology(faults(MOST + 2)).errors
    assert listed == faults(MOST)
    assert rest == Fault(
        at=Source("net.yaml", MOST + 1),
        what=f"the first {MOST} errors are listed",
        value=f"more than {MOST}",
        remedy="correct these and load the file again",
    )


@pytest.fixture
def two_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two errors are listed at most."""
    for module in (document, explain, fault, tree):
        monkeypatch.setattr(module, "MOST", 2)


@pytest.mark.usefixtures("two_at_most")
def test_bad_characters_are_looked_for_until_there_are_too_many() -> None:
    found = "the line is indented with a tab: found U+0009"
    rest = "the first 2 errors are listed: found more than 2"
    assert told(b"\x00\n\ta\n\tb\n") == [
        "net.yaml:1: the line has a control character: found U+0000",
        f"net.yaml:2: {found}",
        f"net.yaml:3: {rest}",
    ]
    assert told(b"\x00\n\ta\n\tb\n\tc\n") == [
        f"net.yaml:2: {found}",
        f"net.yaml:3: {found}",
        f"net.yaml:4: {rest}",
    ]


@pytest.mark.usefixtures("two_at_most")
def test_no_more_errors_of_the_schema_are_explained_than_show_that_there_are_too_many() -> None:
    """The schema looks at the names of segments before it looks for keys that it does not know."""
    unknown = "colour: blue\n"
    wrong = "".join(f"  S{number}: {{cidr: 10.{number}.0.0/24}}\n" for number in range(3))
    plan = SMALL.replace("segments:\n", f"{unknown}segments:\n{wrong}")
    assert told(plan.encode()) == [
        'net.yaml:5: segments.S0 is no name: found "S0"',
        'net.yaml:6: segments.S1 is no name: found "S1"',
        "net.yaml:7: the first 2 errors are listed: found more than 2",
    ]


@pytest.mark.usefixtures("two_at_most")
def test_a_file_is_read_until_there_are_too_many_errors() -> None:
    twice = "it on line 1 and again there"
    assert told(b"{z: 1, z: 1, y: 1, y: 1, x: 1, x: 1, a: 1, a: 1}") == [
        f"net.yaml:1: x is given twice: found {twice}",
        f"net.yaml:1: y is given twice: found {twice}",
        "net.yaml:1: the first 2 errors are listed: found more than 2",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" * SHOWN, f'"{"a" * SHOWN}"'),
        ("a" * (SHOWN + 1), f'"{"a" * SHOWN}..."'),
    ],
    ids=["as long as is quoted", "longer"],
)
def test_a_long_value_is_quoted_in_part(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_words_up_to_the_longest_are_compared() -> None:
    longest = "a" * LONGEST
    assert nearest(longest, [longest]) == longest
    assert nearest(longest + "a", [longest]) is None
    assert nearest(longest, [longest + "a"]) is None


def test_a_file_holds_so_many_values_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "NODES", 4)
    assert tree.read("a:\n- b\n- c", "net.yaml").data == {"a": ["b", "c"]}
    with pytest.raises(InvalidTopology) as caught:
        tree.read("a:\n- b\n- c\n- d", "net.yaml")
    assert str(caught.value) == (
        "net.yaml:4: the file holds too much: found more than 4 values; make it smaller."
    )


def test_a_file_is_so_deep_and_no_deeper() -> None:
    assert tree.read("[" * DEPTH + "]" * DEPTH, "net.yaml").faults == []
    assert told(b"\n" + b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1)) == [
        f"net.yaml:2: the file is nested too deeply: found {DEPTH + 1} levels"
    ]
