"""The next free address or block for a purpose: held by nothing else that the plan knows."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import islice

from trueline.checks.plan_ranges import FEWEST_ADDRESSES, MOST_HOST_BITS
from trueline.intent.ledger import ledger
from trueline.model.address import Address, Network, Range
from trueline.model.ledger import Kind
from trueline.model.topology import Cluster, Pool, Segment, Topology
from trueline.planning.blocks import addresses, fitted, free_block, size
from trueline.planning.refusal import Exhausted, WrongQuestion
from trueline.planning.spaces import (
    home_of,
    is_leased,
    open_land,
    room_for_hosts,
    unreserved,
)

# Where networks of one's own are taken from: RFC 1918, RFC 6598 and RFC 4193 (locally assigned).
_PRIVATE = tuple(
    ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fd00::/8")
)
_SITE = 48  # RFC 4193, section 3: the prefix of one site

USES = {Kind.PODS: "pod", Kind.SERVICES: "Service"}


def in_pools(
    topology: Topology, cluster: Cluster, family: int, count: int = 1, pool: str | None = None
) -> tuple[tuple[Address, Pool], ...]:
    """Addresses of the cluster's pools that nobody reserved, in the order of the pools."""
    named = [item for item in cluster.pools if pool in (None, item.name)]
    pools = [item for item in named if any(part.version == family for part in item.ranges)]
    found = tuple(
        islice(
            (
                (address, item)
                for item in pools
                for address in addresses(
                    part for part in unreserved(item, topology) if part.version == family
                )
            ),
            count,
        )
    )
    if len(found) < count:
        where = ", ".join(f"{item} ({item.at})" for item in pools) or f"{cluster} ({cluster.at})"
        raise Exhausted(
            f"the IPv{family} pools of {cluster} have {len(found)} free, {count} wanted: {where}."
            f" Widen a pool: what-if --addresses {cluster}={count - len(found)}"
            if pools
            else f"{where} has no IPv{family} pool{f' {pool}' if pool else ''}."
            " Plan one: next pool says where"
        )
    return found


def for_hosts(
    topology: Topology,
    segment: Segment,
    count: int,
    *,
    leased: bool = False,
    after: Address | None = None,
) -> tuple[Address, ...]:
    """Fixed addresses on a segment: behind `after` first, else in one piece where there is one.

    With `leased` they are looked for inside the lease ranges first, as where the plan keeps its
    hosts; else outside of them first.
    """
    found: list[Address] = []
    for inside in (leased, not leased):
        if len(found) == count:
            break
        free = room_for_hosts(segment, topology, leased=inside)
        if after is not None:
            free = (*_behind(free, after), *free)
        elif whole := fitted(free, count - len(found)):
            free = whole
        for address in addresses(free):
            if len(found) == count:
                break
            if address not in found:
                found.append(address)
        after = None
    if len(found) < count:
        raise Exhausted(
            f"{_shown(segment)} has {len(found)} addresses free for hosts, {count} wanted."
            " Plan a larger segment, or give back what it holds"
        )
    return tuple(found)


def _behind(free: tuple[Range, ...], after: Address) -> tuple[Range, ...]:
    return tuple(
        Range(max(part.first, type(part.first)(int(after) + 1)), part.last)
        for part in free
        if int(part.last) > int(after)
    )


def for_nodes(
    topology: Topology, cluster: Cluster, family: int, count: int = 1
) -> tuple[Address, ...]:
    """Addresses for further nodes of a cluster: behind its last node, on the segment of that."""
    for node in reversed(cluster.nodes):
        segment = home_of(node, family, topology)
        if segment:
            last = max(each for each in node.addresses if each.version == family)
            inside = is_leased(last, topology)
            return for_hosts(topology, segment, count, leased=inside, after=last)
    return for_hosts(topology, _segment_of(topology, cluster, family), count)


def for_vms(topology: Topology, segment: Segment, count: int = 1) -> tuple[Address, ...]:
    """Addresses for further virtual machines: behind the last one of the segment."""
    own = [vm.address for vm in topology.vms if vm.address and segment.cidr.range.holds(vm.address)]
    if not own:
        return for_hosts(topology, segment, count)
    inside = is_leased(own[-1], topology)
    return for_hosts(topology, segment, count, leased=inside, after=own[-1])


