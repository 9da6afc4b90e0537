"""ML-03: every address of a pool is given away, and the next Service waits."""

from __future__ import annotations

from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, first
from tools.lab.lab import Lab
from tools.lab.waiting import until
from tools.lab.workloads import PINNED


def inject(lab: Lab) -> None:
    """Let Services that nobody planned take all that is free, and one more ask for the pool."""
    cluster = first(lab)
    pool = cluster.plan.pools[0]
    reserved = {item.address for item in cluster.plan.reservations}
    free = [a for part in pool.ranges for a in part.addresses() if a not in reserved]
    for number, address in enumerate(free, 1):
        stranger.service(cluster, f"test-{number}", {PINNED: str(address)})
    path = "/api/v1/namespaces/default/services"

    def taken() -> bool:
        services = cluster.api.get(path)["items"]
        held = [item for item in services if item["status"]["loadBalancer"].get("ingress")]
        return len(held) == len(free)

    until(f"all of {pool.name} is taken", taken, within=30)
    stranger.service(cluster, "test", {stranger.POOL: pool.name})
    stranger.refused(cluster, "test")


FAULT = Fault(
    id="ML-03",
    title="every address of a pool is given away, and the next Service waits",
    reds=frozenset({"ING-005", "LB-011", "LB-014"}),
    cause="LB-014",
    inject=inject,
    source="MetalLB metrics documentation; MetalLB release notes 0.16 (#2891)",
)
