"""VA-04: the token by which Vault asks a cluster about tokens has expired."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tools.lab.errors import LabError
from tools.lab.faults import vaults
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import vault_logins, vault_open, vault_setup

_HOUR = 3600
_HALF = 32  # bytes of each half of a signature by ES256 (RFC 7518, section 3.4)


def inject(lab: Lab) -> None:
    """Give the mount the reviewer's token as it would be a year later: expired an hour ago."""
    _, item, login = vaults.struck(lab)
    cluster = lab.cluster(login.cluster)
    token = vault_logins.reviewer_token(cluster, login)
    old = expired(token, cluster.pki / "sa.key", int(time.time()))
    vault_setup.trust(vault_open.opened(lab, item), login, cluster, old)
    vaults.unsynced(lab, item)


def expired(token: str, key: Path, now: int) -> str:
    """The same token of a service account, valid until an hour ago, signed by its cluster."""
    head, body, _ = token.split(".")
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims |= {"iat": now - 2 * _HOUR, "nbf": now - 2 * _HOUR, "exp": now - _HOUR}
    signed = f"{head}.{_text(json.dumps(claims).encode())}"
    signer = serialization.load_pem_private_key(key.read_bytes(), None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise LabError(f"{key.name} signs by no elliptic curve")
    pair = decode_dss_signature(signer.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{_text(b''.join(number.to_bytes(_HALF, 'big') for number in pair))}"


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


FAULT = Fault(
    id="VA-04",
    title="the token by which Vault reviews tokens has expired",
    reds=frozenset({"REACH-020", "REACH-022"}),
    cause="REACH-020",
    inject=inject,
    source="Vault Kubernetes auth documentation",
)
