from __future__ import annotations

import base64
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from tests.lab_unit.world import TEXT, plan
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.products import (
    argocd,
    argocd_application,
    argocd_link,
    argocd_parts,
    argocd_plan,
    argocd_settings,
    git_repository,
)
from tools.lab.state import write
from trueline.model.topology import Topology

RESERVED = """\
        ship:
          address: 198.51.100.101
          service: gitops/ship
          ports: [80/TCP/http, 8443/TCP/https]
          tls_names: [ship.east.test]
"""
PRODUCTS = """\
flows:
  - {name: cache, from: "pods:east/gitops", to: "vm:store", port: 6379/TCP/redis, expected: works}
products:
  ship:
    kind: argocd
    at: reservation:east/ship
    anonymous: false
    deploys: {west: [gitops/shop, gitops/till]}
  store: {kind: redis, at: "vm:store", anonymous: false}
"""
BASE = {"trueline.lab/base": "true"}
PART = {"app.kubernetes.io/part-of": "argocd"}


def shipping(old: str = "", new: str = "") -> Topology:
    """A plan with an Argo CD in east that deploys to west."""
    text = TEXT.replace("  west:\n    context", f"{RESERVED}  west:\n    context", 1)
    assert old in text + PRODUCTS
    return plan((text + PRODUCTS).replace(old, new) if old else text + PRODUCTS)


def instance(old: str = "", new: str = "") -> argocd_plan.Instance:
    (found,) = argocd_plan.instances(shipping(old, new))
    return found


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))


def test_only_a_plan_that_asks_for_it_gets_it() -> None:
    east, west = shipping().clusters
    assert argocd.wanted(shipping())
    assert argocd.owners(shipping(), east) == {"gitops/ship"}
    assert argocd.owners(shipping(), west) == frozenset()
    assert not argocd.wanted(plan())
    assert not argocd.wanted(
        shipping("anonymous: false\n    deploys", "stand_in: true\n    deploys")
    )


def test_it_uses_the_redis_that_a_flow_leads_to() -> None:
    found = argocd_plan.redis(shipping(), instance())
    assert found
    assert (found[0].name, found[1]) == ("store", 6379)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("expected: works", "expected: fails"),
        ("pods:east/gitops", "pods:west/gitops"),
        ('kind: redis, at: "vm:store"', 'kind: redis, stand_in: true, at: "vm:store"'),
    ],
)
def test_without_such_a_flow_it_has_a_redis_of_its_own(old: str, new: str) -> None:
    assert argocd_plan.redis(shipping(old, new), instance(old, new)) is None


@pytest.mark.parametrize(("anonymous", "password"), [("false", "SECRET"), ("true", "")])
def test_it_logs_in_to_that_redis_unless_strangers_may(anonymous: str, password: str) -> None:
    old, new = 'vm:store", anonymous: false', f'vm:store", anonymous: {anonymous}'
    write(state() / "vms" / "store" / "password", "SECRET\n")
    lab = cast(Lab, SimpleNamespace(topology=shipping(old, new), machines={"store": None}))
    assert argocd_parts.external_redis(lab, instance(old, new)) == ("198.51.100.30:6379", password)


def test_a_lab_without_that_machine_has_none_to_use() -> None:
    lab = cast(Lab, SimpleNamespace(topology=shipping(), machines={}))
    assert argocd_parts.external_redis(lab, instance()) is None


def test_an_application_elsewhere_is_refused() -> None:
    with pytest.raises(LabError) as caught:
        instance("gitops/till", "shop/till").applications("west")
    assert str(caught.value).partition(": ")[2] == (
        "shop/till is outside gitops, the namespace of ship, where the lab has no Applications\n"
        "fix: name it gitops/till"
    )


def test_the_target_cluster_gets_an_account_for_its_namespaces_only() -> None:
    found = argocd_link.objects(instance(), "west")
    assert [(o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]) for o in found] == [
        ("ServiceAccount", "kube-system", "ship-manager"),
        ("Namespace", None, "shop"),
        ("Role", "shop", "ship-manager"),
        ("RoleBinding", "shop", "ship-manager"),
        ("Namespace", None, "till"),
        ("Role", "till", "ship-manager"),
        ("RoleBinding", "till", "ship-manager"),
    ]
    assert all(o["metadata"]["labels"] == BASE for o in found)
    assert found[2]["rules"] == [
        {"apiGroups": [""], "resources": ["configmaps", "pods"], "verbs": ["*"]},
        {"apiGroups": ["apps"], "resources": ["deployments", "replicasets"], "verbs": ["*"]},
    ]


