"""The kinds of value: what each takes, what it says of the rest, and what an editor is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from trueline.intent.fields import Kind, PortField, Text, matching, number, whole, word
from trueline.intent.networks import CidrField, RangeField
from trueline.model.topology import Port


def of(kind: Kind) -> Any:
    """The type of its values."""
    return Annotated[object, kind]


def taken(kind: Any, value: object) -> Any:
    """What the value is read as."""
    return TypeAdapter(kind).validate_python(value)


def refused(kind: Any, value: object) -> tuple[str, str]:
    """What is wrong with the value, and the remedy."""
    with pytest.raises(ValidationError) as caught:
        taken(kind, value)
    (error,) = caught.value.errors()
    return error["ctx"]["what"], error["ctx"]["remedy"]


def test_a_failure_is_an_error_of_pydantic_that_says_what_is_wrong() -> None:
    with pytest.raises(ValidationError) as caught:
        taken(of(whole(1, 3)), 4)
    (error,) = caught.value.errors()
    assert (error["type"], error["msg"]) == ("intent", "is not a whole number from 1 to 3")


@pytest.mark.parametrize(
    ("make", "noun", "schema"),
    [
        (
            lambda: matching("letter", "a|b", "write a or b"),
            "letter",
            {"type": "string", "pattern": "^(a|b)$"},
        ),
        (lambda: word("a", "b"), "word", {"type": "string", "enum": ["a", "b"]}),
        (lambda: number(0.5, 2), "number", {"type": "number", "minimum": 0.5, "maximum": 2}),
        (lambda: whole(1, 3), "whole number", {"type": "integer", "minimum": 1, "maximum": 3}),
    ],
    ids=["matching", "word", "number", "whole"],
)
def test_an_editor_is_told_what_may_be_written(
    make: Callable[[], Kind], noun: str, schema: dict[str, object]
) -> None:
    assert TypeAdapter(of(make())).json_schema() == {"$comment": noun, **schema}


def test_text_matches_as_a_whole() -> None:
    letter = of(matching("letter", "a|b", "write a or b"))
    assert taken(letter, "b") == "b"
    assert refused(letter, "ba") == ("is no letter", "write a or b")


def test_a_word_is_one_of_those_listed() -> None:
    size = of(word("small", "middle", "large"))
    listed = "small, middle or large"
    assert taken(size, "middle") == "middle"
    assert refused(size, "huge") == (f"is not {listed}", f"write {listed}")
    assert refused(size, "smal") == (f"is not {listed}", "write small")
    assert refused(size, 7) == (f"is not {listed}", f"write {listed}")


@pytest.mark.parametrize("value", [0.5, 1, 2])
def test_a_number_may_be_either_bound(value: float) -> None:
    read = taken(of(number(0.5, 2)), value)
    assert (read, type(read)) == (value, float)


@pytest.mark.parametrize("value", [0.4, 2.1])
def test_a_number_outside_its_bounds_is_refused(value: float) -> None:
    said = ("is not between 0.5 and 2", "write a number in between")
    assert refused(of(number(0.5, 2)), value) == said


@pytest.mark.parametrize("value", [1, 2, 3])
def test_a_whole_number_may_be_either_bound(value: int) -> None:
    assert taken(of(whole(1, 3)), value) == value


@pytest.mark.parametrize("value", [0, 4, 2.0])
def test_a_number_that_is_not_whole_or_outside_its_bounds_is_refused(value: float) -> None:
    wanted = "a whole number from 1 to 3"
    assert refused(of(whole(1, 3)), value) == (f"is not {wanted}", f"write {wanted}")


def test_a_whole_number_without_a_choice_is_named() -> None:
    assert refused(of(whole(1, 1)), 2) == ("is not 1", "write 1")


@pytest.mark.parametrize("value", [" small", "small ", "sm\u200ball", "a\nb"])
def test_text_is_one_line_without_spaces_around_it(value: str) -> None:
    said = ("is not one line of text", "write one line without spaces around it")
    assert refused(Text, value) == said


def test_the_last_port_is_one() -> None:
    assert taken(PortField, "65535/UDP") == Port(number=65535, protocol="UDP", application=None)
    assert refused(PortField, "65536/UDP") == ("is no port", "write a number from 1 to 65535")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("443/tcp", "443/TCP"), ("443/udp/DNS", "443/UDP/dns"), ("443/TCP/HTTPS", "443/TCP/https")],
)
def test_a_port_in_the_wrong_case_is_corrected(written: str, meant: str) -> None:
    assert refused(PortField, written) == ("is no port", f"write {meant}")


@pytest.mark.parametrize("text", ["0.0.0.0/0", "192.0.2.1/32", "::/0", "2001:db8::1/128"])
def test_a_prefix_may_be_nothing_or_the_whole_address(text: str) -> None:
    assert str(taken(CidrField, text)) == text


@pytest.mark.parametrize("prefix", ["", "00", "33", "-1", "024", " 24"])
def test_any_other_prefix_is_refused(prefix: str) -> None:
    said = ("has no valid prefix length", "write a number from 0 to 32 after the /")
    assert refused(CidrField, f"192.0.2.0/{prefix}") == said


def test_a_range_may_begin_and_end_at_one_address() -> None:
    assert taken(RangeField, "192.0.2.7-192.0.2.7") == taken(RangeField, "192.0.2.7")


def test_a_range_has_two_ends() -> None:
    assert refused(RangeField, "192.0.2.1-192.0.2.2-192.0.2.3") == (
        "is no range",
        "write a range, for example 192.0.2.10-192.0.2.19",
    )


def test_zeros_of_ipv6_are_not_corrected_as_if_they_were_of_ipv4() -> None:
    assert refused(RangeField, "fd00::00001")[0] == "is no range"
