"""What discovery looks at: clusters by their contexts, and what this host sees of their network.

Nothing here raises for a sick cluster, a wire out of reach or a silent port: what could not be seen
is a gap with one plain reason, and is marked in the draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path

from trueline.discovery import balancers, names
from trueline.discovery.plan import reserved
from trueline.discovery.segments import segments
from trueline.discovery.told import told
from trueline.model.address import Cidr
from trueline.model.found import Attachment, Found, NameSeen, PortSeen
from trueline.model.observation import ClusterFacts
from trueline.model.settings import SettingsFacts
from trueline.model.source import Source
from trueline.model.topology import (
    Budgets,
    Cluster,
    Cni,
    Dns,
    Identity,
    LoadBalancer,
    Node,
    Segment,
    Topology,
)
from trueline.observe.clock import SYSTEM, Clock
from trueline.observe.snapshot import take_clusters, take_wire
from trueline.probes import interfaces
from trueline.probes.kube_settings import observe_settings
from trueline.probes.permission import Permission
from trueline.probes.permissions import discovering
from trueline.questions import discovery as questions
from trueline.vantage.place import Asking, Host
from trueline.vantage.program import Unreachable

BUDGETS = Budgets(api_timeout=10.0, arp_window=0.9, convergence=10.0, connect_timeout=1.5)
_AT = Source("discovery", 0)


def permissions() -> tuple[Permission, ...]:
    """What it takes to look at any cluster."""
    [cluster] = _plan({"any": "any"}, {}).clusters
    return discovering(cluster)


def look(contexts: Mapping[str, str], kubeconfig: Path | None, *, clock: Clock = SYSTEM) -> Found:
    """What the APIs say. `contexts` maps the name of each cluster to its kubeconfig context.

    Where MetalLB does not run in its usual namespace, its objects are looked for where it does.
    """
    plan = _plan(contexts, {})
    clusters = take_clusters(plan, kubeconfig, clock)
    moved = {
        name: namespace
        for name, facts in clusters.items()
        if (namespace := balancers.namespace_of(facts)) not in (None, balancers.DEFAULT_NAMESPACE)
    }
    if moved:
        again = _plan({name: contexts[name] for name in moved}, moved)
        clusters |= take_clusters(again, kubeconfig, clock)
    read = [one for one in plan.clusters if clusters[one.name].identity.kind == "seen"]
    return Found(
        contexts=dict(contexts),
        clusters=clusters,
        settings=_settings(read, kubeconfig, clock),
    )


def look_around(found: Found, *, place: Asking | None = None, clock: Clock = SYSTEM) -> Found:
    """The same, with what this host sees: its networks, the wire, ports and names.

    Every TCP port of a held address is asked three times (a connection, TLS, HTTP); the names that
    something speaks of are asked of the authorities of their zones.
    """
    here = place or Host()
    found = replace(found, attachments=tuple(attachments(found)))
    found = replace(found, wire=take_wire(_surroundings(found), clock))
    asked = {
        (one.address, port.number): next(iter(one.tls_names), None)
        for one in reserved(found)
        for port in one.ports
        if port.protocol == "TCP"
    }
    found = replace(found, ports=_ports(here, asked))
    return replace(found, names=_names(here, names.wanted(found, reserved(found))))


def attachments(found: Found) -> Iterator[Attachment]:
    """The networks of nodes that this host is on, each once."""
    nodes = {
        one for f in found.clusters.values() for node in told(f.nodes) for one in node.addresses
    }
    routers = interfaces.default_routers()
    seen = set()
    for address in sorted(nodes, key=int):
        around = interfaces.network_around(address) if isinstance(address, IPv4Address) else None
        if around is None or around[0] in seen:
            continue
        network, own = around
        seen.add(network)
        router = next((one for one in routers if one in network), None)
        yield Attachment(network=network, address=own, router=router, is_node=own in nodes)


def _ports(
    place: Asking, asked: Mapping[questions.Asked, str | None]
) -> dict[questions.Asked, PortSeen]:
    if not asked:
        return {}
    try:
        answers = place.ask(questions.of_ports(asked))
    except Unreachable:  # every port then stays what the API says of it
        return {}
    return {key: questions.port_seen(answers, *key) for key in asked}


def _names(place: Asking, wanted: Mapping[str, str]) -> dict[str, NameSeen]:
    if not wanted:
        return {}
    try:
        answers = place.ask(questions.of_names(wanted))
    except Unreachable:
        return {}
    return {name: questions.name_seen(answers, name) for name in wanted}


def _settings(
    clusters: list[Cluster], kubeconfig: Path | None, clock: Clock
) -> dict[str, SettingsFacts]:
    def take(cluster: Cluster) -> SettingsFacts:
        return observe_settings(
            cluster, kubeconfig=kubeconfig, timeout=BUDGETS.api_timeout, now=clock.now
        )

    with ThreadPoolExecutor(len(clusters) or 1) as pool:
        return {
            one.name: facts for one, facts in zip(clusters, pool.map(take, clusters), strict=True)
        }


def _plan(contexts: Mapping[str, str], namespaces: Mapping[str, str | None]) -> Topology:
    """A plan that says no more than which contexts to look at, and where MetalLB is."""
    clusters = tuple(
        Cluster(
            name=name,
            context=context,
            kubeconfig=None,
            api=None,
            identity=Identity(ca_sha256=None, kube_system_uid=None),
            versions={},
            cni=Cni(kind="other", backend=None, policy_enforced=False, at=_AT),
            segment="",
            pods=(),
            node_prefix={},
            services=(),
            dns_service=None,
            nodes=(),
            load_balancer=_metallb(namespaces.get(name)),
            at=_AT,
        )
        for name, context in contexts.items()
    )
    return _topology((), clusters)


def _metallb(namespace: str | None) -> LoadBalancer | None:
    if namespace is None:
        return None
    return LoadBalancer(kind="metallb", namespace=namespace, pools=(), reservations=(), at=_AT)


def _surroundings(found: Found) -> Topology:
    """A plan of the segments and the nodes alone, by which the wire is listened to."""
    drafted = tuple(
        Segment(
            name=one.name,
            cidr=Cidr(str(one.network), one.network),
            gateway=None,
            dhcp=(),
            at=_AT,
        )
        for one in segments(found)
    )
    clusters = tuple(
        replace(cluster, nodes=tuple(_nodes(cluster.name, found.clusters[cluster.name])))
        for cluster in _plan(found.contexts, {}).clusters
    )
    return _topology(drafted, clusters)


def _nodes(cluster: str, facts: ClusterFacts) -> Iterator[Node]:
    for node in told(facts.nodes):
        yield Node(cluster=cluster, name=node.name, role="", addresses=node.addresses, at=_AT)


def _topology(drafted: tuple[Segment, ...], clusters: tuple[Cluster, ...]) -> Topology:
    return Topology(
        name="discovery",
        runs_in="anywhere",
        segments=drafted,
        clusters=clusters,
        vms=(),
        dns=Dns(zones=(), names=()),
        flows=(),
        mesh=None,
        policies=(),
        vantages=(),
        budgets=BUDGETS,
        exemptions=(),
        at=_AT,
    )
