"""The reservations: a usable address of an own pool, one owner, ports and certificate names."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, some
from trueline.model.topology import Port, Reservation, Topology, Vm
from trueline.requirements.plan import (
    PLAN_030,
    PLAN_031,
    PLAN_032,
    PLAN_033,
    PLAN_034,
    PLAN_035,
)

# Of `tls` alone (a passthrough such as the mesh's 15443) the names belong to who is behind it.
NAMED_TLS = frozenset(("https", "grpcs", "dot", "ldaps"))
TLS_PORTS = frozenset((443, 8443))


@check(PLAN_030, remedy="Move the reservation into a pool of its cluster, or widen the pool.")
def reservation_is_inside_a_pool_of_its_cluster(
    reservation: Reservation, topology: Topology
) -> Iterator[Claim]:
    """The reserved address lies in a pool of the reservation's own cluster."""
    own = topology.cluster(reservation.cluster).pools
    holding = [
        f"in pool {pool} of another cluster"
        for pool in topology.pools
        if pool.cluster != reservation.cluster and pool.holds(reservation.address)
    ]
    yield holds(
        reservation,
        any(pool.holds(reservation.address) for pool in own),
        expected=f"an address of {' or '.join(f'pool {pool}' for pool in own) or 'a planned pool'}",
        observed=" ".join([str(reservation.address), *holding]),
        at=reservation.at,
    )


@check(PLAN_031, remedy="Reserve another address.")
def reservation_has_a_host_address(reservation: Reservation, topology: Topology) -> Iterator[Claim]:
    """The reserved address is no network, broadcast or gateway address of a segment."""
    taken = [
        f"{reservation.address} is {use} of segment {segment} ({segment.at})"
        for segment in topology.segments
        for use, addresses in (
            ("the network or broadcast address", segment.unusable),
            ("the gateway", (segment.gateway,)),
        )
        if reservation.address in addresses
    ]
    yield holds(
        reservation,
        not taken,
        expected="a host address",
        observed=some(taken) if taken else reservation.address,
        at=reservation.at,
    )


@check(PLAN_032, remedy="Give each reservation an address of its own.")
def address_is_reserved_once(reservation: Reservation, topology: Topology) -> Iterator[Claim]:
    """No other reservation of any cluster has the address."""
    others = [
        f"{item} ({item.at})"
        for item in topology.reservations
        if item.address == reservation.address and item != reservation
    ]
    yield holds(
        reservation,
        not others,
        expected=f"{reservation.address} for no other reservation",
        observed=some(others),
        at=reservation.at,
    )


@check(PLAN_033, remedy="Keep one of the reservations, or name the Service that owns the other.")
def owner_has_one_reservation_of_a_family(
    reservation: Reservation, topology: Topology
) -> Iterator[Claim]:
    """The owner has no second reserved address of the same family."""
    others = [
        f"{item} {item.address} ({item.at})"
        for item in topology.cluster(reservation.cluster).reservations
        if item.owner == reservation.owner
        and item.address.version == reservation.address.version
        and item != reservation
    ]
    yield holds(
        reservation,
        not others,
        expected=f"no other IPv{reservation.address.version} address for {reservation.owner}",
        observed=some(others),
        at=reservation.at,
    )


@check(PLAN_034, remedy="Name the ports that the Service is to serve, for example 443/TCP/https.")
def reservation_names_its_ports(reservation: Reservation) -> Iterator[Claim]:
    """The reservation has ports, each once."""
    yield _named_ports(reservation)


@check(PLAN_034, remedy="Name the ports that the VM is to serve, for example 3306/TCP/mysql.")
def vm_names_its_ports(vm: Vm) -> Iterator[Claim]:
    """The VM has ports, each once."""
    yield _named_ports(vm)


def _named_ports(owner: Reservation | Vm) -> Claim:
    keys = [(port.number, port.protocol) for port in owner.ports]
    return holds(
        f"{owner} ports",
        bool(keys) and len(set(keys)) == len(keys),
        expected="distinct ports",
        observed=owner.ports,
        at=owner.at,
    )


@check(
    PLAN_035, remedy="Name what clients call it by under tls_names, and let that name lead here."
)
def tls_port_has_certificate_names(reservation: Reservation, topology: Topology) -> Iterator[Claim]:
    """A reservation with a TLS port has certificate names, and they lead to its address."""
    encrypted = [port for port in reservation.ports if _is_named_tls(port)]
    if not encrypted and not reservation.tls_names:
        yield not_applicable(reservation, why="no port with TLS is planned", at=reservation.at)
        return
    yield holds(
        f"{reservation} tls_names",
        bool(reservation.tls_names),
        expected=f"names for {', '.join(map(str, encrypted)) or 'TLS'}",
        observed=reservation.tls_names,
        at=reservation.at,
    )
    planned = {name.name: name for name in topology.dns.names}
    for name in (planned[text] for text in reservation.tls_names if text in planned):
        yield holds(
            f"{reservation} tls name {name}",
            reservation.address in name.addresses,
            expected=reservation.address,
            observed=name.addresses,
            at=name.at,
        )


def _is_named_tls(port: Port) -> bool:
    if port.application is None:
        return port.protocol == "TCP" and port.number in TLS_PORTS
    return port.application in NAMED_TLS
