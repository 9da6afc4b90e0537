"""HO-05: a tunnel of the host that looks, as of a VPN, captures a part of the segment."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.faults import applications
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_TUNNEL = "vpn0"


def inject(lab: Lab) -> None:
    """Give the runner a more specific route, to an address of the segment, into a tunnel."""
    _, item = applications.plain(lab)
    lines = [
        # A bridge without ports swallows what it is given, as a tunnel to elsewhere does.
        f"link add {_TUNNEL} type bridge",
        f"link set {_TUNNEL} arp off up",
        f"route add {item.address}/{item.address.max_prefixlen} dev {_TUNNEL}",
    ]
    netns.run(lab.runner, "ip", "-batch", "-", text="\n".join(lines))
    applications.lost(lab, item)


def undo(lab: Lab) -> None:
    """Take the tunnel away, and its route with it."""
    if f" {_TUNNEL}:" in netns.run(lab.runner, "ip", "-o", "link", "show"):
        netns.run(lab.runner, "ip", "link", "del", _TUNNEL)


FAULT = Fault(
    id="HO-05",
    title="a VPN on the host of the browser captures a reserved address",
    reds=frozenset({"REACH-001", "REACH-003"}),
    unknowns=frozenset({"TIME-004"}),
    cause="REACH-001",
    inject=inject,
    undo=undo,
    source="Multipass troubleshooting",
)
