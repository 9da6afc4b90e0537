"""KP-04: the source ranges of a Service leave out the cluster that needs it."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.errors import LabError
from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Admit nobody but the gateway of the segment, on which the runner stands."""
    cluster, item = products.server(lab, "loki")
    segment = lab.topology.segment(cluster.plan.segment)
    if segment.gateway is None:
        raise LabError("this fault needs a segment with a gateway")
    address, port = str(item.reservation.address), item.port
    only = f"{segment.gateway}/{segment.gateway.max_prefixlen}"
    products.service(
        cluster, item.reservation.owner, lambda _spec: {"loadBalancerSourceRanges": [only]}
    )
    other, _ = products.sender(lab, item)

    def left_out() -> bool:
        netns.connect(lab.runner, address, port, 2).close()
        try:
            netns.connect(other.machines[-1].pid, address, port, 1).close()
        except OSError:
            return True
        return False

    until(f"{other.name} is left out of {item.plan}", left_out, within=30)


FAULT = Fault(
    id="KP-04",
    title="the source ranges of a Service leave out a cluster that is planned to come",
    reds=frozenset({"REACH-001", "REACH-013"}),
    cause="REACH-001",
    inject=inject,
    source="Kubernetes Service documentation",
)
