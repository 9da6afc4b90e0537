"""The segments: the networks that nodes and pools live on.

No cluster tells how long the prefix of its nodes' network is. This host does, where it is on that
network; otherwise the smallest usual network around what was found is a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from trueline.discovery.draft import Block, Entry, Gap, Part
from trueline.discovery.endpoints import endpoint_of
from trueline.discovery.told import told
from trueline.model.address import Address, Network, Range
from trueline.model.found import Attachment, Found

_USUAL = {4: 24, 6: 64}  # prefix lengths that most segments have
_FAR = {4: 16, 6: 48}  # and those that few go below
LAN = "lan"
NOWHERE = ip_network("192.0.2.0/24")  # RFC 5737: nobody's


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment as it is drafted; `attachment` where this host is on it."""

    name: str
    network: Network
    attachment: Attachment | None

    @property
    def is_here(self) -> bool:
        """Whether this host can be a vantage point on it."""
        return self.attachment is not None and not self.attachment.is_node

    def holds(self, address: Address) -> bool:
        """Whether an address lies on it."""
        return address in self.network


def segments(found: Found) -> tuple[Segment, ...]:
    """The segments, in the order of the clusters that live on them; never none."""
    networks: dict[Network, Attachment | None] = {}
    for part in _living(found):
        own = next((one for one in found.attachments if part.first in one.network), None)
        networks.setdefault(own.network if own else _usual(part), own)
    networks = networks or {NOWHERE: None}
    merged = [one for one in networks if not _inside_another(one, networks)]
    names = [LAN] if len(merged) == 1 else [f"{LAN}-{n + 1}" for n in range(len(merged))]
    return tuple(
        Segment(name=name, network=network, attachment=networks[network])
        for name, network in zip(names, merged, strict=True)
    )


def home(drafted: Sequence[Segment], addresses: Iterable[Address]) -> Segment | None:
    """The segment of the first address that lies on one."""
    return next(
        (one for address in addresses for one in drafted if one.holds(address)),
        None,
    )


def parts(found: Found, drafted: Sequence[Segment]) -> Iterator[Part]:
    """Each segment with what is known of it."""
    for one in drafted:
        own = one.attachment
        if own:
            cidr = Entry(key="cidr", value=str(one.network), source=f"this host is {own.address}")
        else:
            why = "the usual network around the nodes and pools; this host is not on it"
            if one.network == NOWHERE:
                why = "only a place to write it; no node, pool or API has an address"
            cidr = Entry(key="cidr", value=str(one.network), source=why, guess=True)
        inner: list[Part] = [cidr]
        if own and own.router is not None and one.holds(own.router):
            source = "the default router of this host"
            inner.append(Entry(key="gateway", value=str(own.router), source=source))
        else:
            why = "no default route of this host leads over the segment"
            first = one.network.network_address + 1
            inner.append(Gap(key="gateway", why=why, example=f"gateway: {first}"))
        inner.append(
            Gap(
                key="dhcp",
                why="no API tells which addresses a DHCP server hands out",
                example=f"dhcp: [{_example(one.network)}]",
            )
        )
        inner += _strangers(found, one)
        yield Entry(key=one.name, value=Block(tuple(inner)))


def _living(found: Found) -> Iterator[Range]:
    """What lives on segments: the nodes of each cluster, the pools, an API where nodes are unread.

    Nodes of one cluster are taken for neighbours, unless they are very far from each other.
    """
    for cluster, facts in found.clusters.items():
        nodes = [address for node in told(facts.nodes) for address in node.addresses]
        for family in (4, 6):
            mine = sorted((one for one in nodes if one.version == family), key=int)
            if mine and _usual(around := Range(mine[0], mine[-1])).prefixlen >= _FAR[family]:
                yield around
            else:
                yield from map(Range.single, mine)
        endpoint = endpoint_of(found, cluster)
        if endpoint is not None and not nodes:
            yield Range.single(endpoint[0])
    for facts in found.clusters.values():
        yield from (part for pool in told(facts.pools) for part in pool.ranges)


def _usual(part: Range) -> Network:
    """The smallest network of at least a usual size that holds a range."""
    network = ip_network(f"{part.first}/{_USUAL[part.version]}", strict=False)
    while part.last not in network:
        network = network.supernet()
    return network


def _inside_another(one: Network, networks: Iterable[Network]) -> bool:
    here = Range(one.network_address, one.broadcast_address)
    return any(
        other != one and Range(other.network_address, other.broadcast_address).holds(here)
        for other in networks
    )


def _example(network: Network) -> str:
    """A range of leases that a segment could have: its second quarter."""
    quarter = network.num_addresses // 4
    first = network.network_address + quarter
    return f"{first}-{first + max(quarter - 1, 0)}"


def _strangers(found: Found, one: Segment) -> Iterator[Part]:
    """The addresses that answer on the wire, and that nothing else explains."""
    heard = found.wire.get(one.name)
    if heard is None or heard.kind == "gap":
        why = heard.reason if heard is not None else "the segment was not listened to"
        yield Gap(key="vms", why=f"which other hosts are on it: {why}")
        return
    known = set(_explained(found, one))
    answering = [ip_address(text) for text, replies in heard.value.replies.items() if replies]
    strangers = sorted((one for one in answering if one not in known), key=int)
    if strangers:
        why = f"what answers at {', '.join(map(str, _ranges(strangers)))}: a VM, a lease?"
        yield Gap(key="vms", why=why)


def _explained(found: Found, one: Segment) -> Iterator[Address]:
    for facts in found.clusters.values():
        yield from (address for node in told(facts.nodes) for address in node.addresses)
        yield from (address for item in told(facts.services) for address in item.ingress)
    for cluster in found.clusters:
        endpoint = endpoint_of(found, cluster)
        yield from (endpoint[0],) if endpoint else ()
    if one.attachment is not None:
        yield one.attachment.address
        if one.attachment.router is not None:
            yield one.attachment.router


def _ranges(addresses: Sequence[Address]) -> Iterator[str]:
    """Addresses that follow each other as `first-last`."""
    start = last = addresses[0]
    for address in (*addresses[1:], None):
        if address is not None and int(address) == int(last) + 1:
            last = address
            continue
        yield str(start) if start == last else f"{start}-{last}"
        if address is not None:
            start = last = address
