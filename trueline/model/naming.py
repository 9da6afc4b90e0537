"""Who asks whom about the planned names, derived from the plan alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trueline.model.places import vantages
from trueline.model.source import Source
from trueline.model.topology import Name, Topology, Vantage, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A server that the plan names as the authority of `zones`; `askers` are vantage points.

    `address` is what is asked: an address, or a name that the vantage point looks up.
    """

    address: str
    zones: tuple[str, ...]
    askers: tuple[str, ...]
    at: Source

    def __str__(self) -> str:
        return self.address


def home(topology: Topology, name: Name) -> Zone | None:
    """The zone a name lies in: the longest that holds it; None outside all zones."""
    around = [zone for zone in topology.dns.zones if _inside(plain(name.name), plain(zone.name))]
    return max(around, key=lambda zone: len(zone.name), default=None)


def names_in(topology: Topology, zone: Zone) -> tuple[Name, ...]:
    """The planned names of a zone, in the order of the file."""
    return tuple(name for name in topology.dns.names if home(topology, name) == zone)


def plain(name: str) -> str:
    """DNS names are equal in any case, with or without the final dot (RFC 1034, section 3.1)."""
    return name.lower().removesuffix(".")


def _inside(name: str, zone: str) -> bool:
    return f".{name}".endswith(f".{zone}")


def resolving(topology: Topology, names: Iterable[Name] | None = None) -> tuple[Vantage, ...]:
    """The vantage points that must resolve one of the names (by default any planned one)."""
    asked = topology.dns.names if names is None else tuple(names)
    wanted = {vantage for name in asked for vantage in name.vantages}
    return tuple(item for item in vantages(topology) if item.name in wanted)


def authority_address(topology: Topology, zone: Zone) -> str | None:
    """Where the authority of a zone is asked; None where the plan names none.

    A reservation or a VM (`reservation:CLUSTER/NAME`, `vm:NAME`) stands for its address.
    """
    known = {f"reservation:{item}": str(item.address) for item in topology.reservations}
    known |= {f"vm:{item.name}": str(item.address) for item in topology.vms if item.address}
    text = zone.authority or ""
    return known.get(text, text) or None


def askers(topology: Topology, zone: Zone) -> tuple[str, ...]:
    """The vantage points that ask the authority of a zone directly.

    Hosts among those that must resolve its names; where there are none, the first of the others:
    a pod's way to the authority is that of cluster DNS, which is asked for itself.
    """
    mine = [item for item in resolving(topology, names_in(topology, zone)) if not item.in_mesh]
    hosts = [item for item in mine if item.kind in ("host", "ssh")]
    return tuple(item.name for item in hosts or mine[:1])


def authorities(topology: Topology) -> tuple[Authority, ...]:
    """Each authority once, in the order of the zones."""
    found: dict[str, Authority] = {}
    for zone in topology.dns.zones:
        address = authority_address(topology, zone)
        if address is None:
            continue
        before = found.get(address)
        found[address] = Authority(
            address=address,
            zones=(*(before.zones if before else ()), zone.name),
            askers=tuple(
                dict.fromkeys((*(before.askers if before else ()), *askers(topology, zone)))
            ),
            at=before.at if before else zone.at,
        )
    return tuple(found.values())


def pod_asker(topology: Topology, cluster: str) -> str | None:
    """The pod vantage point that asks the DNS of its cluster; None where the plan has none.

    One that must resolve planned names comes first.
    """
    pods = [item for item in topology.vantages if item.kind == "pod" and item.cluster == cluster]
    mine = [item for item in pods if not item.in_mesh]
    listed = {item.name for item in resolving(topology)}
    return next(
        (item.name for item in sorted(mine, key=lambda item: item.name not in listed)), None
    )
