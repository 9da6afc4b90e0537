"""Who may enter, from the plan's words into the peers of a NetworkPolicy.

A policy sees packets as they are when they reach the pod's node: after a Service's address has
become a pod's, and before the sender's is changed there. So nodes come with their own addresses
from elsewhere, and with those of their end of the pod network; pods of another cluster come with
the addresses of its nodes, since each cluster hides its pods behind them.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from tools.lab import spec
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from trueline.model.places import namespace_of
from trueline.model.topology import Policy, Topology, Vantage

_NAMESPACE_NAME = "kubernetes.io/metadata.name"


def peers(topology: Topology, policy: Policy, gateways: Iterable[str]) -> list[Object]:
    """The peers of a policy, each once. Raises LabError for an end that opens no connection.

    `gateways` are the addresses by which the nodes of its cluster reach pods.
    """
    found: list[Object] = []
    for end in policy.allow_from:
        for peer in _peers(topology, policy, end, tuple(gateways)):
            if peer not in found:
                found.append(peer)
    return found


def gateways(pod_cidrs: Iterable[str]) -> list[str]:
    """The addresses of nodes in the pod network, from the pod ranges of the nodes.

    Flannel gives a node the range's first address (its tunnel), the bridge on it has the second.
    """
    return [str(ip_network(cidr)[number]) for cidr in pod_cidrs for number in (0, 1)]


def _peers(
    topology: Topology, policy: Policy, end: str, gateways: tuple[str, ...]
) -> Iterable[Object]:
    kind, _, name = end.partition(":")
    cluster, _, namespace = name.partition("/")
    if kind == "vantage":
        place = next(item for item in topology.vantages if item.name == name)
        if place.kind in ("host", "ssh"):
            return _hosts(topology, place)
        kind, cluster = f"{place.kind}s", str(place.cluster)
        namespace = namespace_of(place) or topology.probes.namespace
    if kind == "pods" and cluster == policy.cluster:
        labels = {"matchLabels": {_NAMESPACE_NAME: namespace}} if namespace else {}
        return [{"namespaceSelector": labels}]
    if kind in ("pods", "nodes"):
        nodes = next(c.nodes for c in topology.clusters if c.name == cluster)
        own = gateways if cluster == policy.cluster else ()
        return _blocks([*(str(a) for node in nodes for a in node.addresses), *own])
    if kind == "segment":
        return [_block(str(topology.segment(name).cidr.network))]
    if kind == "vm":
        machine = next(item for item in topology.vms if item.name == name)
        return _blocks([str(machine.address)] if machine.address else [])
    raise LabError(f"{policy.at}: the lab makes no NetworkPolicy from {end!r}")


def _hosts(topology: Topology, place: Vantage) -> Iterable[Object]:
    """The runner's addresses; a host reached by ssh is one of the plan's machines, or unknown."""
    if place.kind == "host":
        cards = spec.runner_machine(topology).nics
        here = [nic for nic in cards if place.segment in (None, nic.segment)]
        return _blocks(address.split("/")[0] for nic in here for address in nic.addresses)
    raise LabError(f"{place.at}: the lab knows no address of {place.name!r}")


def _blocks(addresses: Iterable[str]) -> list[Object]:
    return [_block(f"{item}/{ip_address(item).max_prefixlen}") for item in addresses]


def _block(cidr: str) -> Object:
    return {"ipBlock": {"cidr": cidr}}
