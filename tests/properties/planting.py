"""What it takes to plant a defect: the plan with it, what that breaks, and who is to be named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from tests.worlds import (
    ranges,
    with_cluster,
    with_pool,
)
from trueline.model.address import Address, Cidr, Network
from trueline.model.topology import Cluster, Topology


@dataclass(frozen=True)
class Planted:
    """The plan with the defect, the ids of exactly what it breaks, and who has to be named."""

    topology: Topology
    broken: str
    parties: tuple[object, ...]


Defect = Callable[[st.DrawFn, Topology], Planted]
DEFECTS: dict[str, Defect] = {}


def defect(plant: Defect) -> Defect:
    DEFECTS[plant.__name__.replace("_", " ")] = plant
    return plant


def pick(draw: st.DrawFn, items: Any) -> Any:
    """One of the items; a plan without any is passed over."""
    items = list(items)
    assume(items)
    return draw(st.sampled_from(items))


def pair(draw: st.DrawFn, plan: Topology) -> tuple[Cluster, Cluster]:
    assume(len(plan.clusters) > 1)
    one, other = draw(st.permutations(plan.clusters))[:2]
    return one, other


def small(network: Network, at: Address | None = None) -> Cidr:
    """A Service network of 16 addresses inside another network, around an address."""
    host = int(at or network.network_address) & ~15
    kind = type(network.network_address)
    return Cidr.parse(f"{kind(host)}/{network.max_prefixlen - 4}")


def renumbered(plan: Topology, name: str, *services: Cidr) -> Topology:
    """The cluster's Service networks, each new one in the place of its family's."""
    fresh = {cidr.network.version: cidr for cidr in services}
    kept = tuple(fresh.get(cidr.network.version, cidr) for cidr in plan.cluster(name).services)
    return with_cluster(plan, name, services=kept, dns_service=None)


def widened(plan: Topology, name: str, text: str) -> Topology:
    (pool,) = (item for item in plan.pools if str(item) == name)
    return with_pool(plan, name, ranges=pool.ranges + ranges(text))
