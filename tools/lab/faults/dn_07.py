"""DN-07: a cluster's DNS denies the AAAA of names that have an A."""

from __future__ import annotations

from tools.lab.faults import names
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Answer every AAAA of the first zone with NXDOMAIN in the second cluster."""
    names.configure(lab, names.in_zone(lab, "template IN AAAA { rcode NXDOMAIN }"))


FAULT = Fault(
    id="DN-07",
    title="a cluster's DNS denies the AAAA of names that have an A",
    reds=frozenset({"DNS-013"}),
    inject=inject,
    source="coredns#2564",
)
