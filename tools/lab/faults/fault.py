"""What a fault is, and where it strikes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tools.lab import netns, whohas
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.lab.waiting import until
from trueline.model.topology import Reservation

_WITHIN = 30.0


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    `reds` are the requirement ids that must fail while it is in force, in whatever suite, and no
    others may. `unknowns` are those that cannot be told meanwhile. `drills` is the kind of drill
    that shows it, where nothing else does.
    `cause` is which of several reds must be named as the root cause. `restless` is a fault whose
    effects come and go, or hang on where a pod happens to run: what follows from its cause, in the
    same incident, may fail or not be told as well.
    `inject` breaks something and returns once it is in force; it raises LabError when that does
    not happen. `undo` runs before the reset that ends every fault.
    """

    id: str
    title: str
    reds: frozenset[str]
    inject: Callable[[Lab], None]
    source: str
    undo: Callable[[Lab], None] | None = None
    unknowns: frozenset[str] = frozenset()
    drills: str | None = None
    cause: str = ""
    restless: bool = False

    @property
    def first_cause(self) -> str:
        """The requirement that must be named as the root cause: `cause`, or the only red."""
        return self.cause or min(self.reds)


def first(lab: Lab) -> LabCluster:
    """The cluster that faults strike: the first of the plan."""
    return next(iter(lab.clusters.values()))


def second(lab: Lab) -> LabCluster:
    """The other cluster. Raises LabError when the plan has only one."""
    if len(lab.clusters) < 2:
        raise LabError("this fault needs two clusters, and the plan has one")
    return list(lab.clusters.values())[1]


def victim(cluster: LabCluster) -> Reservation:
    """The reservation that faults strike: the cluster's first one."""
    return cluster.plan.reservations[0]


def free_address(cluster: LabCluster) -> str:
    """The last pool address of the cluster that nobody reserved."""
    reserved = {item.address for item in cluster.plan.reservations}
    for pool in cluster.plan.pools:
        for part in reversed(pool.ranges):
            for address in reversed(part.addresses()):
                if address not in reserved:
                    return str(address)
    raise LabError(f"cluster {cluster.name!r} has no unreserved pool address")


def unpooled(lab: Lab) -> str:
    """An address that no pool holds: some way after the last one of every pool."""
    ends = [part.last for one in lab.topology.pools for part in one.ranges]
    last = max(ends, key=int)
    return str(last + 5)


def silent(lab: Lab, *addresses: str) -> None:
    """Wait until nobody answers for the addresses, and nobody remembers who did. Raises TimedOut.

    Whoever sent there a moment ago would still get through for as long as it remembers.
    """
    until(
        f"{', '.join(addresses)} fall silent",
        lambda: not any(whohas.macs(lab.runner, address) for address in addresses),
        within=_WITHIN,
    )
    for address in addresses:
        forget(lab, address)


def forget(lab: Lab, address: str) -> None:
    """Let the runner and every machine forget the MAC of an address."""
    for pid in (lab.runner, *(m.pid for m in lab.machines.values() if m.is_on)):
        netns.run(pid, "ip", "neigh", "flush", "to", address)


def answered(lab: Lab, address: str, *, by: int) -> None:
    """Wait until exactly `by` MACs answer for an address. Raises TimedOut."""
    until(
        f"{address} is answered by {by}",
        lambda: len(whohas.macs(lab.runner, address)) == by,
        within=_WITHIN,
    )


def addresses(cluster: LabCluster) -> list[str]:
    """The reserved addresses of a cluster."""
    return [str(item.address) for item in cluster.plan.reservations]
