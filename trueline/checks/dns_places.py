"""Which servers are asked about something; a cluster whose pods are not known is one doubt."""

from __future__ import annotations

from collections.abc import Iterable

from trueline.checks.dns_state import Dns
from trueline.model.claim import Claim, unknown
from trueline.model.observation import NotObserved
from trueline.model.topology import Cluster, Name, Zone
from trueline.questions import dns as questions
from trueline.questions.dns import Server

Places = tuple[list[Server], list[Claim]]


def of_cluster(state: Dns, cluster: Cluster) -> Places:
    """The DNS pods and the DNS Service of a cluster, and a claim of what cannot be told."""
    service = questions.service_server(state.topology, cluster)
    own = [service] if service else []
    try:
        facts = state.clusters[cluster.name]
        return [*questions.pod_servers(state.topology, cluster, facts), *own], []
    except NotObserved as gap:
        doubt = unknown(
            f"DNS pods of {cluster}", expected="to be known", why=str(gap), at=cluster.at
        )
        return own, [doubt]


def of_zone(state: Dns, zone: Zone) -> Places:
    """The servers of every cluster whose pods must resolve names of a zone."""
    topology = state.topology
    return _joined(
        of_cluster(state, cluster)
        for cluster in topology.clusters
        if zone in questions.zones_of(topology, questions.cluster_names(topology, cluster))
    )


def of_name(state: Dns, name: Name) -> Places:
    """The servers of every cluster whose pods must resolve a name."""
    topology = state.topology
    return _joined(
        of_cluster(state, cluster)
        for cluster in topology.clusters
        if name in questions.cluster_names(topology, cluster)
    )


def _joined(places: Iterable[Places]) -> Places:
    servers: list[Server] = []
    doubts: list[Claim] = []
    for found, doubt in places:
        servers += found
        doubts += doubt
    return servers, doubts
