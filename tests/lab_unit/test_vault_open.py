from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.lab_unit.vaults import keeping, lab, server
from tools.lab import edge
from tools.lab.errors import TimedOut
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.products import vault_open
from tools.lab.products.vault_api import VaultError

PODS = "/api/v1/namespaces/treasury/pods?labelSelector=app%3Dsafe"


class NewVault:
    """A Vault as it is found; when it has been initialised, it is busy for one answer."""

    def __init__(self, *, initialized: bool, sealed: bool = False) -> None:
        self.initialized, self.sealed, self.token, self.busy = initialized, sealed, "", 0
        self.asked: list[tuple[str, Any]] = []

    def get(self, path: str) -> Any:
        if self.busy and path == "sys/health":
            self.busy -= 1
            raise VaultError(503, "sealed")
        return {"initialized": self.initialized, "sealed": self.sealed}

    def put(self, path: str, body: dict[str, Any]) -> Any:
        self.asked.append((path, body))
        self.initialized, self.busy = True, 1
        return {"root_token": "root", "recovery_keys": ["one"], "keys": []}


class Api:
    """The API of the Vault's cluster; deleted pods come back well."""

    def __init__(self, pods: list[dict[str, Any]], vault: NewVault) -> None:
        self.pods, self.vault = pods, vault
        self.deleted: list[str] = []

    def get(self, path: str) -> Any:
        assert path == PODS
        return {"items": self.pods}

    def delete(self, path: str, *, grace: int) -> None:
        assert grace == 0
        self.deleted.append(path)
        self.vault.sealed = False


def pod(address: str, phase: str = "Running", **meta: str) -> dict[str, Any]:
    return {
        "metadata": meta,
        "spec": {"nodeName": "east-w1"},
        "status": {"phase": phase, "podIP": address},
    }


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    monkeypatch.setattr(vault_open, "_OPENS_WITHIN", 0.0)


def running(vault: NewVault, monkeypatch: pytest.MonkeyPatch, *pods: dict[str, Any]) -> Lab:
    """The lab with these pods behind the Vault; `vault.host` is the one that was asked."""

    def client(pid: int, host: str, port: int, *, authority: str, identity: str) -> NewVault:
        assert (pid, port, identity) == (42, 8200, "198.51.100.105")
        assert authority.startswith("-----BEGIN CERTIFICATE-----")
        vault.asked.append(("host", host))
        return vault

    monkeypatch.setattr(vault_open, "VaultApi", client)
    edge.mint(keeping())
    found = vars(lab(keeping()))
    east = SimpleNamespace(api=Api(list(pods) or [pod("10.1.0.9")], vault), name="east")
    found |= {"cluster": lambda _name: east, "machine": lambda _name: SimpleNamespace(pid=42)}
    return cast(Lab, SimpleNamespace(**found))


def opened(found: Lab) -> Any:
    return vault_open.opened(found, server(keeping()))


def test_a_new_vault_is_initialised_and_its_keys_are_for_root_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vault = NewVault(initialized=False)
    assert opened(running(vault, monkeypatch)).token == "root"
    assert ("sys/init", {"recovery_shares": 1, "recovery_threshold": 1}) in vault.asked
    path = state() / "vault/safe.json"
    assert json.loads(path.read_text()) == {"root_token": "root", "recovery_keys": ["one"]}
    assert path.stat().st_mode & 0o777 == 0o600


def test_one_that_is_known_is_opened_with_what_was_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    opened(running(NewVault(initialized=False), monkeypatch))
    vault = NewVault(initialized=True)
    assert opened(running(vault, monkeypatch)).token == "root"
    assert "sys/init" not in dict(vault.asked)


def test_only_a_pod_that_runs_and_stays_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    vault = NewVault(initialized=False)
    pods = (
        pod("10.1.0.7", "Failed"),
        pod("10.1.0.8", deletionTimestamp="2026-01-01T00:00:00Z"),
        pod("10.1.0.9"),
    )
    opened(running(vault, monkeypatch, *pods))
    assert {host for what, host in vault.asked if what == "host"} == {"10.1.0.9"}


def test_one_that_never_answers_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_open, "_WITHIN", 0.0)
    with pytest.raises(TimedOut) as caught:
        opened(running(NewVault(initialized=True), monkeypatch, pod("10.1.0.9", "Pending")))
    assert str(caught.value) == (
        "safe answers: not within 0 s\n"
        "fix: python -m tools.lab pod east -n treasury logs deployment/safe"
    )


@pytest.mark.parametrize(("sealed", "deleted"), [(True, [PODS]), (False, [])])
def test_one_that_was_sealed_is_started_anew(
    sealed: bool, deleted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = running(NewVault(initialized=True, sealed=sealed), monkeypatch)
    vault_open.revive(found, server(keeping()))
    assert cast(Any, found.cluster("east").api).deleted == deleted
