"""ML-19: a node announces its addresses on a second card too, which is not the one it lives on."""

from __future__ import annotations

import contextlib
import os

from tools.lab import netns, whohas
from tools.lab.errors import LabError
from tools.lab.faults import announcers
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab
from tools.lab.spec import bridge, cable, mac
from tools.lab.waiting import until

_CARD = 1


def inject(lab: Lab) -> None:
    """Plug a card without address into the node that announces the victim.

    The kernel answers nothing on it; the speaker finds it within ten seconds, and answers.
    """
    cluster, item = announcers.plain(lab)
    node = announcers.announcer(lab, cluster, str(item.address))
    if len(node.spec.nics) > _CARD:
        raise LabError(f"this fault needs a node with one card, and {node.name} has more")
    name, fabric = cable(node.spec.index, _CARD), node.fabric
    card = mac(node.name, _CARD)
    both = f"ip link add {name} netns {fabric} type veth peer name eth1 address {card}"
    netns.run(os.getpid(), *both.split(), "netns", str(node.pid))
    quiet = ["net.ipv4.conf.eth1.arp_ignore=1", "net.ipv4.conf.eth1.rp_filter=0"]
    node.run(["sysctl", "-qw", *quiet])
    segment = bridge(lab.topology, node.spec.nics[0].segment)
    netns.run(fabric, "ip", "link", "set", name, "master", segment, "up")
    node.run(["ip", "link", "set", "eth1", "up"])
    both_cards = {card, mac(node.name, 0)}
    until(
        f"{node.name} answers with both cards for {item.address}",
        lambda: whohas.macs(lab.runner, str(item.address)) == both_cards,
        within=30,
        every=0.3,
    )


def undo(lab: Lab) -> None:
    """Pull the card out of whichever node has it, and let everybody forget its MAC."""
    for node in second(lab).machines:
        with contextlib.suppress(LabError):  # it has none
            netns.run(node.fabric, "ip", "link", "del", cable(node.spec.index, _CARD))
    for machine in lab.machines.values():
        if machine.is_on:
            machine.run(["ip", "neigh", "flush", "dev", "eth0"])


FAULT = Fault(
    id="ML-19",
    title="a node announces its addresses on a second card as well",
    reds=frozenset({"L2-004"}),
    inject=inject,
    undo=undo,
    source="metallb#2026, #597, #277",
)
