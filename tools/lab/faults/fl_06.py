"""FL-06: a part of the way takes smaller packets than the ends believe, and does not say so."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.faults import applications, firewall
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until
from trueline.model.topology import Reservation

_MTU = 1400
_SMALL, _LARGE = 1, 4000


def inject(lab: Lab) -> None:
    """Drop on the announcing node the packets to an address that are larger than the MTU."""
    cluster, item = applications.plain(lab)
    family = firewall.family(item.address)
    firewall.drop(
        applications.announcer(lab, cluster, item),
        "forward",
        f'iifname "eth0" ct original {family} daddr {item.address} meta length > {_MTU}',
    )
    until(
        f"{item.address} answers small requests alone",
        lambda: _answers(lab, item, _SMALL) and not _answers(lab, item, _LARGE),
        within=20,
    )


def _answers(lab: Lab, item: Reservation, size: int) -> bool:
    """Whether a request with a header of that size is answered within two seconds."""
    head = f"GET / HTTP/1.1\r\nHost: {item.address}\r\nX-Padding: {'x' * size}\r\n\r\n"
    try:
        with netns.connect(lab.runner, str(item.address), item.ports[0].number, 2) as plug:
            plug.sendall(head.encode())
            return bool(plug.recv(1))
    except OSError:
        return False


FAULT = Fault(
    id="FL-06",
    title="full-size packets to a reserved address are lost on the way, in silence",
    reds=frozenset({"REACH-004"}),
    inject=inject,
    source="flannel documentation, troubleshooting",
)
