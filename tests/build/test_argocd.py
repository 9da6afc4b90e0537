from __future__ import annotations

from typing import Any

import pytest
import yaml

from tools.lab.build import argocd
from tools.lab.build.errors import BuildFailed


def container(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "image": argocd.IMAGE,
        "imagePullPolicy": "Always",
        "args": [f"/usr/local/bin/{name}"],
        "env": [{"name": "REDIS_SERVER", "value": "x"}],
        "readinessProbe": {
            "httpGet": {"path": "/healthz", "port": 8084},
            "initialDelaySeconds": 5,
            "periodSeconds": 10,
        },
        "livenessProbe": {"httpGet": {"path": "/healthz?full=true", "port": 8084}},
    }


def item(kind: str, name: str) -> dict[str, Any]:
    """An object as the stock manifest has it, as far as the lab looks at it."""
    found: dict[str, Any] = {"kind": kind, "metadata": {"name": name}}
    if kind == "CustomResourceDefinition":
        found["spec"] = {
            "versions": [{"schema": {"openAPIV3Schema": {"type": "object", "description": "long"}}}]
        }
    if kind in ("Deployment", "StatefulSet"):
        pod = {"affinity": {}, "initContainers": [{}], "containers": [container(name)]}
        found["spec"] = {"template": {"spec": pod}}
    return found


def stock(**changed: object) -> str:
    objects = [item(*key) for key in argocd.KEPT]
    objects.append(item("Deployment", "argocd-dex-server"))
    for entry in objects:
        if entry["kind"] == "StatefulSet":
            entry["spec"]["template"]["spec"]["containers"][0] |= changed
    return yaml.safe_dump_all(objects)


def made(text: str) -> dict[tuple[str, str], Any]:
    return {(o["kind"], o["metadata"]["name"]): o for o in yaml.safe_load_all(text)}


def test_only_what_the_lab_runs_is_kept_in_its_order() -> None:
    assert list(made(argocd.argocd(stock()))) == list(argocd.KEPT)


def test_only_application_sets_lose_their_schema() -> None:
    found = made(argocd.argocd(stock()))
    schemas = {
        name.partition(".")[0]: o["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        for (kind, name), o in found.items()
        if kind == "CustomResourceDefinition"
    }
    assert schemas == {
        "applications": {"type": "object"},
        "appprojects": {"type": "object"},
        "applicationsets": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    }


def test_pods_start_from_our_image_and_are_asked_at_once() -> None:
    found = made(argocd.argocd(stock()))
    pod = found["StatefulSet", "argocd-application-controller"]["spec"]["template"]["spec"]
    assert pod == {
        "containers": [
            {
                "name": "argocd-application-controller",
                "image": "quay.io/argoproj/argocd:v3.1.16",
                "imagePullPolicy": "IfNotPresent",
                "command": ["/usr/local/bin/argocd-application-controller"],
                "env": [
                    {"name": "REDIS_SERVER", "value": "x"},
                    {"name": "GOGC", "value": "50"},
                    {"name": "ARGOCD_GPG_ENABLED", "value": "false"},
                    {"name": "ARGOCD_CLUSTER_CACHE_RESYNC_DURATION", "value": "30s"},
                ],
                "startupProbe": {
                    "httpGet": {"path": "/healthz", "port": 8084},
                    "periodSeconds": 1,
                    "failureThreshold": 180,
                },
                "readinessProbe": {
                    "httpGet": {"path": "/healthz", "port": 8084},
                    "periodSeconds": 10,
                },
                "livenessProbe": {"httpGet": {"path": "/healthz?full=true", "port": 8084}},
            }
        ],
        "securityContext": {"runAsUser": 999, "runAsGroup": 999},
        "terminationGracePeriodSeconds": 1,
    }


def test_another_image_stops_the_build() -> None:
    with pytest.raises(BuildFailed) as failure:
        argocd.argocd(stock(image="a.test/b:2"))
    assert str(failure.value) == ("Argo CD's manifest has changed: ValueError('image a.test/b:2')")


def test_a_pod_that_is_asked_nothing_stops_the_build() -> None:
    with pytest.raises(BuildFailed) as failure:
        argocd.argocd(stock(readinessProbe={}))
    assert str(failure.value) == "Argo CD's manifest has changed: KeyError('httpGet')"


def test_an_object_that_is_gone_stops_the_build() -> None:
    text = yaml.safe_dump_all(item(*key) for key in argocd.KEPT[1:])
    with pytest.raises(BuildFailed) as failure:
        argocd.argocd(text)
    assert str(failure.value) == (
        "Argo CD's manifest has no CustomResourceDefinition applications.argoproj.io"
    )
