"""What the pods themselves see: their own address, and the Services every pod needs."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from trueline.checks.dns_state import Clusters, Dns
from trueline.model.check import check
from trueline.model.claim import Claim, holds, unknown
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers
from trueline.model.topology import Cluster, Topology, Vantage
from trueline.questions import dns, services
from trueline.requirements.clusters import CLU_060


@check(
    CLU_060,
    remedy="Look at kube-proxy on the pod's node, the CNI, and the Service's endpoints.",
)
def pods_reach_their_own_services(
    vantage: Vantage, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """A pod reaches its cluster's API and DNS Services, from an address of the pod network."""
    cluster = topology.cluster(str(vantage.cluster))
    planned = [cidr.network for cidr in cluster.pods]
    for address, port in services.own_services(cluster):
        reply = answers.of(vantage.name, services.name(address, port)).last
        from_pods = reply.local is not None and any(ip_address(reply.local) in n for n in planned)
        outcome = reply.outcome
        subject = f"{vantage} to {address} port {port}"
        expected = f"connected from {' or '.join(str(network) for network in planned)}"
        if (
            outcome != "connected"
            and address == str(cluster.dns_service)
            and _takes_no_tcp(cluster, Dns(topology, clusters, answers))
        ):
            why = f"{outcome}, as the pods behind it take no TCP themselves, see DNS-002"
            yield unknown(subject, expected=expected, why=why, at=vantage.at)
            continue
        yield holds(
            subject,
            outcome == "connected" and from_pods,
            expected=expected,
            observed=f"{outcome} from {reply.local}" if reply.local else outcome,
            at=vantage.at,
            evidence=(answers.origin(vantage.name),),
        )


def _takes_no_tcp(cluster: Cluster, state: Dns) -> bool:
    """Whether every ready pod behind the DNS Service answers over UDP, and none over TCP.

    The Service itself, which is asked by TCP, cannot be told from its pods then.
    """
    try:
        pods = dns.pod_servers(state.topology, cluster, state.clusters[cluster.name])
        silent = [[state.silence(pod, way) is not None for way in dns.TRANSPORTS] for pod in pods]
    except NotObserved:
        return False
    return bool(silent) and all(pod == [False, True] for pod in silent)
