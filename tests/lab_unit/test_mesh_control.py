from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography import x509

from tests.lab_unit.mesh_world import meshed
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.lab.products import istio, istio_access, mesh_pki


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a lab whose build has left manifests."""
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    built = tmp_path / "lab" / "manifests"
    built.mkdir(parents=True)
    definition = {"kind": "CustomResourceDefinition", "metadata": {"name": "a.istio.test"}}
    (built / "istio-crds.yaml").write_text(json.dumps([definition]))
    values = {"global": {"proxy": {}}, "revision": ""}
    (built / "istio-injection.yaml").write_text(json.dumps({"template": "T", "values": values}))
    return tmp_path / "lab"


def _by_kind(cluster: str, kind: str) -> dict[str, Any]:
    found = istio.of_cluster(meshed(), cluster)
    return {
        "/".join(filter(None, (item["metadata"].get("namespace"), item["metadata"]["name"]))): item
        for item in found
        if item["kind"] == kind
    }


def _certificate(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def test_one_root_signs_an_authority_for_each_member(folder: Path) -> None:
    mesh_pki.mint(meshed())
    root = _certificate(mesh_pki.root())
    for cluster in ("north", "south", "west"):
        files = {
            name: base64.b64decode(value).decode()
            for name, value in mesh_pki.secret(cluster, "istio-system")["data"].items()
        }
        assert set(files) == {"ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem"}
        own = _certificate(files["ca-cert.pem"])
        own.verify_directly_issued_by(root)
        limits = own.extensions.get_extension_for_class(x509.BasicConstraints).value
        # It signs for workloads, and makes no further authorities.
        assert (limits.ca, limits.path_length) == (True, 0)
        assert files["root-cert.pem"] == mesh_pki.root()
        assert files["cert-chain.pem"] == files["ca-cert.pem"]
    keys = (folder / "pki").glob("*.key")
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys} == {0o600}


@pytest.mark.usefixtures("folder")
def test_the_root_is_made_once_in_the_life_of_a_lab() -> None:
    mesh_pki.mint(meshed())
    first = mesh_pki.root()
    mesh_pki.mint(meshed())
    assert mesh_pki.root() == first


@pytest.mark.usefixtures("folder")
def test_the_namespace_of_the_mesh_says_which_network_it_is_in() -> None:
    labels = {k: item["metadata"]["labels"] for k, item in _by_kind("north", "Namespace").items()}
    base = {"trueline.lab/base": "true"}
    assert labels == {
        "istio-system": {**base, "topology.istio.io/network": "cold"},
        "gates": base,
        "shop": {**base, "istio-injection": "enabled"},
    }


@pytest.mark.usefixtures("folder")
def test_every_namespace_with_a_proxy_trusts_the_root_from_the_start() -> None:
    found = _by_kind("north", "ConfigMap")
    for space in ("istio-system", "gates", "shop"):
        assert found[f"{space}/istio-ca-root-cert"]["data"] == {"root-cert.pem": mesh_pki.root()}
    hooks = _by_kind("north", "MutatingWebhookConfiguration")["istio-sidecar-injector"]["webhooks"]
    bundles = {base64.b64decode(hook["clientConfig"]["caBundle"]).decode() for hook in hooks}
    assert bundles == {mesh_pki.root()}


@pytest.mark.usefixtures("folder")
def test_the_mesh_is_configured_as_planned() -> None:
    config = json.loads(_by_kind("south", "ConfigMap")["istio-system/istio"]["data"]["mesh"])
    assert config["trustDomain"] == "mesh.test"
    assert config["defaultConfig"]["discoveryAddress"] == "istiod.istio-system.svc:15012"
    assert config["discoverySelectors"] == [
        {
            "matchExpressions": [
                {
                    "key": "kubernetes.io/metadata.name",
                    "operator": "In",
                    "values": ["istio-system", "gates", "shop", "desk", "other", "probing"],
                }
            ]
        }
    ]


@pytest.mark.usefixtures("folder")
def test_a_pod_gets_a_sidecar_by_its_namespace_or_because_it_asks() -> None:
    hooks = _by_kind("west", "MutatingWebhookConfiguration")["istio-sidecar-injector"]["webhooks"]
    rules = {
        hook["name"].partition(".")[0]: [
            f"{rule['key']} {rule['operator']} {','.join(rule.get('values', []))}".strip()
            for selector in ("namespaceSelector", "objectSelector")
            for rule in hook[selector]["matchExpressions"]
        ]
        for hook in hooks
    }
    assert rules == {
        "namespace": ["istio-injection In enabled", "sidecar.istio.io/inject NotIn false"],
        "object": ["istio-injection DoesNotExist", "sidecar.istio.io/inject In true"],
    }


@pytest.mark.usefixtures("folder")
def test_istiod_is_told_that_its_proxies_are_stock_envoy() -> None:
    pod = _by_kind("west", "Deployment")["istio-system/istiod"]["spec"]["template"]["spec"]
    env = {item["name"]: item.get("value") for item in pod["containers"][0]["env"]}
    assert env["CLUSTER_ID"] == "west"
    assert env["PILOT_ENABLE_ALPN_FILTER"] == "false"
    assert env["PILOT_ENABLE_METADATA_EXCHANGE"] == "false"
    assert env["PILOT_DISABLE_MX_ALPN"] == "true"


def test_an_istiod_reaches_another_member_at_its_planned_endpoint(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_text("CA")
    remote = SimpleNamespace(name="south", pki=tmp_path, endpoint="https://198.51.100.8:6443")
    secret = istio_access.remote_secret(cast(LabCluster, remote), "TOKEN")
    assert secret["metadata"]["labels"]["istio/multiCluster"] == "true"
    assert secret["metadata"]["annotations"] == {"networking.istio.io/cluster": "south"}
    config = json.loads(secret["stringData"]["south"])
    assert config["clusters"][0]["cluster"] == {
        "server": "https://198.51.100.8:6443",
        "certificate-authority-data": base64.b64encode(b"CA").decode(),
    }
    assert config["users"][0]["user"] == {"token": "TOKEN"}


def test_without_cluster_dns_there_is_no_mesh() -> None:
    lab = SimpleNamespace(record=SimpleNamespace(without=["coredns"]), topology=meshed())
    with pytest.raises(LabError) as caught:
        istio.PRODUCT.objects(cast(Lab, lab), cast(LabCluster, SimpleNamespace(name="north")))
    assert str(caught.value) == (
        "the proxies of the mesh find istiod by cluster DNS\n"
        "fix: leave istio out as well: up --without coredns --without istio"
    )
