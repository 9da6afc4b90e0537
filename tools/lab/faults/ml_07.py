"""ML-07: one speaker is cut off from the others: both sides announce what they would own."""

from __future__ import annotations

from tools.lab import whohas
from tools.lab.errors import LabError
from tools.lab.faults.fault import Fault, addresses, first
from tools.lab.lab import Lab
from tools.lab.waiting import until

_TABLE = "trueline-fault"
_RULES = (
    f"table inet {_TABLE} {{\n"
    "chain inbound { type filter hook input priority -10; th dport 7946 drop; }\n"
    "chain outbound { type filter hook output priority -10; th dport 7946 drop; }\n}"
)


def inject(lab: Lab) -> None:
    """Drop memberlist's port on the last node of the first cluster."""
    cluster = first(lab)
    if len(cluster.machines) < 2:
        raise LabError("this fault needs a cluster of two nodes at least")
    cluster.machines[-1].change(["nft", _RULES], ["nft", "delete", "table", "inet", _TABLE])

    def split() -> bool:
        heard = [whohas.macs(lab.runner, item) for item in addresses(cluster)]
        return any(len(macs) > 1 for macs in heard)

    until("two nodes announce one address", split, within=60, every=0.5)


FAULT = Fault(
    id="ML-07",
    title="a speaker is cut off from the others, and announces beside them",
    reds=frozenset({"L2-004"}),
    restless=True,
    inject=inject,
    source="metallb#589, #740; MetalLB concepts, layer 2, split brain",
)
