from __future__ import annotations

import base64
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.lab_unit.vaults import BASE, cluster, keeping, lab, server
from tests.lab_unit.world import plan
from tools.lab import edge
from tools.lab.errors import LabError, TimedOut
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.products import external_secrets, external_secrets_operator
from trueline.model.topology import Topology

READY = {"conditions": [{"type": "Ready", "status": "True"}]}
FAILED = {"conditions": [{"type": "Ready", "status": "False"}]}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    (state() / "manifests").mkdir(parents=True)
    (state() / "manifests/external-secrets.yaml").write_text(
        "kind: CustomResourceDefinition\nmetadata: {name: things}\n"
    )


def test_only_a_plan_that_syncs_secrets_gets_it() -> None:
    assert external_secrets.PRODUCT.wanted(keeping())
    assert not external_secrets.PRODUCT.wanted(keeping("    synced: {west: [outpost/one]}\n"))
    assert not external_secrets.PRODUCT.wanted(plan())


def test_it_runs_where_secrets_are_synced_and_nowhere_else() -> None:
    topology = keeping()
    assert external_secrets.objects(lab(topology), cluster(topology, "east")) == []
    found = external_secrets.objects(lab(topology), cluster(topology, "west"))
    assert [
        f"{item['kind']} {item['metadata'].get('namespace', '')}/{item['metadata']['name']}"
        for item in found
    ] == [
        "Namespace /outpost",
        "CustomResourceDefinition /things",
        "ServiceAccount outpost/external-secrets",
        "ClusterRole /external-secrets",
        "ClusterRoleBinding /external-secrets",
        "Deployment outpost/external-secrets",
        "Service outpost/external-secrets-metrics",
    ]
    assert all(item["metadata"]["labels"].items() >= BASE.items() for item in found)


def test_the_controller_looks_at_no_kind_that_is_not_defined() -> None:
    (found,) = (
        item
        for item in external_secrets_operator.objects("external-secrets", "outpost")
        if item["kind"] == "Deployment"
    )
    assert found["spec"]["template"]["spec"]["containers"][0]["args"] == [
        "--concurrent=1",
        "--metrics-addr=:8080",
        "--loglevel=warn",
        "--enable-cluster-store-reconciler=false",
        "--enable-cluster-external-secret-reconciler=false",
        "--enable-push-secret-reconciler=false",
        "--enable-cluster-push-secret-reconciler=false",
    ]


def test_a_secret_is_read_by_the_login_of_its_namespace() -> None:
    topology = keeping()
    (item,) = server(topology).plan.synced
    made = external_secrets.stored(server(topology), item, "https://safe.east.test:8201", "PEM")
    store, secret = made
    assert (store["kind"], store["metadata"]["namespace"]) == ("SecretStore", "outpost")
    assert store["spec"] == {
        "provider": {
            "vault": {
                "server": "https://safe.east.test:8201",
                "path": "kv",
                "version": "v2",
                "caBundle": base64.b64encode(b"PEM").decode(),
                "auth": {
                    "kubernetes": {
                        "mountPath": "k8s-west",
                        "role": "reader",
                        "serviceAccountRef": {"name": "reader"},
                    }
                },
            }
        },
        "refreshInterval": 10,
    }
    assert (secret["kind"], secret["metadata"]["name"]) == ("ExternalSecret", "one")
    assert secret["spec"] == {
        "refreshInterval": "10s",
        "secretStoreRef": {"kind": "SecretStore", "name": "safe"},
        "target": {"name": "one"},
        "dataFrom": [{"extract": {"key": "team/one"}}],
    }


def test_a_secret_that_no_login_reads_is_refused() -> None:
    topology = keeping("[outpost/one]", "[elsewhere/one]")
    (item,) = server(topology).plan.synced
    with pytest.raises(LabError) as caught:
        external_secrets.stored(server(topology), item, "", "")
    assert str(caught.value) == (
        "topology.yaml:82: no login of safe reads a secret in west/elsewhere\n"
        "fix: plan a login with `reads` in the namespace of the synced secret"
    )


class Api:
    """The API of west, with what the operator says of both objects."""

    def __init__(self, *, status: dict[str, Any]) -> None:
        self.status = status
        self.created: list[str] = []
        self.deleted: list[str] = []

    def create_all(self, items: list[dict[str, Any]]) -> None:
        self.created += [item["kind"] for item in items]

    def path(self, item: dict[str, Any]) -> str:
        return str(item["kind"])

    def get(self, _path: str) -> dict[str, Any]:
        return {"status": self.status}

    def delete(self, path: str, *, grace: int) -> None:
        assert grace == 0
        self.deleted.append(path)
        self.status = READY


def with_api(topology: Topology, api: Api, *without: str) -> Lab:
    edge.mint(topology)
    found = lab(topology, *without)
    west = SimpleNamespace(api=api, name="west")
    return cast(Lab, SimpleNamespace(**{**vars(found), "cluster": lambda _name: west}))


def test_the_store_and_the_secret_are_made_once_vault_answers() -> None:
    api = Api(status=READY)
    external_secrets.connect(with_api(keeping(), api))
    assert api.created == ["SecretStore", "ExternalSecret"]


def test_without_vault_nothing_is_made_that_could_only_fail() -> None:
    api = Api(status=FAILED)
    external_secrets.connect(with_api(keeping(), api, "vault"))
    external_secrets.restore(with_api(keeping(), api, "vault"))
    assert (api.created, api.deleted) == ([], [])


def test_an_operator_that_waits_after_failures_is_started_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(external_secrets, "_SOON", 0.0)
    api = Api(status=FAILED)
    external_secrets.restore(with_api(keeping(), api))
    assert api.deleted == ["/api/v1/namespaces/outpost/pods?labelSelector=app%3Dexternal-secrets"]


def test_one_that_is_well_is_left_alone() -> None:
    api = Api(status=READY)
    external_secrets.restore(with_api(keeping(), api))
    assert api.deleted == []


def test_a_secret_that_is_never_synced_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(external_secrets, "_WITHIN", 0.0)
    with pytest.raises(TimedOut) as caught:
        external_secrets.connect(with_api(keeping(), Api(status=FAILED)))
    assert str(caught.value) == (
        "west: outpost/one is synced from safe: not within 0 s\n"
        "fix: python -m tools.lab pod west -n outpost describe externalsecrets"
    )
