"""Secrets planted wherever a cluster and its clients have them: a whole run leaks none of them.

The run is a real one of the plugin, against a served API over TLS. Looked through is all that it
leaves: the terminal, every file of the run folder, the commands that were started.
"""

from __future__ import annotations

import base64
import copy
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kube.api import FakeApi, Pki, kubeconfig, listed
from tests.plugin.project import PLAN, Project
from tests.security import tally

CANARY = "canary-7f3e9b"
ROW = "secrets (canaries) of a whole run"

FAKES = """\
import pytest

import trueline.observe.leases
import trueline.observe.snapshot
from trueline.model.observation import Unobserved


def take_wire(topology, clock):
    gap = Unobserved(reason="no raw socket", at=0.0, source="sweep", vantage="here")
    return {segment.name: gap for segment in topology.segments}


def pytest_configure(config):
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    patch.setattr(trueline.observe.snapshot, "take_wire", take_wire)
"""

SEEN = """

from dataclasses import fields


@check(requirement(11), remedy="Look.")
def everything_is_shown(cluster, snapshot):
    \"\"\"Everything of a cluster is shown.\"\"\"
    facts = snapshot.clusters[cluster.name]
    for field in fields(facts):
        if field.name != "name":
            seen = getattr(facts, field.name)
            value = seen.value if seen.kind == "seen" else seen.reason
            yield equal(cluster, expected="nothing", observed=repr(value), evidence=[seen.origin])
"""


def planted(item: dict[str, Any]) -> dict[str, Any]:
    """The object with secrets where people leave them."""
    found = copy.deepcopy(item)
    meta = found["metadata"]
    last = json.dumps({"stringData": {"password": f"{CANARY}-applied"}})
    notes = meta.get("annotations") or {}
    meta["annotations"] = {
        **notes,
        "kubectl.kubernetes.io/last-applied-configuration": last,
        "note": f"{CANARY}-annotation",
    }
    meta["managedFields"] = [{"manager": f"{CANARY}-manager"}]
    for container in (found.get("spec") or {}).get("containers") or ():
        container["env"] = [{"name": "PASSWORD", "value": f"{CANARY}-env"}]
        container["args"] = [*(container.get("args") or ()), f"--token={CANARY}-arg"]
    return found


SECRET = {
    "metadata": {"name": "s", "namespace": "n"},
    "data": {"password": base64.b64encode(f"{CANARY}-data".encode()).decode()},
}


def plant(api: FakeApi) -> None:
    """Secrets in every list that a look asks for, and in lists that nobody must ask for."""
    for path, route in list(api.routes.items()):
        if not callable(route) and isinstance(route[1], dict) and "items" in route[1]:
            items = [planted(one) for one in route[1]["items"]]
            api.routes[path] = listed(*items)
    config = {"metadata": {"name": "c", "namespace": "n"}, "data": {"token": f"{CANARY}-config"}}
    api.routes["/api/v1/configmaps"] = listed(config)
    api.routes["/api/v1/secrets"] = listed(SECRET)
    api.routes["/api/v1/namespaces/n/secrets"] = listed(SECRET)


def users(folder: Path, pki: Pki) -> dict[str, dict[str, Any]]:
    """Every kind of credentials that a kubeconfig can hold."""
    plug_in = folder / "plug-in"
    status = {"token": f"{CANARY}-plug-in"}
    answer = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": status,
    }
    plug_in.write_text(f"#!/bin/sh\necho '{json.dumps(answer)}'\n")
    plug_in.chmod(0o755)
    (folder / "token").write_text(f"{CANARY}-token-file")
    return {
        "token": {"token": f"{CANARY}-token"},
        "token file": {"tokenFile": str(folder / "token")},
        "password": {"username": "me", "password": f"{CANARY}-password"},
        "certificate": {
            "client-certificate-data": base64.b64encode(pki.certificate.read_bytes()).decode(),
            "client-key-data": base64.b64encode(pki.key.read_bytes()).decode(),
        },
        "broken key": {
            "client-certificate-data": base64.b64encode(pki.certificate.read_bytes()).decode(),
            "client-key-data": base64.b64encode(f"{CANARY}-key".encode()).decode(),
        },
        "plug-in": {
            "exec": {
                "apiVersion": "client.authentication.k8s.io/v1",
                "command": str(plug_in),
                "env": [{"name": "SECRET", "value": f"{CANARY}-exec-env"}],
                "interactiveMode": "Never",
            }
        },
    }


_commands: list[str] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn"):
        _commands.append(repr(arguments[:2]))  # the program and its words


sys.addaudithook(_hear)


