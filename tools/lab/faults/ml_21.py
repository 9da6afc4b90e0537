"""ML-21: the virtual switch drops ARP that speaks of an address it did not lease to the machine."""

from __future__ import annotations

from tools.lab.faults import announcers, wire_filters
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Drop at the switch every ARP packet whose sender has the victim's address."""
    _, item = announcers.plain(lab)
    wire_filters.put(lab, f"arp saddr ip {item.address}")
    announcers.unreached(lab, item)


FAULT = Fault(
    id="ML-21",
    title="the switch drops what nodes say by ARP of an address that it leased to nobody",
    reds=announcers.UNREACHED | {"L2-004"},
    unknowns=frozenset({"TIME-004"}),
    cause="L2-004",
    inject=inject,
    undo=wire_filters.take_away,
    source="multipass#1298; Multipass troubleshooting; microk8s#908; MetalLB FAQ (OpenStack)",
)
