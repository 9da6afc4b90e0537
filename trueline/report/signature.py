"""A document and its digest, and who stands for it: SHA-256 over canonical JSON, and Ed25519.

    {"kind": ..., "statement": {...}, "digest": "sha256:<hex>",
     "signature": {"algorithm": "Ed25519", "key": "sha256:<hex>", "value": "<base64>"} or null}

Canonical means: keys in the order of their code points, no spaces, UTF-8, no floats. Signed are the
kind, a line feed, and the canonical statement, so that a signature of one kind of document is good
for no other. `key` is the SHA-256 of the raw public key (RFC 8032): it names a key and proves
nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KIND = "trueline conformance statement"
ALGORITHM = "Ed25519"
_PARTS = {"kind", "statement", "digest", "signature"}


class NotGenuine(Exception):
    """The document is not what its digest or its signature is of; the text says which."""


def document(statement: Mapping[str, Any], key: Ed25519PrivateKey | None = None) -> str:
    """The statement with its digest, and signed where a key is given, as JSON for a file."""
    signature = None
    if key is not None:
        signature = {
            "algorithm": ALGORITHM,
            "key": fingerprint(key.public_key()),
            "value": base64.b64encode(key.sign(_signed(statement))).decode(),
        }
    whole = {
        "kind": KIND,
        "statement": statement,
        "digest": digest(statement),
        "signature": signature,
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def opened(text: str) -> dict[str, Any]:
    """The document in a text, whose digest is right. Raises NotGenuine."""
    try:
        found = json.loads(
            text, object_pairs_hook=_once, parse_float=_refused, parse_constant=_refused
        )
        canonical(found)
    except (ValueError, RecursionError) as error:
        raise NotGenuine(f"it is no JSON of a statement ({error})") from error
    if not isinstance(found, dict) or found.get("kind") != KIND or set(found) != _PARTS:
        raise NotGenuine(f"it is no {KIND}, or has parts that none has")
    if not isinstance(found["statement"], dict):
        raise NotGenuine("its statement is no object")
    if found["digest"] != digest(found["statement"]):
        raise NotGenuine("the statement was changed: its digest is another one")
    return found


def verify(found: Mapping[str, Any], key: Ed25519PublicKey) -> None:
    """Verify that an opened document was signed with the key. Raises NotGenuine."""
    signature = found["signature"]
    if signature is None:
        raise NotGenuine("it is not signed")
    if not isinstance(signature, dict) or signature.get("algorithm") != ALGORITHM:
        raise NotGenuine(f"its signature is not {ALGORITHM}")
    if signature.get("key") != fingerprint(key):
        raise NotGenuine("it was signed with another key")
    try:
        value = base64.b64decode(str(signature.get("value")), validate=True)
        key.verify(value, _signed(found["statement"]))
    except (ValueError, InvalidSignature) as error:
        raise NotGenuine("its signature is not of this statement") from error


def canonical(statement: object) -> bytes:
    """The bytes that are hashed and signed."""
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(statement: Mapping[str, Any]) -> str:
    """`sha256:` and the hash of the canonical statement."""
    return f"sha256:{hashlib.sha256(canonical(statement)).hexdigest()}"


def fingerprint(key: Ed25519PublicKey) -> str:
    """`sha256:` and the hash of the raw public key."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _signed(statement: Mapping[str, Any]) -> bytes:
    return f"{KIND}\n".encode() + canonical(statement)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: readers differ about which of two would count."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _refused(text: str) -> float:
    raise ValueError(f"a statement holds no number like {text}")
