"""DN-01: a cluster's DNS has no server block for a zone, and refuses its names."""

from __future__ import annotations

import re

from tools.lab.faults import names, vaults
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Take the first zone's server block out of the second cluster's Corefile."""
    block = re.compile(rf"^{re.escape(names.zone(lab).name)}:53 {{\n.*?^}}\n", re.M | re.S)
    names.configure(lab, lambda text: block.sub("", text))
    vaults.unsynced(lab, vaults.struck(lab)[1])


FAULT = Fault(
    id="DN-01",
    title="a cluster's DNS does not know a zone of the plan",
    reds=frozenset({"DNS-005", "REACH-022"}),
    unknowns=frozenset({"DNS-005", "DNS-013", "DNS-020", "DNS-021", "DNS-022", "DNS-040"}),
    inject=inject,
    source="CoreDNS forward plug-in; rancher-desktop#1181",
    cause="DNS-005",
)
