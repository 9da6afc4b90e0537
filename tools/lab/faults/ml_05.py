"""ML-05: a foreign host has a reserved address configured (a DHCP lease does the same)."""

from __future__ import annotations

from tools.lab.faults.fault import Fault, answered, first, victim
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Put a machine outside the plan on the segment, with the victim's address."""
    target = str(victim(first(lab)).address)
    lab.attach("squatter", target)
    answered(lab, target, by=2)


FAULT = Fault(
    id="ML-05",
    title="a reserved address is configured on a foreign host as well",
    reds=frozenset({"L2-004", "REACH-001", "REACH-003"}),
    unknowns=frozenset({"ISO-004", "TIME-004"}),
    inject=inject,
    source="metallb#306, #157, #519; multipass#2265",
    cause="L2-004",
)
