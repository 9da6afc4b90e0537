"""The least roles of deploy/rbac.yaml are enough for every suite; preflight sees what is gone.

It stands before the tests that reboot machines: MetalLB has to have run undisturbed (LB-024).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import rbac
from tools.lab.lab import Lab
from tools.lab_roles import granted, kubeconfig
from tools.lab_run import in_runner, run_suites

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def limited(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A kubeconfig of the service account that the roles are bound to, for every cluster."""
    with granted(lab):
        path = tmp_path_factory.mktemp("rbac") / "kubeconfig"
        kubeconfig(lab, path)
        yield path


def preflight(lab: Lab, kubeconfig: Path) -> tuple[int, list[str]]:
    """How preflight ends in the runner, and what it says is missing."""
    done = in_runner(lab, "-m", "tools.preflight", f"--kubeconfig={kubeconfig}")
    return done.returncode, [line for line in done.stdout.splitlines() if "unknown:" in line]


def test_the_least_roles_are_enough_for_every_suite(
    lab: Lab, limited: Path, tmp_path: Path
) -> None:
    assert preflight(lab, limited) == (0, [])
    run = run_suites(lab, tmp_path, "suites/", "-q", "-n", "auto", f"--kubeconfig={limited}")
    assert {**run.having("fail"), **run.having("unknown")} == {}
    assert run.code == 0, run.text


def test_a_rule_that_is_gone_is_missed(lab: Lab, limited: Path) -> None:
    cluster = next(iter(lab.clusters.values()))
    path = f"/apis/rbac.authorization.k8s.io/v1/clusterroles/{rbac.NAME}"
    whole = cluster.api.get(path)["rules"]
    cluster.api.merge(path, {"rules": [one for one in whole if one["apiGroups"] != ["apps"]]})
    try:
        assert preflight(lab, limited) == (
            1,
            [
                "  may not list daemonsets.apps; unknown: facts: daemonsets",
                "  may not list deployments.apps; unknown: facts: deployments",
            ],
        )
    finally:
        cluster.api.merge(path, {"rules": whole})
