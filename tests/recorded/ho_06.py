"""HO-06: a VM got no address from DHCP."""

from __future__ import annotations

from tests.recorded.altering import cut, silent
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """Nobody answers ARP for the address of the VM redis, and nobody reaches it."""
    address = str(next(vm.address for vm in topology.vms if vm.name == "redis"))
    facts = silent(facts, (address,))
    return topology, cut(facts, lambda _, reply: reply.peer == address)


RECORDING = Recording(
    id="HO-06",
    title="a VM has no address, because a firewall blocks DHCP",
    source="multipass#2387",
    documented=(
        "Without a lease a VM gives itself none or an address of 169.254.0.0/16, so nobody answers "
        "ARP for the planned one."
    ),
    change=change,
    reds=frozenset({"L2-003", "VM-001"}),
    unknowns=frozenset({"VM-002"}),
    cause="L2-003",
)
