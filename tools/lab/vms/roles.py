"""Which server each port of a planned VM gets: values only, nothing is started here."""

from __future__ import annotations

from dataclasses import dataclass

from tools.lab import spec
from tools.lab.errors import LabError
from trueline.model.topology import Cluster, Topology, Vm

REDIS, MYSQL = "redis", "mysql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """What one VM serves.

    `fronts` are the clusters whose API server it stands in front of. `redis` and `mysql` are the
    ports of these servers, None where it has none. `stand_in` are its other TCP ports.
    """

    fronts: tuple[Cluster, ...] = ()
    redis: int | None = None
    mysql: int | None = None
    stand_in: tuple[int, ...] = ()


def of(topology: Topology, vm: Vm) -> Roles:
    """The servers of a VM, by what the plan says about its address, ports and products.

    Raises LabError where it plans two servers of one kind on a machine.
    """
    fronts = tuple(
        cluster for cluster in topology.clusters if spec.api_host(cluster) == str(vm.address)
    )
    taken = {spec.api_port(cluster) for cluster in fronts}
    real: dict[str, int] = {}
    rest: list[int] = []
    tcp = [port for port in vm.ports if port.protocol == "TCP" and port.number not in taken]
    planned = {p.kind: p for p in topology.products if p.target == f"vm:{vm.name}"}
    for port in tcp:
        kind = port.application or (next(iter(planned), None) if len(tcp) == 1 else None)
        if kind not in (REDIS, MYSQL) or (kind in planned and planned[kind].stand_in):
            rest.append(port.number)
        elif kind in real:
            raise LabError(
                f"{vm.at}: {vm.name} plans {kind} on ports {real[kind]} and {port.number}",
                fix="plan a VM for each: the lab runs one server of a kind on a machine",
            )
        else:
            real[kind] = port.number
    return Roles(fronts=fronts, redis=real.get(REDIS), mysql=real.get(MYSQL), stand_in=tuple(rest))


def fronting(topology: Topology, cluster: str) -> list[str]:
    """The VMs that stand in front of a cluster's API servers: its nodes need them first."""
    return [
        vm.name for vm in topology.vms if cluster in {item.name for item in of(topology, vm).fronts}
    ]


def anonymous(topology: Topology, vm: Vm, kind: str) -> bool:
    """Whether the plan lets strangers into this server; where it says nothing, it does not."""
    target = f"vm:{vm.name}"
    return any(p.anonymous for p in topology.products if p.kind == kind and p.target == target)


def accounts(topology: Topology, vm: Vm) -> tuple[str, ...]:
    """The accounts of a database: one for each planned consumer, called after its last part.

    The consumer `pods:control/monitoring` is `monitoring`.
    """
    flows = [flow for flow in topology.flows if flow.expected and flow.target == f"vm:{vm.name}"]
    names = (flow.source.partition(":")[2].rpartition("/")[2] for flow in flows)
    return tuple(dict.fromkeys(names))
