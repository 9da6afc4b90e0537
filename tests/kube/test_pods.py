"""Pods of one owner, found by the labels that every revision of them has."""

from __future__ import annotations

from pathlib import Path

from tests.kube.api import Served, kubeconfig, listed, make_pki
from trueline.probes import kube_pods
from trueline.probes.kube_client import connect


def test_pods_of_one_owner_are_found_whatever_their_revision(tmp_path: Path) -> None:
    pki = make_pki(tmp_path, "ca-of-pods")
    path = "/api/v1/namespaces/metallb-system/pods"
    with Served(pki) as served:
        served.routes[path] = listed(
            {"metadata": {"name": "speaker-a"}}, {"metadata": {"name": "speaker-b"}}
        )
        api = connect("app", str(kubeconfig(tmp_path, served.url, pki.ca)), 5.0)
        labels = {"app": "metallb", "controller-revision-hash": "5d", "component": "speaker"}
        assert kube_pods.alike(api, "metallb-system", labels) == ["speaker-a", "speaker-b"]
        assert [query["labelSelector"] for where, query in served.asked if where == path] == [
            "app=metallb,component=speaker"
        ]


def test_a_pod_is_deleted_at_once_or_has_some_time_to_end(tmp_path: Path) -> None:
    pki = make_pki(tmp_path, "ca-of-pods")
    path = "/api/v1/namespaces/metallb-system/pods/speaker-a"
    with Served(pki) as served:
        api = connect("app", str(kubeconfig(tmp_path, served.url, pki.ca)), 5.0)
        kube_pods.stop(api, "metallb-system", "speaker-a")  # it is gone already
        kube_pods.stop(api, "metallb-system", "speaker-a", grace=1)
        assert [query for where, query in served.asked if where == path] == [
            {"gracePeriodSeconds": "0"}, {"gracePeriodSeconds": "1"}
        ]  # fmt: skip
