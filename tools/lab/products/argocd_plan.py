"""What a plan says about Argo CD: where it stands, what it deploys, which Redis it uses."""

from __future__ import annotations

from dataclasses import dataclass

from tools.lab.errors import LabError
from tools.lab.vms import roles
from trueline.model import product as planned
from trueline.model.topology import Cluster, Reservation, Topology, Vm


@dataclass(frozen=True, slots=True)
class Instance:
    """One planned Argo CD and the reservation that it stands behind."""

    plan: planned.Product
    reservation: Reservation

    @property
    def namespace(self) -> str:
        """The namespace that all of it lives in."""
        return self.reservation.owner.partition("/")[0]

    @property
    def service(self) -> str:
        """The name of its Service."""
        return self.reservation.owner.partition("/")[2]

    @property
    def targets(self) -> tuple[str, ...]:
        """The clusters that it deploys to, in the order of the plan."""
        return tuple(dict.fromkeys(item.cluster for item in self.plan.deploys))

    def applications(self, cluster: str) -> tuple[str, ...]:
        """The Applications that it deploys to a cluster; each fills the namespace of its name.

        Raises LabError for one outside Argo CD's own namespace.
        """
        found = []
        for item in self.plan.deploys:
            namespace, _, name = item.name.partition("/")
            if namespace != self.namespace:
                raise LabError(
                    f"{item.at}: {item.name} is outside {self.namespace}, the namespace of "
                    f"{self.plan.name}, where the lab has no Applications",
                    fix=f"name it {self.namespace}/{name}",
                )
            if item.cluster == cluster:
                found.append(name)
        return tuple(found)


def instances(topology: Topology) -> list[Instance]:
    """Every Argo CD of a plan that stands behind a reservation and is not left to a stand-in."""
    held = {f"reservation:{item}": item for item in topology.reservations}
    return [
        Instance(item, held[item.target])
        for item in topology.products
        if item.kind == "argocd" and not item.stand_in and item.target in held
    ]


def here(topology: Topology, cluster: Cluster) -> list[Instance]:
    """Those that stand in a cluster."""
    return [item for item in instances(topology) if item.reservation.cluster == cluster.name]


def redis(topology: Topology, instance: Instance) -> tuple[Vm, int] | None:
    """The VM whose Redis it uses, and the port; None where no planned flow leads to a real one."""
    source = f"pods:{instance.reservation.cluster}/{instance.namespace}"
    vms = {f"vm:{item.name}": item for item in topology.vms}
    for flow in topology.flows:
        if flow.expected and flow.source == source and flow.target in vms:
            vm = vms[flow.target]
            port = roles.of(topology, vm).redis
            if port is not None:
                return vm, port
    return None
