"""The machines the lab needs, worked out from the plan: values only, nothing is started here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from tools.lab.errors import LabError
from trueline.model.address import Address
from trueline.model.topology import Cluster, Node, Segment, Topology
from trueline.model.wires import segment_of, wire

FABRIC = "fabric"
RUNNER = "runner"
RESERVED_NAMES = (FABRIC, RUNNER)
_API_PORT = 6443


@dataclass(frozen=True, slots=True)
class Nic:
    """A card with its addresses, each `address/prefix`; `segment` names the wire it is on.

    A wire is one segment, or two of different families.
    """

    segment: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSpec:
    """A machine. `kind` is `node`, `vm`, `foreign` (not of the plan) or `runner`.

    `index` numbers its cables in the fabric; `gateways` are its default routes.
    """

    name: str
    kind: str
    index: int
    nics: tuple[Nic, ...]
    gateways: tuple[str, ...] = ()
    cluster: str | None = None
    role: str | None = None
    ports: tuple[int, ...] = ()

    @property
    def address(self) -> str:
        """The first address, without prefix."""
        return self.nics[0].addresses[0].split("/")[0]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address, without prefix."""
        return tuple(item.split("/")[0] for nic in self.nics for item in nic.addresses)

    def dump(self) -> dict[str, Any]:
        """As a JSON value."""
        return {
            "name": self.name,
            "kind": self.kind,
            "index": self.index,
            "nics": [{"segment": n.segment, "addresses": list(n.addresses)} for n in self.nics],
            "gateways": list(self.gateways),
            "cluster": self.cluster,
            "role": self.role,
            "ports": list(self.ports),
        }

    @classmethod
    def load(cls, value: dict[str, Any]) -> MachineSpec:
        """The inverse of `dump`."""
        return cls(
            name=value["name"],
            kind=value["kind"],
            index=value["index"],
            nics=tuple(Nic(n["segment"], tuple(n["addresses"])) for n in value["nics"]),
            gateways=tuple(value["gateways"]),
            cluster=value["cluster"],
            role=value["role"],
            ports=tuple(value["ports"]),
        )


def wires(topology: Topology) -> list[str]:
    """The wires, each by the name of its first segment."""
    return list(dict.fromkeys(wire(topology, segment) for segment in topology.segments))


def bridge(topology: Topology, name: str) -> str:
    """The name of a wire's bridge in the fabric (`br0` for the first one)."""
    return f"br{wires(topology).index(name)}"


def cable(index: int, nic: int) -> str:
    """The name of a cable's end in the fabric."""
    return f"c{index}n{nic}"


def mac(machine: str, nic: int) -> str:
    """A card's MAC: locally administered, made from names, so it survives reboots and rebuilds."""
    digest = hashlib.sha256(f"{machine}/{nic}".encode()).digest()
    return ":".join(f"{byte:02x}" for byte in (0x02, *digest[:5]))


def attachments(topology: Topology, what: str, addresses: tuple[Address, ...]) -> tuple[Nic, ...]:
    """One card for each wire that has some of the addresses. Raises LabError if none has."""
    cards: dict[str, list[str]] = {}
    for address in addresses:
        segment = segment_of(topology, address)
        if segment is None:
            raise LabError(f"{what}: no segment of the plan holds {address}")
        prefix = segment.cidr.network.prefixlen
        cards.setdefault(wire(topology, segment), []).append(f"{address}/{prefix}")
    if not cards:
        raise LabError(f"{what}: the plan gives it no address")
    return tuple(Nic(name, tuple(items)) for name, items in cards.items())


def default_routes(topology: Topology, nics: tuple[Nic, ...]) -> tuple[str, ...]:
    """The gateway of the first segment that has one, for each address family."""
    found: dict[int, str] = {}
    for nic in nics:
        for address in nic.addresses:
            segment = segment_of(topology, ip_address(address.partition("/")[0]))
            gateway = segment.gateway if segment is not None else None
            if gateway is not None:
                found.setdefault(gateway.version, str(gateway))
    return tuple(found.values())


