"""What the pods themselves see: their own address, and the Services every pod needs."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from trueline.model.check import check
from trueline.model.claim import Claim, holds
from trueline.model.probe import Answers
from trueline.model.topology import Cluster, Vantage
from trueline.questions import services
from trueline.requirements.clusters import CLU_060


@check(
    CLU_060,
    remedy="Look at kube-proxy on the pod's node, the CNI, and the Service's endpoints.",
)
def pods_reach_their_own_services(
    vantage: Vantage, cluster: Cluster, answers: Answers
) -> Iterator[Claim]:
    """A pod reaches its cluster's API and DNS Services, from an address of the pod network."""
    planned = [cidr.network for cidr in cluster.pods]
    for address, port in services.own_services(cluster):
        reply = answers.of(vantage.name, services.name(address, port)).last
        from_pods = reply.local is not None and any(ip_address(reply.local) in n for n in planned)
        outcome = reply.outcome
        yield holds(
            f"{vantage} to {address} port {port}",
            outcome == "connected" and from_pods,
            expected=f"connected from {' or '.join(str(network) for network in planned)}",
            observed=f"{outcome} from {reply.local}" if reply.local else outcome,
            at=vantage.at,
            evidence=(answers.origin(vantage.name),),
        )
