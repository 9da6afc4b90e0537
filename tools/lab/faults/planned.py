"""A Service of the plan asks otherwise for its address: what several faults need."""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.faults import products
from trueline.model.topology import Reservation


def asks(
    cluster: LabCluster,
    reservation: Reservation,
    annotations: dict[str, str | None],
    **spec: object,
) -> None:
    """Change what the Service asks for; wait until it is seen to hold its address still.

    An annotation that is None is taken away. The reset after a fault puts back what was there.
    """
    asked = {"metadata": {"annotations": annotations}, "spec": spec}
    cluster.api.merge(products.path(reservation.owner), asked)
    products.holds(cluster, reservation.owner, str(reservation.address))
