from __future__ import annotations

import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from tests.lab_unit.vaults import BASE, FakeVault, cluster, keeping, lab, server
from tests.lab_unit.world import plan
from tools.lab import edge
from tools.lab.errors import LabError
from tools.lab.products import login_canary, vault, vault_logins, vault_setup
from tools.lab.products.vault_api import VaultApi
from trueline.model.topology import Topology

Objects = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))


def made(topology: Topology, name: str, *without: str) -> Objects:
    edge.mint(topology)
    return vault.objects(lab(topology, *without), cluster(topology, name))


def names(objects: Objects) -> list[str]:
    return [
        f"{item['kind']} {item['metadata'].get('namespace', '')}/{item['metadata']['name']}"
        for item in objects
    ]


def only(objects: Objects, kind: str, name: str) -> dict[str, Any]:
    (found,) = (i for i in objects if (i["kind"], i["metadata"]["name"]) == (kind, name))
    return found


def test_only_a_plan_that_asks_for_it_gets_it() -> None:
    east, west = keeping().clusters
    assert vault.PRODUCT.wanted(keeping())
    assert vault.owners(keeping(), east) == {"treasury/safe"}
    assert vault.owners(keeping(), west) == frozenset()
    assert not vault.PRODUCT.wanted(plan())
    assert not vault.PRODUCT.wanted(keeping("kind: vault\n", "kind: vault\n    stand_in: true\n"))


def test_its_own_cluster_gets_the_server_and_the_others_what_logs_in() -> None:
    assert names(made(keeping(), "east")) == [
        "ConfigMap treasury/safe-config",
        "Secret treasury/safe-tls",
        "Secret treasury/safe-seal",
        "Service treasury/safe",
        "Deployment treasury/safe",
    ]
    assert names(made(keeping(), "west")) == [
        "Namespace /outpost",
        "ServiceAccount outpost/reader",
        "ServiceAccount kube-system/vault-reviewer-k8s-west",
        "ClusterRoleBinding /vault-reviewer-k8s-west",
        "ConfigMap outpost/safe-login-reader",
        "Deployment outpost/safe-login-reader",
    ]


def test_every_object_survives_a_reset() -> None:
    for name in ("east", "west"):
        for item in made(keeping(), name):
            assert item["metadata"]["labels"].items() >= BASE.items(), names([item])


def test_it_listens_with_tls_only_and_opens_itself() -> None:
    assert vault.config(server(keeping())) == {
        "api_addr": "https://198.51.100.105:8201",
        "ui": False,
        "listener": [
            {
                "tcp": {
                    "address": "0.0.0.0:8200",
                    "tls_cert_file": "/etc/openbao/tls/tls.crt",
                    "tls_key_file": "/etc/openbao/tls/tls.key",
                }
            }
        ],
        "storage": {"file": {"path": "/var/lib/openbao"}},
        "seal": [
            {"static": {"current_key_id": "lab", "current_key": "file:///etc/openbao/seal/key"}}
        ],
    }


def test_the_planned_port_leads_to_the_pods_port() -> None:
    service = only(made(keeping(), "east"), "Service", "safe")
    assert service["spec"]["ports"] == [
        {"name": "tcp-8201", "port": 8201, "protocol": "TCP", "targetPort": 8200}
    ]


def test_it_shows_the_certificate_of_its_address() -> None:
    objects = made(keeping(), "east")
    topology = keeping()
    chain, key = edge.certificate(lab(topology), server(topology).reservation)
    shown = only(objects, "Secret", "safe-tls")["stringData"]
    assert shown == {"tls.crt": chain, "tls.key": key}


def test_its_data_stay_on_one_worker_with_one_pod_at_a_time() -> None:
    spec = only(made(keeping(), "east"), "Deployment", "safe")["spec"]
    pod = spec["template"]["spec"]
    assert spec["strategy"] == {"type": "Recreate"}
    assert pod["nodeSelector"] == {"kubernetes.io/hostname": "east-w1"}
    assert {
        "name": "data",
        "hostPath": {"path": "/var/lib/kubelet/lab/treasury-safe", "type": "DirectoryOrCreate"},
    } in pod["volumes"]
    health = {"path": "/v1/sys/health", "port": 8200, "scheme": "HTTPS"}
    assert pod["containers"][0]["readinessProbe"]["httpGet"] == health


def test_a_cluster_of_control_planes_keeps_the_data_on_the_first() -> None:
    lone = cluster(keeping(), "east")
    lone.machines[:] = lone.control_planes
    assert vault._node(lone) == "east-m1"


def test_the_reviewer_may_review_tokens_and_nothing_else() -> None:
    binding = only(made(keeping(), "west"), "ClusterRoleBinding", "vault-reviewer-k8s-west")
    assert binding["roleRef"]["name"] == "system:auth-delegator"
    assert binding["subjects"] == [
        {
            "kind": "ServiceAccount",
            "name": "vault-reviewer-k8s-west",
            "namespace": "kube-system",
        }
    ]


