"""What a YAML parser complains about: where the fault is put when the parser does not say."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from trueline.intent.syntax import syntax_fault
from trueline.intent.tree import PARSER


def said(text: str, parser: Any) -> str:
    """The line of what the parser does not take."""
    with pytest.raises(yaml.YAMLError) as caught:
        list(yaml.parse(text, Loader=parser))
    return str(syntax_fault(caught.value, text, "net.yaml"))


@pytest.mark.parametrize("parser", [PARSER, yaml.SafeLoader], ids=["fast", "pure"])
@pytest.mark.parametrize("before", ["", "a: 1\n"], ids=["alone", "below another"])
def test_what_is_missing_after_the_last_line_is_missing_on_it(before: str, parser: Any) -> None:
    assert said(f"{before}%YAML 1.2", parser) == (
        f"net.yaml:{before.count(chr(10)) + 1}: the line is not YAML: "
        'found "%YAML 1.2"; correct it, or put the text in quotes.'
    )


def test_an_error_without_a_place_is_one_of_the_first_line() -> None:
    assert str(syntax_fault(yaml.YAMLError(), "name: small\nversion: 1\n", "net.yaml")) == (
        'net.yaml:1: the line is not YAML: found "name: small"; '
        "correct it, or put the text in quotes."
    )


@pytest.mark.parametrize("parser", [PARSER, yaml.SafeLoader], ids=["fast", "pure"])
@pytest.mark.parametrize(("opened", "line"), [("pools: [", 2), ("pools: [\n\n\n", 2)])
def test_a_list_that_is_left_open_is_told_on_the_last_line_that_says_something(
    opened: str, line: int, parser: Any
) -> None:
    assert said(f"a: 1\n{opened}", parser) == (
        f"net.yaml:{line}: a value is missing in a list or mapping that was opened with [ or {{: "
        'found "pools: ["; write the value, or close it with ] or }.'
    )
