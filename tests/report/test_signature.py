"""A statement's digest and signature: what was changed, by whom ever, is found."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trueline.report.signature import (
    NotGenuine,
    digest,
    document,
    fingerprint,
    opened,
    verify,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
STATEMENT = {"schema": 1, "conclusion": "conforms", "plan": {"name": "köln", "n": [1, None]}}


def checked(text: str) -> dict[str, Any]:
    found = opened(text)
    verify(found, KEY.public_key())
    return found


def test_what_was_signed_is_genuine() -> None:
    assert checked(document(STATEMENT, KEY))["statement"] == STATEMENT


def test_the_digest_is_of_the_canonical_text() -> None:
    turned = dict(reversed(STATEMENT.items()))
    assert digest(turned) == digest(STATEMENT)
    assert digest({"a": "ä"}) == (
        "sha256:46e7684c4b1944115e7f227c9f2d1275a3edf7806a40d523d1c77e0df97b3432"
    )


def test_the_same_statement_has_the_same_document() -> None:
    assert document(STATEMENT, KEY) == document(STATEMENT, KEY)


def test_a_key_is_named_by_the_hash_of_its_public_part() -> None:
    # RFC 8032, section 7.1, TEST 1
    secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    hashed = hashlib.sha256(bytes.fromhex(public)).hexdigest()
    assert fingerprint(key.public_key()) == f"sha256:{hashed}"


def edited(change: Callable[[dict[str, Any]], None]) -> str:
    found = json.loads(document(STATEMENT, KEY))
    change(found)
    return json.dumps(found)


def upgrade(found: dict[str, Any]) -> None:
    found["statement"]["conclusion"] = "conforms with exceptions"


def upgrade_with_digest(found: dict[str, Any]) -> None:
    upgrade(found)
    found["digest"] = digest(found["statement"])


def sign_by_another(found: dict[str, Any]) -> None:
    upgrade(found)
    found.update(json.loads(document(found["statement"], OTHER)))


def sign_by_another_in_our_name(found: dict[str, Any]) -> None:
    sign_by_another(found)
    found["signature"]["key"] = fingerprint(KEY.public_key())


def unsign(found: dict[str, Any]) -> None:
    found["signature"] = None


def weaken(found: dict[str, Any]) -> None:
    found["signature"]["algorithm"] = "none"


def no_base64(found: dict[str, Any]) -> None:
    found["signature"]["value"] = "*"


def short(found: dict[str, Any]) -> None:
    found["signature"]["value"] = base64.b64encode(b"short").decode()


def add(found: dict[str, Any]) -> None:
    found["note"] = "it conforms, really"


def rename(found: dict[str, Any]) -> None:
    found["kind"] = "another document"


def empty(found: dict[str, Any]) -> None:
    found["statement"] = "conforms"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (upgrade, "the statement was changed: its digest is another one"),
        (upgrade_with_digest, "its signature is not of this statement"),
        (sign_by_another, "it was signed with another key"),
        (sign_by_another_in_our_name, "its signature is not of this statement"),
        (unsign, "it is not signed"),
        (weaken, "its signature is not Ed25519"),
        (no_base64, "its signature is not of this statement"),
        (short, "its signature is not of this statement"),
        (add, "it is no trueline conformance statement, or has parts that none has"),
        (rename, "it is no trueline conformance statement, or has parts that none has"),
        (empty, "its statement is no object"),
    ],
)
def test_what_was_changed_is_found(change: Callable[[dict[str, Any]], None], why: str) -> None:
    with pytest.raises(NotGenuine) as error:
        checked(edited(change))
    assert str(error.value) == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"),
        ("[]", "no trueline conformance statement"),
        ('{"a": 1, "a": 2}', "a name stands there twice"),
        ('{"a": 1.5}', "a statement holds no number like 1.5"),
        ('{"a": NaN}', "a statement holds no number like NaN"),
        ('{"a": "\\ud800"}', "surrogates not allowed"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_what_is_no_document_is_told(text: str, why: str) -> None:
    with pytest.raises(NotGenuine) as error:
        opened(text)
    assert why in str(error.value)
    assert error.value.__cause__ is not None or text == "[]"