def test_the_canary_logs_in_as_planned_over_verified_tls() -> None:
    objects = made(keeping(), "west")
    pod = only(objects, "Deployment", "safe-login-reader")["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    settings = {item["name"]: item.get("value") for item in container["env"]}
    assert pod["serviceAccountName"] == "reader"
    assert settings == {
        "PORT": "8080",
        "HOST": None,
        "TOKEN_FILE": "/var/run/secrets/kubernetes.io/serviceaccount/token",
        "VAULT_ADDR": "https://safe.east.test:8201",
        "VAULT_CACERT": "/etc/canary/ca.crt",
        "VAULT_MOUNT": "k8s-west",
        "VAULT_ROLE": "reader",
        "VAULT_READS": "kv/data/team/one",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    files = only(objects, "ConfigMap", "safe-login-reader")["data"]
    topology = keeping()
    assert files["ca.crt"] == edge.bundle(lab(topology), server(topology).reservation)


@pytest.mark.parametrize(
    ("old", "new", "without"),
    [("", "", ["coredns"]), ("tls_names: [safe.east.test]", "tls_names: [x.test]", [])],
)
def test_without_a_name_that_pods_resolve_they_use_the_address(
    old: str, new: str, without: list[str]
) -> None:
    topology = keeping(old, new)
    found = vault_logins.address(lab(topology, *without), server(topology))
    assert found == "https://198.51.100.105:8201"


def test_a_mount_serves_one_cluster() -> None:
    second = "      east: {namespace: a, service_account: b, mount: k8s-west, role: c}\n    synced:"
    with pytest.raises(LabError) as caught:
        vault_logins.mounts(server(keeping("    synced:", second)))
    assert str(caught.value) == (
        "topology.yaml:82: the auth mount k8s-west is that of west already\n"
        "fix: give every cluster a mount of its own"
    )


def prepared(vaults: FakeVault, topology: Topology, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_setup, "opened", lambda _lab, _server: vaults)
    vault_setup.prepare(lab(topology), server(topology))


def test_a_new_vault_is_told_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    found = FakeVault()
    prepared(found, keeping(), monkeypatch)
    assert [path for path, _ in found.asked] == [
        "sys/mounts/kv",
        "kv/data/team/one",
        "sys/auth/k8s-west",
        "sys/policies/acl/k8s-west-reader",
        "auth/k8s-west/role/reader",
    ]
    said = dict(found.asked)
    assert said["sys/mounts/kv"] == {"type": "kv", "options": {"version": "2"}}
    assert said["sys/auth/k8s-west"] == {"type": "kubernetes"}
    assert json.loads(said["sys/policies/acl/k8s-west-reader"]["policy"]) == {
        "path": {"kv/data/team/one": {"capabilities": ["read"]}}
    }
    assert said["auth/k8s-west/role/reader"] == {
        "bound_service_account_names": ["reader"],
        "bound_service_account_namespaces": ["outpost"],
        "token_policies": ["k8s-west-reader"],
        "token_ttl": "10m",
        "token_max_ttl": "10m",
    }


def test_the_canary_secret_is_random_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = FakeVault(), FakeVault()
    for found in (one, one, other):
        prepared(found, keeping(), monkeypatch)
    values = [found.secrets["kv/data/team/one"]["data"]["value"] for found in (one, other)]
    assert values[0] != values[1]
    assert all(re.fullmatch("[0-9a-f]{32}", value) for value in values)
    assert [path for path, _ in one.asked].count("kv/data/team/one") == 1


def test_a_second_time_puts_back_policies_and_roles_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = FakeVault()
    prepared(found, keeping(), monkeypatch)
    found.asked.clear()
    prepared(found, keeping(), monkeypatch)
    assert [path for path, _ in found.asked] == [
        "sys/policies/acl/k8s-west-reader",
        "auth/k8s-west/role/reader",
    ]


def test_a_login_that_reads_nothing_may_read_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    topology = keeping("        reads: kv/data/team/one\n    synced: {west: [outpost/one]}\n")
    found = FakeVault()
    prepared(found, topology, monkeypatch)
    assert found.mounts.keys() == {"sys/"}
    (said,) = (body["policy"] for path, body in found.asked if path.startswith("sys/policies/"))
    assert json.loads(said) == {"path": {}}


def test_only_versioned_secrets_can_be_made() -> None:
    (login,) = server(keeping("kv/data/team/one", "kv/team/one")).plan.logins
    with pytest.raises(LabError) as caught:
        vault_setup.store(cast(VaultApi, FakeVault()), login, login.reads or "")
    assert str(caught.value) == (
        "topology.yaml:76: kv/team/one is no secret of the lab's Vault, which keeps versions "
        "(KV 2)\nfix: name it MOUNT/data/NAME, for example `secret/data/canary`"
    )


def test_each_mount_asks_its_own_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    topology, found = keeping(), FakeVault()
    west = cluster(topology, "west")
    west.pki.mkdir(parents=True)
    (west.pki / "ca.crt").write_text("authority of west")
    monkeypatch.setattr(vault_setup, "opened", lambda _lab, _server: found)
    monkeypatch.setattr(vault_logins, "reviewer_token", lambda _cluster, _login: "a token")
    vault_setup.trust_clusters(lab(topology), server(topology))
    assert found.asked == [
        (
            "auth/k8s-west/config",
            {
                "kubernetes_host": "https://198.51.100.20:6443",
                "kubernetes_ca_cert": "authority of west",
                "token_reviewer_jwt": "a token",
                "disable_local_ca_jwt": True,
            },
        )
    ]


def test_the_program_of_the_canary_needs_python_alone() -> None:
    source = inspect.getsource(login_canary)
    imported = re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE)
    assert imported
    assert set(imported) <= sys.stdlib_module_names
