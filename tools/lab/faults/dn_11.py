"""DN-11: the clusters disagree on a shared name."""

from __future__ import annotations

from tools.lab.faults import names
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Put an entry of its own for the first name into the second cluster's DNS."""
    entry = f"{names.elsewhere(lab)} {names.name(lab).name}"
    names.configure(
        lab, names.in_zone(lab, f"hosts {{\n        {entry}\n        fallthrough\n    }}")
    )


FAULT = Fault(
    id="DN-11",
    title="a cluster's DNS gives another address than the authority",
    reds=frozenset({"DNS-020", "DNS-021"}),
    cause="DNS-021",
    inject=inject,
    source="per-cluster Corefiles with copies of a zone",
)
