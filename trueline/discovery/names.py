"""The naming plan: zones that the clusters forward, and names that lead to what was found.

No API lists the names of a zone. Those that something speaks of (a certificate, a gateway, an
annotation), and those that people usually give (the reservation's own name in the zone), are asked
for; what the authority answers is drafted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trueline.discovery import ingress
from trueline.discovery.balancers import Reserved
from trueline.discovery.draft import Block, Entry, Gap, Part, Plain, block
from trueline.discovery.endpoints import endpoint_of
from trueline.discovery.segments import Segment
from trueline.discovery.told import is_dns_name, told, untold
from trueline.discovery.vantages import HERE, pods
from trueline.discovery.vms import fronts
from trueline.model.address import Address, address_of
from trueline.model.found import Found

_API = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone of the Corefiles: the server that they forward it to, and which clusters do.

    `proven` is whether that server answers with authority; None where it was not heard.
    """

    name: str
    server: str | None
    clusters: tuple[str, ...]
    proven: bool | None

    @property
    def authority(self) -> str | None:
        """The server, unless it showed that it only passes on what others say."""
        return None if self.proven is False else self.server


def zones(found: Found) -> tuple[Zone, ...]:
    """The zones of the Corefiles, in the order of the clusters."""
    servers: dict[str, list[str]] = {}
    clusters: dict[str, list[str]] = {}
    for cluster in found.clusters:
        for forward in told(found.settings_of(cluster).forwards):
            if is_dns_name(forward.zone):
                servers.setdefault(forward.zone, []).extend(forward.servers)
                clusters.setdefault(forward.zone, []).append(cluster)
    return tuple(
        Zone(
            name=name,
            server=next((one for one in servers[name] if address_of(one) is not None), None),
            clusters=tuple(clusters[name]),
            proven=_proven(found, name),
        )
        for name in servers
    )


def _proven(found: Found, zone: str) -> bool | None:
    said = [seen.authoritative for name, seen in found.names.items() if _lies_in(name, zone)]
    heard = [one for one in said if one is not None]
    return all(heard) if heard else None


def wanted(found: Found, made: Sequence[Reserved]) -> dict[str, str]:
    """The names to ask for, each with the address of the authority of its zone."""
    asked: dict[str, str] = {}
    for zone in zones(found):
        if zone.authority is None:
            continue
        for name in _candidates(found, made, zone):
            if is_dns_name(name) and _lies_in(name, zone.name):
                asked.setdefault(name, zone.authority)
    return asked


def _candidates(found: Found, made: Sequence[Reserved], zone: Zone) -> Iterator[str]:
    for one in made:
        yield from one.tls_names
        yield from _hinted(found, one)
        if one.use == ingress.INGRESS:
            yield from ingress.hosts(found, one)
        if zone.name.startswith(f"{one.cluster}.") or one.cluster not in _first_labels(found):
            yield f"{one.name}.{zone.name}"
            yield f"{one.service.name}.{zone.name}"
    for cluster in found.clusters:
        if zone.name.startswith(f"{cluster}.") or cluster not in _first_labels(found):
            yield f"{_API}.{zone.name}"


def _first_labels(found: Found) -> set[str]:
    """The first labels of the zones: a cluster that has a zone of its own is asked for there."""
    return {zone.name.partition(".")[0] for zone in zones(found)}


def _hinted(found: Found, one: Reserved) -> tuple[str, ...]:
    hints = told(found.settings_of(one.cluster).hints)
    return tuple(
        name for hint in hints if hint.service == one.service.key for name in hint.hostnames
    )


def parts(found: Found, made: Sequence[Reserved], drafted: Sequence[Segment]) -> tuple[Part, ...]:
    """The key `dns`, or why there is none."""
    known = zones(found)
    if not known:
        why = next(
            (
                untold(found.settings_of(cluster).forwards, "")
                for cluster in found.clusters
                if found.settings_of(cluster).forwards.kind == "gap"
            ),
            "no Corefile has a zone beside the cluster's own",
        )
        return (Gap(key="dns", why=f"{why}; the names that clients use"),)
    named = _named(found, made, drafted)
    missing = [
        what for what, address in _owners(found, made, drafted) if address not in _led_to(named)
    ]
    inner = [
        *block("zones", [_zone(one) for one in known]),
        *block("names", [_name(found, name, known, drafted) for name in named]),
    ]
    lacking = f", and none leads to {', '.join(missing)}" if missing else ""
    inner.append(Gap(key="names", why=f"the others: no API lists the names of a zone{lacking}"))
    return block("dns", inner)


def unnamed(found: Found, made: Sequence[Reserved], drafted: Sequence[Segment]) -> Iterator[str]:
    """What has no drafted name, as reports call it."""
    named = _led_to(_named(found, made, drafted))
    for what, address in _owners(found, made, drafted):
        if address not in named:
            yield what
    for cluster, facts in found.clusters.items():
        if facts.identity.kind == "seen" and endpoint_of(found, cluster) is None:
            yield f"{cluster} api"


def _named(
    found: Found, made: Sequence[Reserved], drafted: Sequence[Segment]
) -> dict[str, tuple[Address, ...]]:
    """The names that lead to what the draft has, and to nothing else, in a zone of the draft."""
    owned = {address for _, address in _owners(found, made, drafted)}
    answerable = [zone.name for zone in zones(found) if zone.authority is not None]
    return {
        name: seen.addresses
        for name, seen in found.names.items()
        if seen.addresses
        and set(seen.addresses) <= owned
        and any(_lies_in(name, zone) for zone in answerable)
    }


def _led_to(named: dict[str, tuple[Address, ...]]) -> set[Address]:
    return {address for addresses in named.values() for address in addresses}


def _owners(
    found: Found, made: Sequence[Reserved], drafted: Sequence[Segment]
) -> Iterator[tuple[str, Address]]:
    """What should have a name, as reports call it, with its address."""
    for one in made:
        yield f"{one.cluster}/{one.name}", one.address
    for front in fronts(found, drafted):
        yield front.name, front.address
    for cluster in found.clusters:
        endpoint = endpoint_of(found, cluster)
        if endpoint is not None:
            yield cluster, endpoint[0]


def _zone(zone: Zone) -> Part:
    where = f"the Corefile of {' and '.join(zone.clusters)}"
    if zone.authority is None:
        how = f"forwards to {zone.server}, which has none" if zone.server else "names no address"
        why = f"the server that answers for it with authority: {where} {how}"
        return Gap(key=zone.name, why=why, example=f"{zone.name}: {{authority: 192.0.2.53}}")
    unheard = "; it was not heard from here"
    authority = Entry(
        key="authority",
        value=zone.authority,
        source=where if zone.proven else f"{where}{unheard}",
        guess=not zone.proven,
    )
    longest = Gap(key="max_ttl", why="how old an answer may be", example="max_ttl: 60")
    return Entry(key=zone.name, value=Block((authority, longest)))


def _name(found: Found, name: str, known: Sequence[Zone], drafted: Sequence[Segment]) -> Part:
    seen = found.names[name]
    value: dict[str, Plain] = (
        {"address": str(seen.addresses[0])}
        if len(seen.addresses) == 1
        else {"addresses": [str(one) for one in seen.addresses]}
    )
    here = [HERE] if seen.here and any(one.is_here for one in drafted) else []
    home = [zone for zone in known if _lies_in(name, zone.name)]
    value["from"] = [*here, *(pods(cluster) for zone in home for cluster in zone.clusters)]
    return Entry(key=name, value=value)


def _lies_in(name: str, zone: str) -> bool:
    return name == zone or name.endswith(f".{zone}")
