"""ML-09: the Service behind a reserved address has no ready endpoints."""

from __future__ import annotations

from tools.lab.faults import products
from tools.lab.faults.fault import Fault, first, silent, victim
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Give the owner's Service a selector that selects nothing."""
    cluster = first(lab)
    reservation = victim(cluster)
    name = reservation.owner.partition("/")[2]
    selector = {"app": f"{name}-typo"}
    cluster.api.merge(products.path(reservation.owner), {"spec": {"selector": selector}})
    silent(lab, str(reservation.address))


FAULT = Fault(
    id="ML-09",
    title="the owner of a reserved address has no ready endpoints",
    reds=frozenset({"L2-004", "LB-013", "REACH-001", "REACH-003"}),
    unknowns=frozenset({"ISO-004", "TIME-004"}),
    cause="LB-013",
    inject=inject,
    source="MetalLB troubleshooting; v0.13.12 speaker/layer2_controller.go",
)
