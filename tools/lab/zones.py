"""The plan's DNS zones as files of records: the zones it names, and those that lead back."""

from __future__ import annotations

from dataclasses import dataclass

from trueline.model.address import Address
from trueline.model.topology import Name, Topology, Zone

TTL = 30
"""Seconds that a record may be kept, where the plan allows no less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneFile:
    """One zone: `records` are (owner, type, value), owners whole and without a final dot."""

    name: str
    authority: str | None
    ttl: int
    records: tuple[tuple[str, str, str], ...]

    def text(self, server: str) -> str:
        """The file in the form of RFC 1035; `server` is the address of its name server."""
        lines = [
            f"$ORIGIN {self.name}.",
            f"$TTL {self.ttl}",
            f"@ IN SOA ns.dns.{self.name}. hostmaster.{self.name}. 1 7200 3600 1209600 {self.ttl}",
            f"@ IN NS ns.dns.{self.name}.",
            _line(f"ns.dns.{self.name}", _kind(server), server),
            *(_line(*record) for record in sorted(self.records)),
        ]
        return "".join(f"{line}\n" for line in lines)


def planned(topology: Topology) -> tuple[ZoneFile, ...]:
    """Every zone of the plan, then a reverse zone for each network of names that have `reverse`.

    A name is in the longest zone that holds it. A reverse zone is answered for by the authority of
    the first name in it: the /24, or /64, around its address.
    """
    homes = {name.name: home(topology, name) for name in topology.dns.names}
    found = [
        ZoneFile(
            name=zone.name,
            authority=zone.authority,
            ttl=ttl(zone),
            records=tuple(
                (name.name, _kind(str(address)), str(address))
                for name in topology.dns.names
                if homes[name.name] == zone
                for address in name.addresses
            ),
        )
        for zone in topology.dns.zones
    ]
    return (*found, *_reverse(topology))


def home(topology: Topology, name: Name) -> Zone | None:
    """The longest zone that holds a name."""
    around = [
        zone
        for zone in topology.dns.zones
        if name.name == zone.name or name.name.endswith(f".{zone.name}")
    ]
    return max(around, key=lambda zone: len(zone.name), default=None)


def ttl(zone: Zone) -> int:
    """The time to live of a zone's records: within the plan's bound."""
    return TTL if zone.max_ttl is None else min(TTL, zone.max_ttl)


def _reverse(topology: Topology) -> list[ZoneFile]:
    first: dict[str, Zone] = {}
    records: dict[str, list[tuple[str, str, str]]] = {}
    for name in topology.dns.names:
        zone = home(topology, name)
        if name.reverse and zone is not None:
            for address in name.addresses:
                around = reverse_zone(address)
                first.setdefault(around, zone)
                pointer = (address.reverse_pointer, "PTR", f"{name.name}.")
                records.setdefault(around, []).append(pointer)
    return [
        ZoneFile(
            name=around,
            authority=zone.authority,
            ttl=ttl(zone),
            records=tuple(records[around]),
        )
        for around, zone in first.items()
    ]


def reverse_zone(address: Address) -> str:
    """The reverse zone of the /24, or /64, around an address."""
    labels = address.reverse_pointer.split(".")
    return ".".join(labels[1:] if address.version == 4 else labels[16:])


def _kind(address: str) -> str:
    return "AAAA" if ":" in address else "A"


def _line(owner: str, kind: str, value: str) -> str:
    return f"{owner}. IN {kind} {value}"
