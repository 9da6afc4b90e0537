"""Changes in the text of a plan, in every layout that a plan is written in."""

from __future__ import annotations

import pytest
import yaml

from trueline.intent import tree
from trueline.planning import editing
from trueline.planning.editing import added, appended, replaced
from trueline.planning.writing import Value, block, flow, scalar


@pytest.fixture(params=["the parser of the loader", "the pure one"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML was built without libyaml, the pure parser reads: places must be the same."""
    pure = request.param == "the pure one"
    monkeypatch.setattr(editing, "PARSER", yaml.SafeLoader if pure else tree.PARSER)


def test_an_entry_comes_behind_the_others_and_before_what_follows() -> None:
    text = """\
# the nodes
nodes:
    one: {role: worker}  # the first
    # the second
    two:
        role: worker
        addresses:
        - 10.0.0.1   # of lan

# what follows
other: 1
"""
    assert added(text, ("nodes",), "three", {"role": "worker", "of": {"a": 1}}) == text.replace(
        "- 10.0.0.1   # of lan\n",
        "- 10.0.0.1   # of lan\n    three:\n        role: worker\n        of: {a: 1}\n",
    )
    assert appended(text, ("nodes", "two", "addresses"), "10.0.0.2") == text.replace(
        "of lan\n", "of lan\n        - 10.0.0.2\n"
    )


def test_parts_with_lines_between_get_one_more() -> None:
    text = "clusters:\n  a:\n    x: 1\n\n  # the second\n  b:\n    x: 2\n# end\n"
    assert added(text, ("clusters",), "c", {"x": {"z": 3}}) == (
        "clusters:\n  a:\n    x: 1\n\n  # the second\n  b:\n    x: 2\n"
        "\n  c:\n    x: {z: 3}\n# end\n"
    )


@pytest.mark.parametrize(
    ("text", "path", "then"),
    [
        ("a: {b: {c: 1}}\n", ("a",), "a: {b: {c: 1}, new: {x: 1}}\n"),
        ("a: {}\n", ("a",), "a: {new: {x: 1}}\n"),
        ("a: {b: 1,}  # z\n", ("a",), "a: {b: 1, new: {x: 1},}  # z\n"),
        ("a: {\n  b: 1  # z\n}\n", ("a",), "a: {\n  b: 1, new: {x: 1}  # z\n}\n"),
        ("a: 1\n", (), "a: 1\nnew: {x: 1}\n"),
        ("a: 1", (), "a: 1\nnew: {x: 1}\n"),
        ("a: 1\r\nb: 2\r\n", (), "a: 1\r\nb: 2\r\nnew: {x: 1}\r\n"),
        ("a: |\n  text\n\n# z\n", (), "a: |\n  text\n\nnew: {x: 1}\n# z\n"),
        ("a: 1\n", ("b", "c"), "a: 1\nb:\n  c:\n    new: {x: 1}\n"),
        ("a:\n   d: 1\n", ("a", "c"), "a:\n   d: 1\n   c:\n     new: {x: 1}\n"),
        ("{a: 1}\n", ("b",), "{a: 1, b: {new: {x: 1}}}\n"),
    ],
)
def test_where_an_entry_goes(text: str, path: editing.Path, then: str) -> None:
    assert added(text, path, "new", {"x": 1}) == then


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("a: [1]\n", "a: [1, {x: 1}]\n"),
        ("a: []\n", "a: [{x: 1}]\n"),
        ("a:\n- {x: 0}\nb: 1\n", "a:\n- {x: 0}\n- {x: 1}\nb: 1\n"),
        ("a:\n  - x: 0\n    y: 0\n", "a:\n  - x: 0\n    y: 0\n  - {x: 1}\n"),
        ("b: 1\n", "b: 1\na:\n  - {x: 1}\n"),
    ],
)
def test_where_an_item_goes(text: str, then: str) -> None:
    assert appended(text, ("a",), {"x": 1}) == then


def test_a_value_is_replaced_and_nothing_around_it() -> None:
    text = "a:\n  b: [ 'x', \"y\" , z ] # z\n"
    assert replaced(text, ("a", "b", 1), "fd00::1") == text.replace('"y"', '"fd00::1"')
    assert replaced(text, ("a", "b", 2), "new") == text.replace("z ]", "new ]")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("app-1", "app-1"),
        ("apps/web", "apps/web"),
        ("10.0.0.1-10.0.0.2", "10.0.0.1-10.0.0.2"),
        ("fd00::1", '"fd00::1"'),
        ("pods:app", '"pods:app"'),
        ("1.34", '"1.34"'),
        ("0.13.12", '"0.13.12"'),
        ("12", '"12"'),
        ("true", '"true"'),
        ("No", '"No"'),
        ("null", '"null"'),
        ("a # b", '"a # b"'),
        ("it's", '"it\'s"'),
        ('a "b"', '"a \\"b\\""'),
        (True, "true"),
        (False, "false"),
        (7472, "7472"),
    ],
)
def test_what_needs_quotes_has_them(value: str | int | bool, written: str) -> None:
    assert scalar(value) == written
    assert yaml.safe_load(written) == value


def test_an_url_needs_none_where_nothing_follows() -> None:
    assert list(block("api", "https://10.0.0.1:6443", 2, 2)) == ["  api: https://10.0.0.1:6443"]
    assert list(block("api", "https://[fd00::1]:6443", 0, 2)) == ['api: "https://[fd00::1]:6443"']
    assert flow({"api": "https://10.0.0.1:6443"}) == '{api: "https://10.0.0.1:6443"}'


def test_what_does_not_fit_on_a_line_is_written_below_each_other() -> None:
    long: Value = {"first": "a" * 60, "second": ["b" * 60, "c"], "none": {}}
    assert list(block("key", long, 2, 4)) == [
        "  key:",
        "      first: " + "a" * 60,
        f"      second: [{'b' * 60}, c]",
        "      none: {}",
    ]
