"""A plan with a Vault in east and a login from west, the lab as products see it, a fake Vault."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from tests.lab_unit.world import TEXT, plan
from tools.lab.cluster import LabCluster
from tools.lab.lab import Lab
from tools.lab.products import telemetry
from tools.lab.products.telemetry import Server
from tools.lab.products.vault_api import VaultError
from trueline.model.topology import Topology

RESERVED = """\
        safe:
          address: 198.51.100.105
          service: treasury/safe
          ports: [8201/TCP/https]
          tls_names: [safe.east.test]
          tls_ca: rim
"""
NAMED = "    safe.east.test: {address: 198.51.100.105, from: [runner]}\n"
PRODUCTS = """\
trust: {rim: ca/rim.crt}
products:
  safe:
    kind: vault
    at: reservation:east/safe
    anonymous: false
    logins:
      west:
        namespace: outpost
        service_account: reader
        mount: k8s-west
        role: reader
        reads: kv/data/team/one
    synced: {west: [outpost/one]}
"""
BASE = {"trueline.lab/base": "true"}


def keeping(old: str = "", new: str = "") -> Topology:
    """The plan, with one text in the place of another."""
    text = TEXT.replace("  west:\n    context", f"{RESERVED}  west:\n    context", 1)
    text = text.replace("    a.deep.east.test", f"{NAMED}    a.deep.east.test", 1) + PRODUCTS
    assert old in text
    return plan(text.replace(old, new) if old else text)


def lab(topology: Topology, *without: str) -> Lab:
    """The lab of a plan, as far as objects are made from it."""
    clusters = {item.name: cluster(topology, item.name) for item in topology.clusters}
    return cast(
        Lab,
        SimpleNamespace(
            topology=topology,
            record=SimpleNamespace(without=list(without)),
            clusters=clusters,
            cluster=clusters.__getitem__,
        ),
    )


def cluster(topology: Topology, name: str) -> LabCluster:
    planned = topology.cluster(name)
    machines = [
        SimpleNamespace(
            name=node.name,
            spec=SimpleNamespace(
                role=node.role, address=str(node.addresses[0]), addresses=(str(node.addresses[0]),)
            ),
        )
        for node in planned.nodes
    ]
    return LabCluster(planned, cast(Any, machines), 0)


def server(topology: Topology) -> Server:
    (found,) = telemetry.servers(topology, "vault")
    return found


class FakeVault:
    """What the lab asks of a Vault that is open, kept in memory; `asked` are the writes."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.auth: dict[str, Any] = {"token/": {}}
        self.mounts: dict[str, Any] = {"sys/": {}}
        self.secrets: dict[str, Any] = {}
        self.busy = 1

    def get(self, path: str) -> Any:
        return {"data": {"sys/auth": self.auth, "sys/mounts": self.mounts}[path]}

    def find(self, path: str) -> Any:
        return self.secrets.get(path)

    def put(self, path: str, body: dict[str, Any]) -> None:
        mount, _, rest = path.partition("/")
        if path.startswith("sys/auth/"):
            self.auth[f"{path.removeprefix('sys/auth/')}/"] = body
        elif path.startswith("sys/mounts/"):
            self.mounts[f"{path.removeprefix('sys/mounts/')}/"] = body
        elif f"{mount}/" in self.mounts and rest.startswith("data/"):
            if self.busy:
                self.busy -= 1
                raise VaultError(400, "Upgrading from non-versioned to versioned data")
            self.secrets[path] = body
        self.asked.append((path, body))
