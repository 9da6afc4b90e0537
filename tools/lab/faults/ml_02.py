"""ML-02: a reserved address is held by another Service, so its owner waits for ever."""

from __future__ import annotations

from tools.lab.faults import products, stranger
from tools.lab.faults.fault import Fault, answered, first, victim
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Release the owner's address, let another Service take it, and ask for it again."""
    cluster = first(lab)
    reservation = victim(cluster)
    path = products.path(reservation.owner)
    owner = cluster.api.get(path)
    cluster.api.delete(path)
    stranger.start(cluster, "test", str(reservation.address))
    spec = {key: owner["spec"][key] for key in ("type", "selector", "ports")}
    for port in spec["ports"]:
        port.pop("nodePort", None)
    kept = ("name", "namespace", "labels", "annotations")
    fresh = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {key: owner["metadata"][key] for key in kept},
        "spec": spec,
    }
    cluster.api.create(fresh)
    answered(lab, str(reservation.address), by=1)


FAULT = Fault(
    id="ML-02",
    title="a reserved address is held by another Service",
    reds=frozenset({"DNS-010", "ING-005", "LB-012", "REACH-001", "REACH-003"}),
    cause="LB-012",
    unknowns=frozenset({"ISO-004", "TIME-004"}),
    inject=inject,
    source="MetalLB usage, requesting specific IPs; v0.13.12 internal/allocator",
)
