"""What the pods themselves see: their own address, and the Services every pod needs."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from trueline.model.check import check
from trueline.model.claim import Claim, holds
from trueline.model.observation import View
from trueline.model.topology import Cluster, Vantage
from trueline.requirements.clusters import CLU_060


@check(
    CLU_060,
    remedy="Look at kube-proxy on the pod's node, the CNI, and the Service's endpoints.",
)
def pods_reach_their_own_services(
    vantage: Vantage, cluster: Cluster, view: View
) -> Iterator[Claim]:
    """A pod reaches its cluster's API and DNS Services, from an address of the pod network."""
    planned = [cidr.network for cidr in cluster.pods]
    for fact in view.value:
        source = fact.local or "no address"
        from_pods = fact.local is not None and any(ip_address(fact.local) in n for n in planned)
        yield holds(
            f"{vantage} to {fact.address} port {fact.port}",
            fact.outcome == "connected" and from_pods,
            expected=f"connected from {' or '.join(str(network) for network in planned)}",
            observed=f"{fact.outcome} from {source}" if fact.local else fact.outcome,
            at=vantage.at,
            evidence=(view.origin,),
        )
