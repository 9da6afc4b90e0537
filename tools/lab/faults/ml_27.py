"""ML-27: a pool holds addresses of a network that no node is on: given, announced, unreachable."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, answered, second
from tools.lab.lab import Lab
from tools.lab.waiting import until

_ELSEWHERE = "198.51.100.1"


def inject(lab: Lab) -> None:
    """Widen the pool of the second cluster by such an address, and hand it out."""
    cluster = second(lab)
    pool = cluster.plan.pools[0]
    path = f"/apis/metallb.io/v1beta1/namespaces/metallb-system/ipaddresspools/{pool.name}"
    ranges = [str(part) for part in pool.ranges]
    cluster.api.merge(path, {"spec": {"addresses": [*ranges, f"{_ELSEWHERE}/32"]}})
    stranger.start(cluster, "test", _ELSEWHERE)
    answered(lab, _ELSEWHERE, by=1)

    def unreachable() -> bool:
        try:
            netns.connect(lab.runner, _ELSEWHERE, 80, 1).close()
        except OSError:
            return True
        return False

    until(f"{_ELSEWHERE} is not reached", unreachable, within=10)


FAULT = Fault(
    id="ML-27",
    title="a pool holds an address of a network that no node is on",
    reds=frozenset({"ING-005", "LB-004"}),
    cause="LB-004",
    inject=inject,
    source="multipass#4383, #3792",
)
