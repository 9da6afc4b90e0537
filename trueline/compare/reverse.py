"""The other way round: what is live and no line of the plan explains, and which lines nobody asked.

Checks go from the plan to the network. What they never name is found by going back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from ipaddress import ip_address

from trueline.compare.facts import Facts
from trueline.model.address import Address
from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.source import Source
from trueline.model.topology import Cluster, Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Of how many things how many are explained (or examined), and the others, in words."""

    total: int
    left: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The explained share, rounded down: 100 means all of them."""
        return 100 if not self.total else (self.total - len(self.left)) * 100 // self.total


def lines(topology: Topology) -> dict[Source, str]:
    """Every line on which the plan declares something, with the first thing declared there."""
    found: dict[Source, str] = {}
    for at, item in _declared(topology):
        if item is not topology:
            found.setdefault(at, f"{type(item).__name__.lower()} {_name(item)}".strip())
    return dict(sorted(found.items()))


def unexamined(topology: Topology, cited: Iterable[str]) -> Share:
    """The lines of the plan that no claim with a verdict cites; `cited` are `file:line`."""
    known, asked = lines(topology), set(cited)
    left = [f"{at} {what}" for at, what in known.items() if str(at) not in asked]
    return Share(total=len(known), left=tuple(left))


def unexplained(topology: Topology, facts: Facts) -> Share:
    """The live objects and answering addresses of which the plan has no word.

    Counted is what the plan is there to name: nodes, Services that are reached from outside, pools,
    advertisements, policies, Service networks, Applications, ExternalSecrets, and every address
    that answers on a segment outside its DHCP range. What could not be listed is not counted.
    """
    total, left = 0, []
    for explained, what in _live(topology, facts):
        total += 1
        if not explained:
            left.append(what)
    return Share(total=total, left=tuple(left))


def _declared(value: object) -> Iterator[tuple[Source, object]]:
    """Every declared thing below a value, with its line: whatever has a line of its own."""
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from _declared(item)
    elif is_dataclass(value) and not isinstance(value, (type, Source)):
        at = getattr(value, "at", None)
        if isinstance(at, Source):
            yield at, value
        for field in fields(value):
            yield from _declared(getattr(value, field.name))


def _name(item: object) -> str:
    has_text = type(item).__str__ is not object.__str__
    return str(item) if has_text else str(getattr(item, "name", getattr(item, "cluster", "")))


def _live(topology: Topology, facts: Facts) -> Iterator[tuple[bool, str]]:
    for cluster in topology.clusters:
        seen = facts.clusters.get(cluster.name)
        if seen is None:
            continue
        for sort in _SORTS:
            try:
                yield from sort(topology, cluster, seen)
            except NotObserved:
                continue
    yield from _answering(topology, facts)


def _nodes(_: Topology, cluster: Cluster, facts: ClusterFacts) -> Iterator[tuple[bool, str]]:
    planned = {node.name for node in cluster.nodes}
    for node in facts.nodes.value:
        yield node.name in planned, f"Node {cluster}/{node.name}"


def _services(_: Topology, cluster: Cluster, facts: ClusterFacts) -> Iterator[tuple[bool, str]]:
    owners = {item.owner for item in cluster.reservations}
    for item in facts.services.value:
        if item.type in ("LoadBalancer", "NodePort"):
            held = f" at {' and '.join(map(str, item.ingress))}" if item.ingress else ""
            yield item.key in owners, f"{item.type} Service {cluster}/{item.key}{held}"


def _pools(_: Topology, cluster: Cluster, facts: ClusterFacts) -> Iterator[tuple[bool, str]]:
    planned = {pool.name for pool in cluster.pools}
    for pool in facts.pools.value:
        yield pool.name in planned, f"IPAddressPool {cluster}/{pool.name}"
    for item in facts.advertisements.value:
        named = not item.pools or bool(planned & set(item.pools))
        yield named, f"L2Advertisement {cluster}/{item.name}"


def _policies(
    topology: Topology, cluster: Cluster, facts: ClusterFacts
) -> Iterator[tuple[bool, str]]:
    planned = {item.namespace for item in topology.policies if item.cluster == cluster.name}
    for item in facts.policies.value:
        what = f"NetworkPolicy {cluster}/{item.namespace}/{item.name}"
        yield item.namespace in planned, what


def _networks(_: Topology, cluster: Cluster, facts: ClusterFacts) -> Iterator[tuple[bool, str]]:
    planned = {str(cidr.network) for cidr in cluster.services}
    for item in facts.service_cidrs.value:
        for cidr in item.cidrs:
            yield cidr in planned, f"ServiceCIDR {cluster}/{item.name} {cidr}"


def _applications(
    topology: Topology, cluster: Cluster, facts: ClusterFacts
) -> Iterator[tuple[bool, str]]:
    planned = {item.name for product in topology.products for item in product.deploys}
    for item in facts.applications.value:
        yield item.key in planned, f"Application {cluster}/{item.key}"


def _secrets(
    topology: Topology, cluster: Cluster, facts: ClusterFacts
) -> Iterator[tuple[bool, str]]:
    planned = {item.name for product in topology.products for item in product.synced}
    for item in facts.external_secrets.value:
        yield item.key in planned, f"ExternalSecret {cluster}/{item.key}"


_Sort = Callable[[Topology, Cluster, ClusterFacts], Iterator[tuple[bool, str]]]
_SORTS: tuple[_Sort, ...] = (
    _nodes,
    _services,
    _pools,
    _policies,
    _networks,
    _applications,
    _secrets,
)


def _answering(topology: Topology, facts: Facts) -> Iterator[tuple[bool, str]]:
    """Every address that answered on a segment, but for those that DHCP hands out."""
    planned = _addresses(topology)
    for segment in topology.segments:
        seen = facts.wire.get(segment.name)
        if seen is None or seen.kind == "gap":
            continue
        for text, replies in seen.value.replies.items():
            address = ip_address(text)
            if not replies or any(part.holds(address) for part in segment.dhcp):
                continue
            macs = " and ".join(sorted({reply.mac for reply in replies}))
            yield address in planned, f"address {segment.name}/{text} answered by {macs}"


def _addresses(topology: Topology) -> frozenset[Address]:
    nodes = (address for node in topology.nodes for address in node.addresses)
    reserved = (item.address for item in topology.reservations)
    vms = (item.address for item in topology.vms if item.address is not None)
    gateways = (item.gateway for item in topology.segments if item.gateway is not None)
    return frozenset((*nodes, *reserved, *vms, *gateways))
