"""A draft as text: each value as it is read back, each source as a comment that stays one."""

from __future__ import annotations

import pytest

from trueline.discovery.draft import Block, Draft, Entry, Gap, Item, Items, Part, block
from trueline.discovery.text import comment, plain, text


def shown(*parts: Part) -> list[str]:
    return text(Draft(parts=parts)).splitlines()


def test_values_stand_with_their_sources() -> None:
    inner = Block((Entry(key="a", value=1, source="Node a"), Entry(key="b", value=[True, None])))
    assert shown(Entry(key="version", value=1), Entry(key="x", value=inner, source="the API")) == [
        "version: 1",
        "",
        "x:  # the API",
        "  a: 1  # Node a",
        "  b: [true, null]",
    ]


def test_a_guess_and_what_is_not_known_are_marked() -> None:
    assert shown(
        Entry(key="cidr", value="192.0.2.0/24", source="nobody said", guess=True),
        Gap(key="gateway", why="no route", example="gateway: 192.0.2.1"),
        Gap(key="dhcp", why="no API"),
        Gap(key="nodes", why="forbidden", empty={}),
    ) == [
        "cidr: 192.0.2.0/24  # guess: nobody said",
        "",
        "# not known: gateway: no route; for example:",
        "# gateway: 192.0.2.1",
        "",
        "# not known: dhcp: no API",
        "",
        "nodes: {}  # not known: forbidden",
    ]


def test_a_list_has_its_sources_above() -> None:
    flow = {"name": "a b", "from": "pods:a", "port": "443/TCP/https"}
    item = Item(value=flow, source="somebody does", guess=True)
    assert shown(Entry(key="flows", value=Items((item, Item(value={"x": []}))))) == [
        "flows:",
        "  # guess: somebody does",
        '  - {name: a b, from: "pods:a", port: 443/TCP/https}',
        "  - {x: []}",
    ]


def test_a_long_source_stands_above_its_value_in_lines() -> None:
    words = " ".join(["word"] * 30)
    assert shown(Entry(key="a", value=1, source=words)) == [
        "# " + " ".join(["word"] * 19),
        "# " + " ".join(["word"] * 11),
        "a: 1",
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("192.168.64.0/24", "192.168.64.0/24"),
        ("192.168.64.1-192.168.64.9", "192.168.64.1-192.168.64.9"),
        ("https://192.0.2.1:6443", "https://192.0.2.1:6443"),
        ("fd00::1", '"fd00::1"'),
        ("1.34", '"1.34"'),
        ("no", '"no"'),
        ("Null", '"Null"'),
        ("pods:a", '"pods:a"'),
        ("a # b", '"a # b"'),
        ("{x", '"{x"'),
        ("two words", "two words"),
        ("", '""'),
        ("line\nbreak", '"line\\nbreak"'),
        ("\x1b[31m", '"\\u001b[31m"'),
        (5, "5"),
        (False, "false"),
    ],
)
def test_a_scalar_is_text_where_it_was_text(value: str | int, written: str) -> None:
    assert plain(value) == written


def test_a_comment_holds_nothing_that_ends_it_or_moves_a_cursor() -> None:
    assert comment("a\nb\r# c\x1b[2J\u2028d\u202e") == "a b # c\\u001b[2J d\\u202e"
    assert shown(Gap(key="a\nb: 1", why="x\ny: 2")) == ["# not known: a b: 1: x y: 2"]


def test_gaps_without_a_value_beside_them_stand_under_dotted_keys() -> None:
    gaps = (Gap(key="a", why="no"), Gap(key="x", why="none"))
    assert block("x", gaps) == (Gap(key="x.a", why="no"), Gap(key="x", why="none"))
    assert block("x", ()) == ()


def test_where_the_gaps_and_guesses_of_a_draft_are() -> None:
    inner = Block((Entry(key="b", value=1, guess=True, source="w"), Gap(key="c", why="y"),
                   Gap(key="a", why="the rest")))  # fmt: skip
    items = Items((Item(value={}), Item(value={}, guess=True, source="z")))
    made = Draft(parts=(Entry(key="a", value=inner), Entry(key="f", value=items)))
    assert list(made.gaps()) == [(("a", "c"), "y"), (("a",), "the rest")]
    assert list(made.guesses()) == [(("a", "b"), "w"), (("f", "1"), "z")]
