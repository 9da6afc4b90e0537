"""ML-04: the pools of two clusters overlap, and both announce one address."""

from __future__ import annotations

from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, answered, first, second, victim
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Widen the second cluster's pool over the first one's victim, and hand it out there too."""
    target = str(victim(first(lab)).address)
    other = second(lab)
    pool = other.plan.pools[0]
    path = f"/apis/metallb.io/v1beta1/namespaces/metallb-system/ipaddresspools/{pool.name}"
    ranges = [str(part) for part in pool.ranges]
    other.api.merge(path, {"spec": {"addresses": [*ranges, f"{target}/32"]}})
    stranger.start(other, "test", target)
    answered(lab, target, by=2)


FAULT = Fault(
    id="ML-04",
    title="the pools of two clusters overlap",
    reds=frozenset({"ING-005", "L2-004", "LB-004", "LB-008", "LB-021"}),
    cause="LB-004",
    inject=inject,
    source="metallb#772",
)
