"""What a pod to probe from may do in somebody's cluster: as little as it takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.security.tally import tried
from trueline.probes.kube_pods import LIFE, Wanted, manifest

ROW = "manifests of probe pods"


def made(**more: Any) -> dict[str, Any]:
    tried(ROW)
    wanted = {"namespace": "n", "name": "p", "run": "r", "image": "i", "labels": {}, **more}
    found: dict[str, Any] = manifest(Wanted(**wanted))["spec"]
    return found


EVERY: tuple[dict[str, Any], ...] = (
    {},
    {"node": "node-1"},
    {"node": "node-1", "on_node": True},
    {"service_account": "canary"},
    {"labels": {"a": "b"}},
)


@pytest.mark.parametrize("more", EVERY)
def test_the_least_of_privileges(more: dict[str, Any]) -> None:
    spec = made(**more)
    (container,) = spec["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 65534,
        "runAsGroup": 65534,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert "initContainers" not in spec
    assert "hostPID" not in spec
    assert "hostIPC" not in spec


@pytest.mark.parametrize("more", EVERY)
def test_a_bounded_life(more: dict[str, Any]) -> None:
    spec = made(**more)
    assert spec["activeDeadlineSeconds"] == LIFE == 600
    assert spec["terminationGracePeriodSeconds"] == 0
    assert spec["restartPolicy"] == "Never"
    (container,) = spec["containers"]
    assert container["resources"] == {
        "requests": {"cpu": "1m", "memory": "16Mi"},
        "limits": {"cpu": "1", "memory": "256Mi"},
    }
    assert spec["volumes"] == [{"name": "tmp", "emptyDir": {"sizeLimit": "16Mi"}}]


@pytest.mark.parametrize("more", EVERY)
def test_a_token_only_where_the_plan_names_an_account(more: dict[str, Any]) -> None:
    spec = made(**more)
    account = more.get("service_account")
    assert spec["automountServiceAccountToken"] is (account is not None)
    assert spec.get("serviceAccountName") == account


@pytest.mark.parametrize("more", EVERY)
def test_the_network_of_a_node_only_where_it_is_asked_for(more: dict[str, Any]) -> None:
    assert made(**more)["hostNetwork"] is bool(more.get("on_node"))


def test_nothing_of_a_pod_comes_from_a_cluster() -> None:
    """The command is fixed; the program comes through exec, and is that of this release."""
    (container,) = made()["containers"]
    assert container["command"] == ["python3", "-c", "import signal; signal.pause()"]
    assert "args" not in container
    assert "env" not in container
