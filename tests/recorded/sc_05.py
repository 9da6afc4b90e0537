"""SC-05: the Service network covers the addresses of nodes."""

from __future__ import annotations

from tests.live import with_more
from tests.recorded.altering import with_cluster
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.observation import ServiceCidrFact
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """App has a second ServiceCIDR, in which its nodes are."""
    more = ServiceCidrFact(name="more", cidrs=("192.168.64.16/28",), ready=True)
    return topology, with_cluster(
        facts, "app", lambda cluster: with_more(cluster, "service_cidrs", more)
    )


RECORDING = Recording(
    id="SC-05",
    title="nodes have addresses of the Service network",
    source="KEP-1880; kube-apiserver, --service-cluster-ip-range",
    documented=(
        "A ServiceCIDR object, Ready, that holds the InternalIPs of the nodes, which the API "
        "accepts and the flag's help warns of: nothing fails before a Service gets one of them."
    ),
    change=change,
    reds=frozenset({"CLU-030", "CLU-038"}),
    cause="CLU-030",
)