def forms(secret: str) -> Iterator[str]:
    """The secret as it may be written: itself, in base64 at every offset, in hex."""
    yield secret
    yield secret.encode().hex()
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + secret.encode()).decode()
        yield whole[(0, 2, 3)[offset] : len(whole) - 4]


def places(folder: Path, output: str) -> dict[str, str]:
    """Everything that a run leaves, by where it is."""
    found = {
        str(path.relative_to(folder)): path.read_bytes().decode(errors="replace")
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {**found, "terminal": output, "arguments of processes": "\n".join(_commands)}


def leaks(found: dict[str, str], *secrets: str) -> list[str]:
    """Where a secret is to be read."""
    every = [form for secret in secrets for form in forms(secret)]
    return [place for place, text in found.items() if any(form in text for form in every)]


@pytest.fixture
def south(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("south")


@pytest.mark.parametrize(
    "kind", ["token", "token file", "password", "certificate", "broken key", "plug-in"]
)
def test_a_whole_run_leaks_nothing(
    pytester: pytest.Pytester,
    api: FakeApi,
    pki: Pki,
    monkeypatch: pytest.MonkeyPatch,
    south: Path,
    kind: str,
) -> None:
    plant(api)
    monkeypatch.setenv("VAULT_TOKEN", f"{CANARY}-environment")
    monkeypatch.setenv("HTTPS_PROXY_PASSWORD", f"{CANARY}-environment")
    tests = ("cluster_is_seen: snapshot", "everything_is_shown: snapshot")
    project = Project(pytester, *tests, plan=f"{PLAN}budgets: {{api_timeout: 60}}\n")
    demo = (project.path / "demo.py").read_text(encoding="utf-8")
    project.write("demo.py", demo + SEEN)
    project.write("fakes.py", FAKES)
    user = users(south, pki)[kind]
    config = yaml.safe_load(
        kubeconfig(south, api.url, pki.ca, context="north", user=user).read_text()
    )
    # The other cluster is refused by trueline itself, and tells why.
    config["clusters"].append(
        {"name": "south", "cluster": {"server": f"https://me:{CANARY}-url@x"}}
    )
    config["users"].append({"name": "south", "user": {"token": f"{CANARY}-south"}})
    config["contexts"].append({"name": "south", "context": {"cluster": "south", "user": "south"}})
    (south / "config").write_text(yaml.safe_dump(config))
    _commands.clear()
    ended = project.run(
        "suites", "-v", "-rA", "--log-level=DEBUG", "--showlocals", "-W", "ignore",
        "--kubeconfig", str(south / "config"),
    )  # fmt: skip
    found = places(ended.folder, "\n".join([*ended.lines, *ended.errors]))
    secrets = [CANARY]
    if kind == "certificate":
        secrets.append(user["client-key-data"][60:120])
    leaked = leaks(found, *secrets)
    tally.tried(ROW, len(found))
    tally.leaked(ROW, len(leaked))
    assert leaked == []
    assert {"journal.jsonl", "summary.json", "summary.md", "junit.xml"} <= set(found)
    assert any(name.startswith("allure-results/") for name in found)
    asked = [path for path in api.paths() if "secrets" in path.split("/")]
    assert asked == []
    if kind != "broken key":  # nobody was asked with it
        assert "snapshot/clusters.json" in found
        assert "/api/v1/services" in api.paths()
        assert "v1.34.4" in found["snapshot/clusters.json"]


def test_canaries_would_be_found() -> None:
    """The search finds what it looks for, or its silence would prove nothing."""
    text = f"x{CANARY}-token"
    hidden = {
        "plain": text,
        "hex": text.encode().hex(),
        **{
            f"base64 {n}": base64.b64encode(b"?" * n + text.encode() + b"?" * 5).decode()
            for n in range(3)
        },
    }
    assert leaks({**hidden, "clean": "nothing here"}, CANARY) == list(hidden)


def test_no_role_lets_anybody_read_a_secret() -> None:
    root = Path(__file__).parents[2]
    rules = [
        rule
        for path in sorted((root / "deploy").glob("*.yaml"))
        for item in yaml.safe_load_all(path.read_text(encoding="utf-8"))
        if item and item.get("kind") in ("Role", "ClusterRole")
        for rule in item["rules"]
    ]
    tally.tried(ROW, len(rules))
    assert len(rules) > 3
    assert [rule for rule in rules if {"secrets", "*"} & set(rule.get("resources", ()))] == []
    assert [rule for rule in rules if "*" in (*rule["verbs"], *rule.get("apiGroups", ()))] == []
