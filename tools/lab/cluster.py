"""One cluster of the lab: its API, its machines, and kubectl in its first control plane."""

from __future__ import annotations

import subprocess
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from tools.lab import release, spec
from tools.lab.kubeapi import KubeApi
from tools.lab.machine import Machine
from tools.lab.paths import state
from trueline.model.endpoint import Endpoint
from trueline.model.topology import Cluster


class LabCluster:
    """A running cluster. `plan` is what was declared, `machines` are its nodes in plan order."""

    def __init__(
        self, plan: Cluster, machines: list[Machine], runner: int, fronts: Collection[str] = ()
    ) -> None:
        self.plan = plan
        self._fronts = frozenset(fronts)
        self.name = plan.name
        self.machines = machines
        self.control_planes = [m for m in machines if m.spec.role == "control-plane"]
        self._runner = runner
        self._api: KubeApi | None = None

    @property
    def pki(self) -> Path:
        """The folder of its certificates."""
        return state() / "pki" / self.name

    @property
    def first(self) -> Machine:
        """The first control plane: the one the nodes talk to."""
        return self.control_planes[0]

    @property
    def port(self) -> int:
        """The port of the API, as planned."""
        return spec.api_port(self.plan)

    @property
    def endpoint(self) -> str:
        """The API's URL: as planned where a machine of the plan has that address, else the first's.

        A machine that is no control plane stands in front of them (see `tools.lab.vms`).
        """
        host = spec.api_host(self.plan)
        held = {address for m in self.control_planes for address in m.spec.addresses} | self._fronts
        host = host if host in held else self.first.spec.address
        return f"https://{Endpoint(host, self.port)}"

    @property
    def api(self) -> KubeApi:
        """The API through the lab's own wire, with the administrator's certificate."""
        if self._api is None:
            self._api = KubeApi(self._runner, self.first.spec.address, self.port, self.pki)
        return self._api

    def ready(self) -> bool:
        """Whether the API says that it is ready, in the first control plane and at `endpoint`."""
        if not self.api.ready():
            return False
        host = str(urlsplit(self.endpoint).hostname)
        if host == self.first.spec.address:
            return True
        front = KubeApi(self._runner, host, self.port, self.pki)
        try:
            return front.ready()
        finally:
            front.close()

    def close(self) -> None:
        """Close the connection to the API, if there is one."""
        if self._api is not None:
            self._api.close()

    def program(self, name: str) -> str:
        """Where a program of Kubernetes is in its machines, of the release line of the plan."""
        return f"{release.home(self.plan)}/{name}"

    def kubectl_command(self, *args: str) -> list[str]:
        """The command line of kubectl in the first control plane, past what stands in front."""
        here = f"--server=https://127.0.0.1:{self.port}"
        return ["/lab/bin/kubectl", "--kubeconfig=/lab/pki/admin.kubeconfig", here, *args]

    def kubectl(
        self,
        *args: str,
        check: bool = True,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl in the first control plane. Raises LabError when `check` and it fails."""
        return self.first.run(self.kubectl_command(*args), check=check, timeout=timeout)

    def ready_nodes(self) -> set[str]:
        """The names of the nodes that are Ready. Raises LabError when the API does not answer."""
        found = set()
        for node in self.api.get("/api/v1/nodes")["items"]:
            conditions = node["status"].get("conditions", [])
            if any(c["type"] == "Ready" and c["status"] == "True" for c in conditions):
                found.add(node["metadata"]["name"])
        return found
