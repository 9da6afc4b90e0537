"""One more cluster, after the pattern of one that the plan has: its networks, pools and hosts.

What cannot be derived is left out and said: reserved addresses, its part in a mesh, policies.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from trueline.model.address import Address, Cidr, Network, address_of
from trueline.model.endpoint import Endpoint
from trueline.model.ledger import Kind
from trueline.model.naming import plain
from trueline.model.topology import Cluster, Identity, Name, Node, Pool, Topology, Vantage, Vm
from trueline.model.wires import segment_of
from trueline.planning.allotment import for_cluster, for_hosts, for_pool
from trueline.planning.spaces import home_of, is_leased


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A cluster that joins a plan, with what has to be planned beside it."""

    cluster: Cluster
    vms: tuple[Vm, ...]
    zones: tuple[tuple[str, str], ...]  # each new zone with the one that it is like
    names: tuple[Name, ...]
    vantage: Vantage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How it shall be.

    `pool_size` is in addresses, by default as the pattern's; `spaces` are where its networks are
    looked for, by family, by default where the others are.
    """

    name: str
    pattern: str
    pool_size: int | None = None
    spaces: tuple[Network, ...] = ()


def newcomer(topology: Topology, wish: Wish) -> Newcomer:
    """The cluster of the wish. Raises Exhausted where a space has no room for it."""
    return _Planner(topology, wish).newcomer()


def renamed(text: str, old: str, new: str) -> str:
    """The text with the name of one cluster instead of the other, where it stands for itself."""
    return re.sub(rf"(?<![a-z0-9]){re.escape(old)}(?![a-z0-9])", new, text)


class _Planner:
    """Gives out addresses one after the other; `self.plan` is the plan with those given so far."""

    def __init__(self, topology: Topology, wish: Wish) -> None:
        self.wish = wish
        self.pattern = topology.cluster(wish.pattern)
        self.plan = topology
        self.cluster = replace(
            self.pattern,
            name=wish.name,
            context=self._own(self.pattern.context),
            kubeconfig=self.pattern.kubeconfig,
            api=None,
            identity=Identity(ca_sha256=None, kube_system_uid=None),
            pods=(),
            services=(),
            dns_service=None,
            nodes=(),
            load_balancer=None,
        )
        self.vms: list[Vm] = []
        self.given: dict[Address, Address] = {}  # the pattern's address to the newcomer's

    def newcomer(self) -> Newcomer:
        self._grow(pods=self._networks(Kind.PODS, self.pattern.pods))
        self._grow(services=self._networks(Kind.SERVICES, self.pattern.services))
        self._grow(dns_service=self._dns_service())
        self._pools()
        self._nodes()
        endpoint = self.pattern.endpoint
        names, zones = self._names(endpoint.host) if endpoint else ((), ())
        if endpoint:
            self._grow(api=self._endpoint(endpoint, names))
        return Newcomer(
            cluster=self.cluster,
            vms=tuple(self.vms),
            zones=zones,
            names=names,
            vantage=self._vantage(),
        )

    def _grow(self, **changes: object) -> None:
        known = [item for item in self.plan.clusters if item.name != self.wish.name]
        self.cluster = replace(self.cluster, **changes)  # type: ignore[arg-type]
        self.plan = replace(self.plan, clusters=(*known, self.cluster))

    def _own(self, text: str, among: Collection[str] = ()) -> str:
        """The text for the newcomer: with its name, and with one of its own where that is taken."""
        own = renamed(text, self.wish.pattern, self.wish.name)
        if own == text or own in among:
            own = f"{self.wish.name}-{text}"
        return own

    def _networks(self, kind: Kind, pattern: tuple[Cidr, ...]) -> tuple[Cidr, ...]:
        found = []
        for cidr in pattern:
            family = cidr.network.version
            within = next((item for item in self.wish.spaces if item.version == family), None)
            network = for_cluster(
                self.plan, kind, family, prefix=cidr.network.prefixlen, within=within
            )
            found.append(Cidr(str(network), network))
        return tuple(found)

    def _dns_service(self) -> Address | None:
        """As far into the Service network as that of the pattern is into its own."""
        asked = self.pattern.dns_service
        for old, new in zip(self.pattern.services, self.cluster.services, strict=True):
            if asked and old.range.holds(asked):
                return new.network[int(asked) - int(old.network.network_address)]
        return None

    def _pools(self) -> None:
        balancer = self.pattern.load_balancer
        if balancer is None:
            return
        pools: list[Pool] = []
        for pool in balancer.pools:
            wanted = self.wish.pool_size or sum(part.size for part in pool.ranges)
            ranges = for_pool(self.plan, self.plan.segment(pool.segment), wanted)
            name = renamed(pool.name, self.wish.pattern, self.wish.name)
            pools.append(replace(pool, cluster=self.wish.name, name=name, ranges=ranges))
            made = replace(balancer, pools=tuple(pools), reservations=())
            self._grow(load_balancer=made)

    def _nodes(self) -> None:
        """As many nodes as the pattern has, each family of addresses where it has its own."""
        for family in (4, 6):
            groups: dict[tuple[str, bool], list[Address]] = {}
            for node in self.pattern.nodes:
                home = home_of(node, family, self.plan)
                for address in node.addresses:
                    if home and address.version == family:
                        key = home.name, is_leased(address, self.plan)
                        groups.setdefault(key, []).append(address)
            for (segment, leased), old in groups.items():
                where = self.plan.segment(segment)
                new = for_hosts(self.plan, where, len(old), leased=leased)
                self.given |= dict(zip(old, new, strict=True))
                self._grow(nodes=tuple(self._hosts()))

    def _hosts(self) -> Iterator[Node]:
        for node in self.pattern.nodes:
            yield replace(
                node,
                cluster=self.wish.name,
                name=self._own(node.name),
                addresses=tuple(self.given[each] for each in node.addresses if each in self.given),
            )

    def _standing_for(self, address: Address) -> Address:
        """What has for the newcomer the part that an address has for the pattern."""
        if address in self.given:
            return self.given[address]
        segment = segment_of(self.plan, address) or self.plan.segment(self.pattern.segment)
        (free,) = for_hosts(self.plan, segment, 1, leased=is_leased(address, self.plan))
        self.given[address] = free
        vm = next((item for item in self.plan.vms if item.address == address), None)
        if vm:
            name = self._own(vm.name, [item.name for item in self.plan.vms])
            made = replace(vm, name=name, address=free)
            self.vms.append(made)
            self.plan = replace(self.plan, vms=(*self.plan.vms, made))
        return free

    def _names(self, host: str) -> tuple[tuple[Name, ...], tuple[tuple[str, str], ...]]:
        """A name for the endpoint like that of the pattern's, and its zone if that is new."""
        address = address_of(host)
        like = next(
            (
                item
                for item in self.plan.dns.names
                if (address in item.addresses if address else plain(item.name) == plain(host))
            ),
            None,
        )
        if like is None:
            return (), ()
        name = self._own(like.name, [item.name for item in self.plan.dns.names])
        leads = (address,) if address else like.addresses
        made = replace(
            like,
            name=name,
            addresses=tuple(self._standing_for(each) for each in leads),
            vantages=self._vantages(like),
        )
        return (made,), tuple(self._zones(name))

    def _zones(self, name: str) -> Iterator[tuple[str, str]]:
        zones = [zone.name for zone in self.plan.dns.zones]
        if any(f".{name}".endswith(f".{plain(zone)}") for zone in zones):
            return
        for zone in zones:
            own = renamed(zone, self.wish.pattern, self.wish.name)
            if f".{name}".endswith(f".{own}"):
                yield own, zone

    def _endpoint(self, like: Endpoint, names: tuple[Name, ...]) -> str:
        address = like.address
        if address is None:
            host = names[0].name if names else self._own(like.host)
        else:
            host = str(names[0].addresses[0] if names else self._standing_for(address))
        return Endpoint(host, like.port).url

    def _vantages(self, like: Name) -> tuple[str, ...]:
        mine = self._vantage()
        return (*like.vantages, mine.name) if mine else like.vantages

    def _vantage(self) -> Vantage | None:
        """A pod to probe from, if the run starts one in the pattern."""
        for item in self.plan.vantages:
            started = item.kind == "pod" and item.pod is None and item.service_account is None
            if item.cluster == self.wish.pattern and started and not item.in_mesh:
                name = self._own(item.name, [other.name for other in self.plan.vantages])
                return replace(item, name=name, cluster=self.wish.name, node=None)
        return None
