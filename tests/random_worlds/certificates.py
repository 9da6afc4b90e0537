"""The authorities and certificates of random worlds; what is asked for twice is made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes

from tests.certificates import Root, root

EDGE = "edge-ca"  # the trust bundle of everything that serves HTTPS at a reserved address


@cache
def authority(name: str) -> Root:
    """The authority of that name: of a cluster, of the mesh, of what serves HTTPS."""
    return root(f"ca of {name}")


@cache
def leaf(signer: str, *names: str, **more: Any) -> bytes:
    """A leaf of an authority, in DER."""
    return authority(signer).leaf(*names, **more)


def fingerprint(one: Root) -> str:
    """The pin of an authority, as plans write it."""
    return one.certificate.fingerprint(hashes.SHA256()).hex()
