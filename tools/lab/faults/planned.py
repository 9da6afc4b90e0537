"""A Service of the plan asks otherwise for its address: what several faults need."""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.waiting import until
from trueline.model.topology import Reservation


def path(reservation: Reservation) -> str:
    """Where the API server has the Service of a reservation."""
    namespace, _, name = reservation.owner.partition("/")
    return f"/api/v1/namespaces/{namespace}/services/{name}"


def asks(
    cluster: LabCluster,
    reservation: Reservation,
    annotations: dict[str, str | None],
    **spec: object,
) -> None:
    """Change what the Service asks for; wait until it is seen to hold its address still.

    An annotation that is None is taken away. The reset after a fault puts back what was there.
    """
    where = path(reservation)
    cluster.api.merge(where, {"metadata": {"annotations": annotations}, "spec": spec})

    def held() -> bool:
        ingress = cluster.api.get(where)["status"]["loadBalancer"].get("ingress", [])
        return [item.get("ip") for item in ingress] == [str(reservation.address)]

    until(f"{reservation.owner} holds {reservation.address}", held, within=30)
