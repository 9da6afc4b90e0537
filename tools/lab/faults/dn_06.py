"""DN-06: search domains multiply every look-up of pods, and one of them is served slowly."""

from __future__ import annotations

from tools.lab.faults import names
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_SECONDS = 0.8
_FILE = "/etc/resolv.conf"


def inject(lab: Lab) -> None:
    """Give the second cluster's nodes a search domain, which is forwarded to a slow machine.

    Kubelets hand it on to new pods, whose ndots of 5 has names of fewer dots tried in it first.
    """
    domain = f"branch.{names.zone(lab).name}"
    slow = names.forwarded(domain, names.slow_server(lab, _SECONDS))
    cluster = names.configure(lab, lambda text: f"{text.rstrip()}\n{slow}")
    line = f"search {domain}"
    for machine in cluster.machines:
        machine.change(
            ["sh", "-c", f"echo {line} >> {_FILE}"], ["sed", "-i", f"/^{line}$/d", _FILE]
        )


FAULT = Fault(
    id="DN-06",
    title="a search domain leads every look-up of pods past a slow server",
    reds=frozenset({"DNS-040"}),
    inject=inject,
    source="kubernetes#64924",
)
