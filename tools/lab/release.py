"""Which release line of Kubernetes a cluster of the lab runs: the one that its plan names."""

from __future__ import annotations

from pathlib import Path

from tools.lab.build.components import KUBERNETES, OPTIONAL
from tools.lab.errors import LabError
from trueline.model.topology import Cluster, Topology

_HOME = "/lab/bin"
_NAME = "kubernetes"
_LINES = {
    part.name.partition("-")[2]: part.name for part in OPTIONAL if part.name.startswith(_NAME)
}


def line(cluster: Cluster) -> str:
    """Major and minor of what the plan names, of the lab's own where it names none."""
    return ".".join(cluster.versions.get(_NAME, KUBERNETES).split(".")[:2])


def home(cluster: Cluster) -> str:
    """The folder in its machines with the programs of its release line."""
    folder = _LINES.get(line(cluster))
    return f"{_HOME}/{folder}" if folder else _HOME


def require(topology: Topology, programs: Path) -> None:
    """See that the release line of each cluster is among `programs`. Raises LabError."""
    own = ".".join(KUBERNETES.split(".")[:2])
    for cluster in topology.clusters:
        wanted = line(cluster)
        if wanted == own:
            continue
        if wanted not in _LINES:
            known = " or ".join([*_LINES, own])
            raise LabError(f"{cluster.at}: the lab has no Kubernetes {wanted}", fix=f"plan {known}")
        if not (programs / _LINES[wanted]).exists():
            raise LabError(
                f"{cluster.at}: Kubernetes {wanted} is not built",
                fix=f"python -m tools.lab build --also {_LINES[wanted]}",
            )
