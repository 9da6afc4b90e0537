"""SC-06: every address of the Service network is held."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

from tests.changes import with_cluster as with_plan
from tests.live import with_more
from tests.recorded.altering import retold, rewritten, with_cluster
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.address import Cidr
from trueline.model.observation import ClusterFacts
from trueline.model.topology import Topology

HERE, SMALL = "app", "10.97.0.0/28"
PLANNED = r"10\.97\.\d+\.\d+(?:/16)?"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """App is planned and built with 14 Service addresses, and has as many Services."""
    topology = with_plan(topology, HERE, services=(Cidr.parse(SMALL),))
    free = [str(address) for address in ip_network(SMALL).hosts()]
    put = {"10.97.0.0/16": SMALL}
    held = [str(item.cluster_ips[0]) for item in facts.clusters[HERE].services.value]
    for address in held:
        if address in free:
            free.remove(address)
    for address in held:
        small = ip_address(address) in ip_network(SMALL)
        put[address] = address if small else free.pop(0)

    def smaller(text: str) -> str:
        return put.get(text, text)

    facts = retold(rewritten(facts, HERE, PLANNED, smaller), PLANNED, smaller)
    return topology, with_cluster(facts, HERE, lambda cluster: _filled(cluster, free))


def _filled(cluster: ClusterFacts, free: list[str]) -> ClusterFacts:
    """A Service for each address that was left."""
    like = next(item for item in cluster.services.value if item.key == "payments/ledger")
    more = (
        replace(like, name=f"ledger-{n}", cluster_ips=(ip_address(address),), selector={})
        for n, address in enumerate(free)
    )
    return with_more(cluster, "services", *more)


RECORDING = Recording(
    id="SC-06",
    title="the Service network is full",
    source="KEP-1880; kubernetes PR#115075",
    documented=(
        "As many Services as the ServiceCIDR 10.97.0.0/28 has addresses; the API refuses the next "
        "one with 'failed to allocate a serviceIP: range is full'."
    ),
    change=change,
    reds=frozenset({"CLU-037"}),
    cause="CLU-037",
)
