"""Which VM stands in front of a cluster's API: the one that its planned endpoint leads to."""

from __future__ import annotations

from trueline.model.naming import plain
from trueline.model.topology import Cluster, Topology, Vm


def fronts(topology: Topology, vm: Vm) -> tuple[Cluster, ...]:
    """The clusters whose planned API endpoint is this VM, by its address or by a planned name."""
    if vm.address is None:
        return ()
    names = {plain(name.name) for name in topology.dns.names if vm.address in name.addresses}
    return tuple(
        cluster
        for cluster in topology.clusters
        if (endpoint := cluster.endpoint) is not None
        and (endpoint.address == vm.address or plain(endpoint.host) in names)
    )


def front_of(topology: Topology, cluster: Cluster) -> tuple[Vm, ...]:
    """The VMs that stand in front of the API of a cluster."""
    return tuple(vm for vm in topology.vms if cluster in fronts(topology, vm))
