"""From a Vault's pod to a Vault that is initialised, unsealed and open to the lab.

The root token lies in a file of the lab for root alone, and only the lab uses it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tools.lab import edge
from tools.lab.errors import TimedOut
from tools.lab.kubeapi import UNREADY, ApiError
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.products.telemetry import Server
from tools.lab.products.vault_api import VaultApi, VaultError
from tools.lab.state import write
from tools.lab.waiting import until

PORT = 8200
"""Where the pods listen."""

_WITHIN = 120.0
_OPENS_WITHIN = 5.0


def opened(lab: Lab, server: Server) -> VaultApi:
    """A Vault with the lab's root token; one that is new is initialised. Raises TimedOut."""
    api = _reached(lab, server)
    if not api.get("sys/init")["initialized"]:
        made = api.put("sys/init", {"recovery_shares": 1, "recovery_threshold": 1})
        write(_keys(server), json.dumps({k: made[k] for k in ("root_token", "recovery_keys")}))
    until(
        f"{server.plan} is unsealed",
        lambda: passing(lambda: api.get("sys/health")["initialized"]),
        within=_WITHIN,
        fix=_fix(server),
    )
    api.token = json.loads(_keys(server).read_text())["root_token"]
    return api


def revive(lab: Lab, server: Server) -> None:
    """Start a Vault anew that is not well, as one that somebody has sealed.

    Only when it starts does it unseal itself, and read its certificate.
    """
    try:
        until("", lambda: _well(lab, server), within=_OPENS_WITHIN, every=0.2)
    except TimedOut:
        lab.cluster(server.reservation.cluster).api.delete(_pods(server), grace=0)


def _well(lab: Lab, server: Server) -> bool:
    found = _candidates(lab, server)
    return bool(found) and passing(lambda: not found[0].get("sys/seal-status")["sealed"])


def passing(ask: Callable[[], object], *also: int) -> bool:
    """Whether Vault gave a true answer; false while it is not ready. Raises VaultError.

    `also` are more statuses that mean "not ready yet".
    """
    try:
        return bool(ask())
    except VaultError as error:
        if error.status in (*UNREADY, *also):
            return False
        raise


def _reached(lab: Lab, server: Server) -> VaultApi:
    """The Vault's pod, once it answers. Raises TimedOut."""
    found: list[VaultApi] = []

    def answers() -> bool:
        found[:] = _candidates(lab, server)
        return bool(found) and passing(lambda: found[0].get("sys/init"))

    until(f"{server.plan} answers", answers, within=_WITHIN, every=0.2, fix=_fix(server))
    return found[0]


def _candidates(lab: Lab, server: Server) -> list[VaultApi]:
    """The pods that run and are to stay, each asked from the node that it is on.

    From there a pod may be entered whatever the policies say.
    """
    try:
        pods = lab.cluster(server.reservation.cluster).api.get(_pods(server))["items"]
    except ApiError as error:
        if error.status in UNREADY:
            return []
        raise
    return [
        VaultApi(
            lab.machine(pod["spec"]["nodeName"]).pid,
            pod["status"]["podIP"],
            PORT,
            authority=edge.bundle(lab, server.reservation),
            identity=str(server.reservation.address),
        )
        for pod in pods
        if pod["status"].get("phase") == "Running" and "deletionTimestamp" not in pod["metadata"]
    ]


def _pods(server: Server) -> str:
    space, _, name = server.reservation.owner.partition("/")
    return f"/api/v1/namespaces/{space}/pods?labelSelector=app%3D{name}"


def _fix(server: Server) -> str:
    space, _, name = server.reservation.owner.partition("/")
    return f"python -m tools.lab pod {server.reservation.cluster} -n {space} logs deployment/{name}"


def _keys(server: Server) -> Path:
    return state() / "vault" / f"{server.plan}.json"
