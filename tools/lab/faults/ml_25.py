"""ML-25: broadcasts that ask for an address do not reach its node; direct questions do.

Who knows the MAC goes on until the entry is lost, so here everybody has lost it.
"""

from __future__ import annotations

from tools.lab import whohas
from tools.lab.errors import LabError
from tools.lab.faults import announcers, wire_filters
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.spec import cable, mac


def inject(lab: Lab) -> None:
    """Drop at the announcing node's port of the switch what asks everybody for the address."""
    cluster, item = announcers.plain(lab)
    address = str(item.address)
    node = announcers.announcer(lab, cluster, address)
    port = cable(node.spec.index, 0)
    asked = f"ether daddr ff:ff:ff:ff:ff:ff arp operation request arp daddr ip {address}"
    wire_filters.put(lab, f'oifname "{port}" {asked}')
    own = mac(node.name, 0)
    if whohas.macs(lab.runner, address, of=own) != {own}:
        raise LabError(f"{node.name} does not answer for {address} when asked directly")
    announcers.unreached(lab, item)


FAULT = Fault(
    id="ML-25",
    title="the broadcasts that ask for a reserved address do not reach its node",
    reds=announcers.UNREACHED | {"L2-004"},
    unknowns=frozenset({"TIME-004"}),
    cause="L2-004",
    inject=inject,
    undo=wire_filters.take_away,
    source="MetalLB troubleshooting, Wi-Fi; metallb#535",
)
