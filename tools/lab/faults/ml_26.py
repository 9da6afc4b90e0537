"""ML-26: a third machine answers ARP for a reserved address by proxy."""

from __future__ import annotations

from tools.lab.faults.fault import Fault, first, victim
from tools.lab.lab import Lab
from trueline.model.wires import segment_of


def inject(lab: Lab) -> None:
    """Attach a router that has a route for the victim elsewhere and proxy ARP on its card.

    Linux delays such answers by up to 0.8 s at random, so there is nothing to wait for.
    """
    target = victim(first(lab)).address
    segment = segment_of(lab.topology, target)
    assert segment is not None
    network = segment.cidr.network
    router = lab.attach("router", str(network[network.num_addresses - 2]))
    router.run(["ip", "link", "add", "inner", "type", "bridge"])
    router.run(["ip", "link", "set", "inner", "up"])
    router.run(["ip", "route", "add", str(target), "dev", "inner"])
    router.run(["sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.eth0.proxy_arp=1"])


FAULT = Fault(
    id="ML-26",
    title="something that is no node answers ARP for a reserved address by proxy",
    reds=frozenset({"L2-004"}),
    inject=inject,
    source="MetalLB troubleshooting",
)
