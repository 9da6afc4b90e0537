"""The one root of the mesh, and an authority of each member below it, made anew for every lab."""

from __future__ import annotations

import base64

from tools.lab import mesh
from tools.lab.addons import BASE
from tools.lab.kubeapi import Object
from tools.lab.paths import state
from tools.lab.pki import Authority
from trueline.model.topology import Topology

ROOT = "mesh-root"


def mint(topology: Topology) -> None:
    """Make the root and the members' authorities, once in the life of a lab."""
    folder = state() / "pki"
    if (folder / f"{ROOT}.crt").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    root = Authority(folder, ROOT, ROOT)
    for item in mesh.members(topology):
        root.below(f"mesh-{item.cluster}", f"mesh-{item.cluster}")


def root() -> str:
    """The certificate of the root, in PEM."""
    return _read(f"{ROOT}.crt")


def secret(cluster: str, namespace: str) -> Object:
    """What the control plane of a member signs with."""
    return cacerts(namespace, _read(f"mesh-{cluster}.crt"), _read(f"mesh-{cluster}.key"), root())


def cacerts(namespace: str, own: str, key: str, root: str) -> Object:
    """Istio's Secret `cacerts`: a member's own authority, its key, and the root above it."""
    files = {
        "ca-cert.pem": own,
        "ca-key.pem": key,
        "root-cert.pem": root,
        "cert-chain.pem": own,
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "cacerts", "namespace": namespace, "labels": dict(BASE)},
        "data": {name: base64.b64encode(text.encode()).decode() for name, text in files.items()},
    }


def _read(file: str) -> str:
    return (state() / "pki" / file).read_text()
