"""The names: everything that clients call has one, and each leads to what is planned."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.address import Address
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, some
from trueline.model.naming import plain
from trueline.model.topology import Cluster, Name, Reservation, Topology, Vm, Zone
from trueline.requirements.plan_use import (
    PLAN_060,
    PLAN_061,
    PLAN_062,
    PLAN_063,
    PLAN_064,
    PLAN_065,
    PLAN_066,
)

NAME_IT = "Plan a name for it under dns.names."


@check(PLAN_060, remedy=NAME_IT)
def reservation_has_a_name(reservation: Reservation, topology: Topology) -> Iterator[Claim]:
    """A DNS name leads to the reserved address."""
    yield _named(reservation, reservation.address, topology)


@check(PLAN_060, remedy=NAME_IT)
def vm_has_a_name(vm: Vm, topology: Topology) -> Iterator[Claim]:
    """A DNS name leads to the VM."""
    if vm.address is None:
        yield not_applicable(vm, why="no address is planned that a name could lead to", at=vm.at)
        return
    yield _named(vm, vm.address, topology)


@check(PLAN_060, remedy=NAME_IT)
def api_endpoint_has_a_name(cluster: Cluster, topology: Topology) -> Iterator[Claim]:
    """The API endpoint is a planned name, or an address that a planned name leads to."""
    endpoint = cluster.endpoint
    if endpoint is None:
        yield not_applicable(cluster, why="no API endpoint is planned", at=cluster.at)
        return
    if endpoint.address is not None:
        yield _named(cluster, endpoint.address, topology)
        return
    yield holds(
        f"{cluster} api",
        any(plain(name.name) == plain(endpoint.host) for name in topology.dns.names),
        expected="a planned name",
        observed=endpoint.host,
        at=cluster.at,
    )


def _named(owner: Reservation | Vm | Cluster, address: Address, topology: Topology) -> Claim:
    names = [name.name for name in topology.dns.names if address in name.addresses]
    return holds(
        owner, bool(names), expected=f"a name for {address}", observed=some(names), at=owner.at
    )


@check(PLAN_061, remedy="Correct the record, or plan what it leads to.")
def name_leads_to_planned_addresses(dns_name: Name, topology: Topology) -> Iterator[Claim]:
    """Every address of the name is reserved, or a host's or an API endpoint's."""
    planned = _planned(topology)
    strangers = [address for address in dns_name.addresses if address not in planned]
    yield holds(
        dns_name,
        bool(dns_name.addresses) and not strangers,
        expected="planned addresses",
        observed=f"{some(strangers)} not planned" if strangers else dns_name.addresses,
        at=dns_name.at,
    )


def _planned(topology: Topology) -> set[Address | None]:
    endpoints = (cluster.endpoint for cluster in topology.clusters)
    return {
        *(reservation.address for reservation in topology.reservations),
        *(address for node in topology.nodes for address in node.addresses),
        *(vm.address for vm in topology.vms),
        *(segment.gateway for segment in topology.segments),
        *(endpoint.address for endpoint in endpoints if endpoint),
    }


@check(PLAN_062, remedy="Declare the zone of the name, or move the name into a declared one.")
def name_lies_in_a_declared_zone(dns_name: Name, topology: Topology) -> Iterator[Claim]:
    """The name ends in the name of a declared zone."""
    zones = [zone.name for zone in topology.dns.zones]
    yield holds(
        dns_name,
        any(f".{plain(dns_name.name)}".endswith(f".{plain(zone)}") for zone in zones),
        expected=f"a name in {' or '.join(zones) or 'a declared zone'}",
        observed=dns_name.name,
        at=dns_name.at,
    )


@check(PLAN_063, remedy="Name the server that answers for the zone, and serve the zone there.")
def zone_has_an_authority(zone: Zone) -> Iterator[Claim]:
    """The plan says which server answers for the zone."""
    yield holds(
        zone, bool(zone.authority), expected="an authority", observed=zone.authority, at=zone.at
    )


@check(PLAN_064, remedy="Add the address of the other family to the name.")
def name_covers_every_family_of_its_owner(dns_name: Name, topology: Topology) -> Iterator[Claim]:
    """A name of a Service with addresses of both families has both."""
    own = [item for item in topology.reservations if item.address in dns_name.addresses]
    owners = {(item.cluster, item.owner) for item in own}
    families = {address.version for address in dns_name.addresses}
    missing = [
        f"{item.address} of {item} ({item.at})"
        for item in topology.reservations
        if (item.cluster, item.owner) in owners and item.address.version not in families
    ]
    if not own:
        yield not_applicable(dns_name, why="the name leads to no reservation", at=dns_name.at)
        return
    yield holds(
        dns_name,
        not missing,
        expected="every family reserved for the same Service",
        observed=f"without {some(missing)}" if missing else dns_name.addresses,
        at=dns_name.at,
    )


@check(PLAN_065, remedy="Name the vantage points under `from`: a pod of each cluster, the host.")
def name_says_where_it_resolves(dns_name: Name, topology: Topology) -> Iterator[Claim]:
    """The name has vantage points, and all are declared."""
    declared = {vantage.name for vantage in topology.vantages}
    unknown = [name for name in dns_name.vantages if name not in declared]
    yield holds(
        dns_name,
        bool(dns_name.vantages) and not unknown,
        expected="declared vantage points",
        observed=f"{some(unknown)} not declared" if unknown else dns_name.vantages,
        at=dns_name.at,
    )


@check(PLAN_066, remedy="Use a domain that is yours, or .internal, .test or home.arpa.")
def zone_is_not_multicast(zone: Zone) -> Iterator[Claim]:
    """The zone is not under .local, which belongs to multicast DNS."""
    yield holds(
        zone,
        plain(zone.name).rsplit(".", 1)[-1] != "local",
        expected="a zone outside .local",
        observed=zone.name,
        at=zone.at,
    )
