"""Which Kubernetes a cluster of the lab runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab_unit.world import plan
from tools.lab import release
from tools.lab.errors import LabError
from trueline.model.topology import Topology


def planned(version: str | None) -> Topology:
    topology = plan()
    first, *others = topology.clusters
    versions = {} if version is None else {"kubernetes": version}
    return replace(topology, clusters=(replace(first, versions=versions), *others))


@pytest.mark.parametrize(
    ("version", "home"),
    [
        (None, "/lab/bin"),
        ("1.34", "/lab/bin"),
        ("1.34.4", "/lab/bin"),
        ("1.33", "/lab/bin/kubernetes-1.33"),
        ("1.33.13", "/lab/bin/kubernetes-1.33"),
    ],
)
def test_the_programs_are_of_the_release_line_that_the_plan_names(
    version: str | None, home: str
) -> None:
    assert release.home(planned(version).clusters[0]) == home


def test_what_is_not_there_is_said_before_anything_starts(tmp_path: Path) -> None:
    release.require(planned("1.34"), tmp_path)
    with pytest.raises(LabError) as caught:
        release.require(planned("1.33"), tmp_path)
    at = planned("1.33").clusters[0].at
    assert str(caught.value) == (
        f"{at}: Kubernetes 1.33 is not built\nfix: python -m tools.lab build --also kubernetes-1.33"
    )
    (tmp_path / "kubernetes-1.33").mkdir()
    release.require(planned("1.33"), tmp_path)
    with pytest.raises(LabError) as caught:
        release.require(planned("1.20"), tmp_path)
    assert str(caught.value) == f"{at}: the lab has no Kubernetes 1.20\nfix: plan 1.33 or 1.34"
