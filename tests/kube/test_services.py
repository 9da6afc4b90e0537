"""One Service read, taken away and made again."""

from __future__ import annotations

from pathlib import Path

from tests.kube.api import Pki, Served, kubeconfig
from trueline.probes import kube_services
from trueline.probes.kube_client import Api, connect

PATH = "/api/v1/namespaces/apps/services/app2"
MADE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {
        "name": "app2",
        "namespace": "apps",
        "uid": "1",
        "resourceVersion": "7",
        "annotations": {
            "metallb.universe.tf/loadBalancerIPs": "192.0.2.9",
            "metallb.universe.tf/ip-allocated-from-pool": "main",
        },
    },
    "spec": {"type": "LoadBalancer", "clusterIP": "10.97.0.7"},
    "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.9"}]}},
}


def api_of(folder: Path, url: str, pki: Pki) -> Api:
    return connect("app", str(kubeconfig(folder, url, pki.ca)), 5.0)


def test_a_service_as_its_owner_would_make_it_again() -> None:
    assert kube_services.anew(MADE) == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "app2",
            "namespace": "apps",
            "annotations": {"metallb.universe.tf/loadBalancerIPs": "192.0.2.9"},
        },
        "spec": {"type": "LoadBalancer", "clusterIP": "10.97.0.7"},
    }
    plain = {"metadata": {"name": "a", "namespace": "b"}, "spec": {}}
    assert kube_services.anew(plain)["metadata"] == {"name": "a", "namespace": "b"}


def test_a_service_is_there_or_not(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as served:
        api = api_of(tmp_path, served.url, pki)
        assert not kube_services.exists(api, "apps/app2")
        assert kube_services.addresses(api, "apps/app2") == ()
        served.routes[PATH] = (200, MADE)
        assert kube_services.exists(api, "apps/app2")
        assert kube_services.addresses(api, "apps/app2") == ("192.0.2.9",)
        served.routes[PATH] = (200, {"status": {}})
        assert kube_services.addresses(api, "apps/app2") == ()
        served.on_delete[PATH] = (200, {})
        kube_services.remove(api, "apps/app2")
        served.on_post["/api/v1/namespaces/apps/services"] = (201, {})
        kube_services.create(api, kube_services.anew(MADE))
        assert served.deleted == [PATH]
        assert [path for path, _ in served.posted] == ["/api/v1/namespaces/apps/services"]
