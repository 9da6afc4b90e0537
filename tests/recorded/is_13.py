"""IS-13: two clusters give the same ClusterIP to different Services, and the mesh mixes them up."""

from __future__ import annotations

import base64
from dataclasses import replace
from ipaddress import ip_address

from tests.changes import with_cluster as with_plan
from tests.live import with_one
from tests.recorded.altering import retold, told, with_cluster
from tests.recorded.recording import Recording
from tests.recorded.twins import among_twins
from trueline.compare.facts import Facts
from trueline.model.address import Cidr
from trueline.model.probe import Answer
from trueline.model.topology import Topology

WIDE = "10.96.0.0/12"  # which 10.97.0.0/12 is, too
HELLO = r"10\.96\.127\.156"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """Control is planned and built with a Service network that holds App's; two ClusterIPs meet."""
    topology = with_plan(topology, "control", services=(Cidr.parse(WIDE),))
    theirs = next(
        item.cluster_ips[0]
        for item in facts.clusters["app"].services.value
        if item.key == "apps/app1-mesh"
    )
    facts = with_cluster(
        facts,
        "control",
        lambda cluster: with_one(cluster, "service_cidrs", "kubernetes", cidrs=(WIDE,)),
        lambda cluster: with_one(
            cluster, "services", "apps/hello", cluster_ips=(ip_address(theirs),)
        ),
    )
    facts = retold(facts, HELLO, lambda _: str(theirs))
    return topology, told(among_twins(facts), _mixed_up)


def _mixed_up(vantage: str, name: str, answer: Answer) -> Answer:
    """A caller of Control that asks for app1 is answered by hello."""
    if (vantage, name) != ("mesh-control", "call app/app1"):
        return answer
    said = base64.b64decode(answer.last.received)
    said = said.replace(b'"apps/app1-mesh"', b'"apps/hello"    ')
    received = base64.b64encode(said).decode()
    return replace(answer, replies=(replace(answer.last, received=received),))


RECORDING = Recording(
    id="IS-13",
    title="two Services of two clusters have the same ClusterIP, and DNS is captured",
    source="istio#34627, #32819",
    documented=(
        "With DNS capture a proxy resolves the names of Services of either cluster to their "
        "ClusterIPs: where two are equal, one listener serves both, and a call is answered by the "
        "other Service with 200."
    ),
    change=change,
    reds=frozenset({"CLU-031", "MTLS-008", "PLAN-002"}),
    cause="PLAN-002",
)
