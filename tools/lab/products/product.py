"""What a product is to the lab: objects, and what has to be done once its pods can run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from trueline.model.topology import Cluster, Topology


def _no_owner(_topology: Topology, _cluster: Cluster) -> frozenset[str]:
    return frozenset()


def _no_object(_lab: Lab, _cluster: LabCluster) -> list[Object]:
    return []


def _nothing(_lab: Lab, _cluster: LabCluster) -> None:
    """Nothing has to be done in a cluster."""


def _no_connection(_lab: Lab) -> None:
    """Nothing has to be done across clusters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of the lab, left out with `up --without NAME`.

    `wanted` says whether a plan asks for it. `owners` names the Services (`namespace/service`) of
    reservations that it brings itself, in the place of the stand-ins. `objects` are created with
    the rest of the cluster; `configure` runs in each cluster when those `needs` (names of
    products) are configured there, `connect` once when every cluster is up, in the same order.
    `restore` ends a reset: it puts back what no object of a cluster says, and may begin while pods
    still start. All return when what they did has taken effect, and raise LabError.
    """

    name: str
    about: str
    wanted: Callable[[Topology], bool]
    owners: Callable[[Topology, Cluster], frozenset[str]] = _no_owner
    objects: Callable[[Lab, LabCluster], list[Object]] = _no_object
    configure: Callable[[Lab, LabCluster], None] = _nothing
    connect: Callable[[Lab], None] = _no_connection
    restore: Callable[[Lab], None] = _no_connection
    needs: tuple[str, ...] = ()