def _segment_of(topology: Topology, cluster: Cluster, family: int) -> Segment:
    """The cluster's segment, or the first of the family where that is of the other."""
    own = topology.segment(cluster.segment)
    alike = [item for item in topology.segments if item.cidr.network.version == family]
    if not alike:
        raise Exhausted(f"no segment is IPv{family}. Plan one, for {cluster} ({cluster.at})")
    return own if own in alike else alike[0]


def for_pool(topology: Topology, segment: Segment, count: int) -> tuple[Range, ...]:
    """Addresses for a pool: free of everything, leases included; in one piece where possible.

    What lies behind the other pools of the segment comes first.
    """
    free = open_land(segment, topology)
    own = segment.cidr.range
    ends = [part.last for pool in topology.pools for part in pool.ranges if own.holds(part.last)]
    behind = _behind(free, max(ends, key=int)) if ends else ()
    found = fitted(behind, count) if size(behind) >= count else ()
    if len(found) != 1:
        found = fitted(free, count)
    if not found:
        leases = f" Shorten what DHCP leases ({segment.at}), or plan" if segment.dhcp else " Plan"
        raise Exhausted(
            f"{_shown(segment)} has {size(free)} addresses free for pools, {count} wanted."
            f"{leases} a larger segment"
        )
    return found


def for_cluster(
    topology: Topology,
    kind: Kind,
    family: int,
    *,
    prefix: int | None = None,
    within: Network | None = None,
) -> Network:
    """A pod or Service network for another cluster, as large as that of the last one.

    It is looked for behind the others, in the private space that they are of; `within` names
    another space. Raises Exhausted, or WrongQuestion where nothing shows its size, or where no
    such network could have it.
    """
    use = USES[kind]
    held = [
        item.network
        for cluster in topology.clusters
        for item in (cluster.pods if kind is Kind.PODS else cluster.services)
        if item.network.version == family
    ]
    if not held and (prefix is None or within is None):
        raise WrongQuestion(
            f"no cluster has an IPv{family} {use} network that another could follow:"
            " say --prefix and --within"
        )
    length = prefix or held[-1].prefixlen
    _possible(kind, family, length)
    taken = [entry.range for entry in ledger(topology).entries]
    spaces = [within] if within else _spaces(held[-1])
    for space in spaces:
        inside = Range(space.network_address, space.broadcast_address)
        ends = [item.broadcast_address for item in held if inside.holds(item.broadcast_address)]
        if found := free_block(inside, length, taken, max(ends, key=int, default=None)):
            return found
    where = " or ".join(map(str, spaces)) or f"a private space, and {held[-1]} is in none"
    raise Exhausted(
        f"no /{length} is free for a {use} network in {where}."
        " Name another space with --within, or a smaller size with --prefix"
    )


def _possible(kind: Kind, family: int, prefix: int) -> None:
    """Raises WrongQuestion for a prefix length that such a network cannot have."""
    bits = (32 if family == 4 else 128) - prefix
    if bits < 0:
        raise WrongQuestion(f"an IPv{family} network cannot have prefix length {prefix}")
    if kind is Kind.SERVICES and (bits > MOST_HOST_BITS or 1 << bits < FEWEST_ADDRESSES):
        raise WrongQuestion(
            f"a Service network cannot be a /{prefix}: it has {FEWEST_ADDRESSES} addresses at least"
            f" and {MOST_HOST_BITS} host bits at most (PLAN-007)"
        )


def _spaces(network: Network) -> list[Network]:
    """The spaces to stay in, the narrowest first."""
    spaces = [item for item in _PRIVATE if _holds(item, network)]
    if spaces and network.version == 6 and network.prefixlen > _SITE:
        spaces.insert(0, network.supernet(new_prefix=_SITE))
    return spaces


def _holds(space: Network, network: Network) -> bool:
    return space.version == network.version and Range(
        space.network_address, space.broadcast_address
    ).holds(network.network_address)


def _shown(segment: Segment) -> str:
    return f"segment {segment} ({segment.cidr}, {segment.at})"
