"""ML-20: the announcing node drops connections by its reverse-path filter; ARP is fine."""

from __future__ import annotations

from tools.lab.errors import LabError
from tools.lab.faults import announcers
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from tools.lab.waiting import until
from trueline.model.wires import segment_of

_TABLE = "77"
_COUNTER = "IPReversePathFilter"


def inject(lab: Lab) -> None:
    """Let the way back from the backend lead over another card, and filter strictly.

    Only for what the pods behind the victim say to the segment: nothing else of the node suffers.
    The filter looks at the packet after kube-proxy has put the pod's address into it.
    """
    cluster, item = announcers.plain(lab)
    segment = segment_of(lab.topology, item.address)
    if segment is None:
        raise LabError(f"{item.address} lies on no segment of the plan")
    node = announcers.announcer(lab, cluster, str(item.address))
    network = str(segment.cidr.network)
    node.change(["ip", "link", "add", "inner", "type", "bridge"], ["ip", "link", "del", "inner"])
    node.run(["ip", "link", "set", "inner", "up"])
    node.run(["ip", "route", "add", network, "dev", "inner", "table", _TABLE])  # goes with the card
    for pod in announcers.endpoints(cluster, item):
        rule = ["from", pod["addresses"][0], "to", network, "lookup", _TABLE]
        node.change(["ip", "rule", "add", *rule], ["ip", "rule", "del", *rule])
    node.sysctl("net.ipv4.conf.eth0.rp_filter", "1")

    def drops() -> bool:
        before = _filtered(node)
        return not announcers.connects(lab, item) and _filtered(node) > before

    until(f"{node.name} filters what comes for {item.address}", drops, within=15)


def _filtered(node: Machine) -> int:
    """How many packets the kernel of a node has dropped by reverse-path filters."""
    lines = node.run(["cat", "/proc/net/netstat"]).stdout.splitlines()
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        found = dict(zip(names.split(), values.split(), strict=True))
        if _COUNTER in found:
            return int(found[_COUNTER])
    raise LabError(f"{node.name} does not count {_COUNTER}")


FAULT = Fault(
    id="ML-20",
    title="the announcing node drops connections by its reverse-path filter",
    reds=announcers.UNREACHED,
    unknowns=frozenset({"TIME-004"}),
    cause="REACH-001",
    inject=inject,
    source="MetalLB troubleshooting, asymmetric return path; cilium#13130; kubernetes#124587",
)
