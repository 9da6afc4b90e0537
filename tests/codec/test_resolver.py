from __future__ import annotations

import pytest

from tests.told import reply
from trueline.codec.resolver import addresses, denied, step


def test_a_look_up_is_left_to_the_system() -> None:
    assert (step("a.test").transport, step("a.test").host) == ("resolve", "a.test")


def test_addresses_are_those_that_came_back() -> None:
    found = reply("answered", "resolve", received=b'["192.0.2.1", "2001:db8::1"]')
    assert addresses(found) == {"192.0.2.1", "2001:db8::1"}
    assert addresses(reply("timed out", None, "resolve")) == frozenset()


@pytest.mark.parametrize(
    ("detail", "sure"),
    [
        ("Name or service not known", True),
        ("No address associated with hostname", True),
        ("nodename nor servname provided, or not known", True),
        ("Temporary failure in name resolution", False),
    ],
)
def test_only_a_denial_says_that_there_is_no_such_name(detail: str, sure: bool) -> None:
    assert denied(reply("unresolved", None, "resolve", detail=detail)) is sure


def test_what_resolved_was_not_denied() -> None:
    assert not denied(reply("answered", "resolve", received=b"[]"))