def test_a_target_is_declared_by_its_planned_endpoint(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("AUTHORITY")
    cluster = SimpleNamespace(name="west", endpoint="https://198.51.100.9:6443", pki=tmp_path)
    found = argocd_link.cluster_secret(instance(), cast(LabCluster, cluster), "TOKEN")
    labels = {"argocd.argoproj.io/secret-type": "cluster", **PART, **BASE}
    assert found["metadata"] == {"name": "cluster-west", "namespace": "gitops", "labels": labels}
    assert found["stringData"] == {
        "name": "west",
        "server": "https://198.51.100.9:6443",
        "namespaces": "shop,till",
        "clusterResources": "false",
        "config": '{"bearerToken": "TOKEN", "tlsClientConfig": '
        '{"insecure": false, "caData": "QVVUSE9SSVRZ"}}',
    }


def test_an_application_says_cluster_repository_and_namespace() -> None:
    found = argocd_application.applications(instance(), ["west"])
    assert [item["metadata"]["name"] for item in found] == ["shop", "till"]
    assert found[0]["spec"] == {
        "project": "default",
        "source": {
            "repoURL": "file:///repositories/lab.git",
            "path": "west/shop",
            "targetRevision": "main",
        },
        "destination": {"name": "west", "namespace": "shop"},
        "syncPolicy": {"automated": {"prune": True, "selfHeal": True}},
    }


def test_what_is_deployed_says_who_deployed_it() -> None:
    found = argocd_application.manifests("west", "shop")
    settings, server = (yaml.safe_load(text) for text in found.values())
    assert settings["data"] == {"greeting": "deployed to west by Argo CD"}
    assert server["spec"]["template"]["spec"]["containers"][0]["args"] == [
        "-listen=:8080",
        "-service=shop/shop",
        "-cluster=west",
    ]


def test_the_repositorys_files_are_put_where_git_looks_for_them() -> None:
    repository = argocd_application.repository(instance())
    volume = argocd_application.volume(repository)
    placed = {
        item["path"]: base64.b64decode(repository["binaryData"][item["key"]])
        for item in volume["configMap"]["items"]
    }
    files = {
        f"west/{name}/{file}": text
        for name in ("shop", "till")
        for file, text in argocd_application.manifests("west", name).items()
    }
    wanted = {f"lab.git/{path}": data for path, data in git_repository.bare(files).items()}
    assert placed == wanted | {"gitconfig": b"[safe]\n\tdirectory = *\n"}


def test_its_settings_leave_its_own_cluster_alone() -> None:
    found = argocd_settings.settings(instance())
    assert found["cluster.inClusterEnabled"] == "false"
    assert found["users.anonymous.enabled"] == "false"
    assert found["url"] == "https://ship.east.test"
    assert yaml.safe_load(found["resource.inclusions"]) == [
        {"apiGroups": [""], "kinds": ["ConfigMap", "Pod"]},
        {"apiGroups": ["apps"], "kinds": ["Deployment", "ReplicaSet"]},
    ]


def test_the_password_is_hashed_and_kept_for_root_alone() -> None:
    data = argocd_settings.accounts(instance())["stringData"]
    kept = state() / "argocd" / "ship-admin"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert set(data) == {"server.secretkey", "admin.password", "admin.passwordMtime"}
    assert data["admin.password"].startswith("$2b$10$")
    assert len(data["admin.password"]) == 60
    assert kept.read_text() not in str(data)


def test_the_service_leads_every_planned_port_to_the_one_that_speaks_tls() -> None:
    reservations = [instance().reservation]
    found = argocd_parts.service(instance(), reservations)
    assert [(p["port"], p["targetPort"]) for p in found["spec"]["ports"]] == [
        (80, 8080),
        (8443, 8080),
    ]
    assert found["spec"]["selector"] == {"app": "ship"}


def deployment(name: str) -> dict[str, Any]:
    pod: Object = {"containers": [{"env": [], "volumeMounts": []}], "volumes": []}
    template = {"metadata": {"labels": {}}, "spec": pod}
    return {"kind": "Deployment", "metadata": {"name": name}, "spec": {"template": template}}


def test_the_stock_objects_get_the_plans_namespace_and_settings() -> None:
    repository = argocd_application.repository(instance())
    found: list[Object] = [
        {"kind": "CustomResourceDefinition", "metadata": {"name": "applications.argoproj.io"}},
        {"kind": "RoleBinding", "metadata": {"name": "x"}, "subjects": [{"name": "x"}]},
        {"kind": "ConfigMap", "metadata": {"name": "argocd-cm"}, "data": {"stock": "yes"}},
        {"kind": "ConfigMap", "metadata": {"name": "argocd-cmd-params-cm"}},
        deployment("argocd-server"),
        deployment("argocd-repo-server"),
    ]
    made = argocd_parts.stock(found, instance(), repository, "198.51.100.30:6379")
    spaces = [item["metadata"].get("namespace") for item in made]
    assert spaces == [None, *["gitops"] * 5]
    assert made[1]["subjects"] == [{"name": "x", "namespace": "gitops"}]
    assert made[2]["data"]["stock"] == "yes"
    assert made[3]["data"]["redis.server"] == "198.51.100.30:6379"
    server, repo = (item["spec"]["template"] for item in made[4:])
    assert server["metadata"]["labels"] == {"app": "ship"}
    assert server["spec"]["volumes"] == []
    assert repo["metadata"]["labels"] == {}
    assert repo["spec"]["containers"][0] == {
        "env": [{"name": "GIT_CONFIG_GLOBAL", "value": "/repositories/gitconfig"}],
        "volumeMounts": [{"name": "repository", "mountPath": "/repositories", "readOnly": True}],
    }


def test_its_own_redis_asks_for_the_password() -> None:
    service, server = argocd_parts.redis(instance())
    assert service["metadata"]["namespace"] == "gitops"
    (container,) = server["spec"]["template"]["spec"]["containers"]
    assert container["args"][-2:] == ["--requirepass", "$(REDIS_PASSWORD)"]


@pytest.mark.parametrize(
    ("status", "well", "words"),
    [
        ({}, False, "not compared; health unknown"),
        (
            {"sync": {"status": "Synced"}, "health": {"status": "Healthy"}},
            True,
            "Synced; Healthy",
        ),
        (
            {
                "sync": {"status": "Unknown"},
                "health": {"status": "Healthy"},
                "conditions": [{"message": "no such cluster"}],
                "operationState": {"message": "failed"},
            },
            False,
            "Unknown; Healthy; no such cluster; failed",
        ),
    ],
)
def test_what_an_application_says_of_itself(status: dict[str, Any], well: bool, words: str) -> None:
    assert argocd_link.healthy(status) is well
    assert argocd_link.told(status) == words
