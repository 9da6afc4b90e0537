"""What is still changing, and what merely stays wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kube.objects import CREATED_AT, DAEMON_SET, DEPLOYMENT, POD, SERVICE, but
from trueline.probes import kube_moving

UNREADY = but(POD, "status.conditions", [{"type": "Ready", "status": "False"}])
PENDING = but(SERVICE, "status", {"loadBalancer": {}})


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (DEPLOYMENT, None),
        (
            but(DEPLOYMENT, "metadata.generation", 4),
            "Deployment metallb-system/controller rolls out: 1 of 1 updated",
        ),
        (
            but(DEPLOYMENT, "status.updatedReplicas", 0),
            "Deployment metallb-system/controller rolls out: 0 of 1 updated",
        ),
        (
            but(DEPLOYMENT, "status.replicas", 2),
            "Deployment metallb-system/controller rolls out: 1 of 1 updated",
        ),
        (but(but(DEPLOYMENT, "status.readyReplicas", 0), "spec.replicas", None), None),
    ],
)
def test_deployment(item: Any, text: str | None) -> None:
    assert kube_moving.deployment(item) == text


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (DAEMON_SET, None),
        (
            but(DAEMON_SET, "metadata.generation", 2),
            "DaemonSet metallb-system/speaker rolls out: 3 of 3 updated",
        ),
        (
            but(DAEMON_SET, "status.updatedNumberScheduled", 1),
            "DaemonSet metallb-system/speaker rolls out: 1 of 3 updated",
        ),
        (
            but(DAEMON_SET, "status", None),
            "DaemonSet metallb-system/speaker rolls out: 0 of 0 updated",
        ),
    ],
)
def test_daemon_set(item: Any, text: str | None) -> None:
    assert kube_moving.daemon_set(item) == text


@pytest.mark.parametrize(
    ("item", "age", "text"),
    [
        (POD, 1, None),
        (UNREADY, 12, "Pod kube-system/kube-apiserver-app-cp-1 is 12 s old, not ready yet"),
        (UNREADY, -5, "Pod kube-system/kube-apiserver-app-cp-1 is 0 s old, not ready yet"),
        (UNREADY, 30, None),
        (but(UNREADY, "status.phase", "Succeeded"), 1, None),
        (but(UNREADY, "status.phase", "Failed"), 1, None),
        (
            but(POD, "status", None),
            1,
            "Pod kube-system/kube-apiserver-app-cp-1 is 1 s old, not ready yet",
        ),
    ],
)
def test_pod(item: Any, age: float, text: str | None) -> None:
    assert kube_moving.pod(item, CREATED_AT + age, 30.0) == text


@pytest.mark.parametrize(
    ("item", "age", "text"),
    [
        (SERVICE, 1, None),
        (PENDING, 29, "Service app1/app1 is 29 s old, without an address yet"),
        (PENDING, 30, None),
        (but(PENDING, "spec.type", "ClusterIP"), 1, None),
        (but(SERVICE, "status", None), 1, "Service app1/app1 is 1 s old, without an address yet"),
    ],
)
def test_service(item: Any, age: float, text: str | None) -> None:
    assert kube_moving.service(item, CREATED_AT + age, 30.0) == text