def node_machine(topology: Topology, node: Node, index: int) -> MachineSpec:
    """The machine of a planned node."""
    nics = attachments(topology, f"{node.at}: node {node.name!r}", node.addresses)
    return MachineSpec(
        name=node.name,
        kind="node",
        index=index,
        nics=nics,
        gateways=default_routes(topology, nics),
        cluster=node.cluster,
        role=node.role,
    )


def plain_machine(
    topology: Topology,
    name: str,
    address: Address,
    *,
    kind: str,
    index: int,
    ports: tuple[int, ...] = (),
) -> MachineSpec:
    """A machine without Kubernetes: a VM of the plan, or a foreign host."""
    nics = attachments(topology, name, (address,))
    return MachineSpec(
        name=name,
        kind=kind,
        index=index,
        nics=nics,
        gateways=default_routes(topology, nics),
        ports=ports,
    )


def runner_machine(topology: Topology) -> MachineSpec:
    """The runner: the gateway of every segment, or its last unplanned address where it has none."""
    cards: dict[str, list[str]] = {}
    for segment in topology.segments:
        address = segment.gateway or _unplanned(topology, segment)
        own = f"{address}/{segment.cidr.network.prefixlen}"
        cards.setdefault(wire(topology, segment), []).append(own)
    nics = tuple(Nic(name, tuple(items)) for name, items in cards.items())
    return MachineSpec(name=RUNNER, kind="runner", index=0, nics=nics)


def _unplanned(topology: Topology, segment: Segment) -> Address:
    taken = {str(a) for node in topology.nodes for a in node.addresses}
    taken |= {str(vm.address) for vm in topology.vms}
    busy = [part for pool in topology.pools for part in pool.ranges] + list(segment.dhcp)
    network = segment.cidr.network
    for number in range(int(network.broadcast_address) - 1, int(network.network_address), -1):
        address = ip_address(number) if network.version == 4 else type(network[0])(number)
        if str(address) not in taken and not any(part.holds(address) for part in busy):
            return address
    raise LabError(f"{segment.at}: segment {segment.name!r} has no address left for the runner")


def machines(topology: Topology, nodes: tuple[Node, ...], *, vms: bool) -> tuple[MachineSpec, ...]:
    """Every machine but the runner: the chosen nodes, then the VMs. Raises LabError on a clash."""
    found = [node_machine(topology, node, index) for index, node in enumerate(nodes, 1)]
    for vm in topology.vms if vms else ():
        if vm.address is None:
            raise LabError(
                f"{vm.at}: VM {vm.name!r} has no address", fix="plan one, or up --without vms"
            )
        ports = tuple(port.number for port in vm.ports if port.protocol == "TCP")
        found.append(
            plain_machine(
                topology, vm.name, vm.address, kind="vm", index=len(found) + 1, ports=ports
            )
        )
    seen: set[str] = set(RESERVED_NAMES)
    for spec in found:
        if spec.name in seen:
            raise LabError(f"two machines would be called {spec.name!r}")
        seen.add(spec.name)
    return tuple(found)


def api_host(cluster: Cluster) -> str:
    """The host of a cluster's planned API address; "" where the plan names none."""
    return cluster.endpoint.host if cluster.endpoint else ""


def api_port(cluster: Cluster) -> int:
    """The port of a cluster's API, as planned."""
    return cluster.endpoint.port if cluster.endpoint else _API_PORT


def api_service_address(cluster: Cluster) -> str:
    """The ClusterIP of the `kubernetes` Service: the first address of the Service network."""
    return str(cluster.services[0].network[1])


def dns_service_address(cluster: Cluster) -> str:
    """The ClusterIP of cluster DNS: as planned, or the tenth address of the Service network."""
    return str(cluster.dns_service or cluster.services[0].network[10])
