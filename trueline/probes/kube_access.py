"""Whether a cluster can be asked at all: which kubeconfig is meant, and which CA it trusts."""

from __future__ import annotations

import hashlib
import os
import ssl
from pathlib import Path

from trueline.model.topology import Cluster


class Unreachable(Exception):
    """Nothing can be asked of this API; the text is one plain reason for every question."""


def kubeconfig_of(cluster: Cluster, given: Path | None) -> str:
    """The kubeconfig to use: the given one, else the plan's own, else the client's usual places.

    The plan's own is relative to the file of the plan.
    """
    if given is not None:
        return str(given)
    if cluster.kubeconfig:
        return str(Path(cluster.at.file).parent / Path(cluster.kubeconfig).expanduser())
    return os.environ.get("KUBECONFIG") or "~/.kube/config"


def ca_sha256(pem: str) -> str:
    """The SHA-256 over the DER form of every certificate of a PEM text; empty without one."""
    found = certificates(pem)
    ders = b"".join(ssl.PEM_cert_to_DER_cert(certificate) for certificate in found)
    return hashlib.sha256(ders).hexdigest() if found else ""


def certificates(pem: str) -> list[str]:
    """Every certificate of a PEM text and nothing else of it."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return [f"{begin}{part.split(end)[0]}{end}\n" for part in pem.split(begin)[1:]]
