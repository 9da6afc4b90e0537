from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tools.lab.errors import LabError
from tools.lab.faults import va_04

NOW = 1_700_000_000
HEAD = base64.urlsafe_b64encode(b'{"alg":"ES256","kid":"one"}').decode().rstrip("=")


def part(claims: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


def test_the_token_is_the_same_one_and_has_expired(tmp_path: Path) -> None:
    signer = ec.generate_private_key(ec.SECP256R1())
    key = tmp_path / "sa.key"
    key.write_bytes(
        signer.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    claims = {"sub": "system:serviceaccount:a:b", "iat": NOW, "nbf": NOW, "exp": NOW + 9}
    head, body, signature = va_04.expired(f"{HEAD}.{part(claims)}.none", key, NOW).split(".")
    assert head == HEAD
    assert json.loads(base64.urlsafe_b64decode(body + "==")) == {
        "sub": "system:serviceaccount:a:b",
        "iat": NOW - 7200,
        "nbf": NOW - 7200,
        "exp": NOW - 3600,
    }
    raw = base64.urlsafe_b64decode(signature + "==")
    assert len(raw) == 64
    pair = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    signed = f"{head}.{body}".encode()
    signer.public_key().verify(encode_dss_signature(*pair), signed, ec.ECDSA(hashes.SHA256()))


def test_a_key_of_another_kind_signs_nothing(tmp_path: Path) -> None:
    key = tmp_path / "sa.key"
    key.write_bytes(
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(LabError) as caught:
        va_04.expired(f"{HEAD}.{part({})}.none", key, NOW)
    assert str(caught.value) == "sa.key signs by no elliptic curve"
