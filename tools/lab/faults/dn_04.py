"""DN-04: a cluster's DNS forwards a zone to itself."""

from __future__ import annotations

from tools.lab import dns
from tools.lab.faults import names
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab
from tools.lab.spec import dns_service_address

_MOST = 20
"""Questions that a pod has under way at once; else one goes round for as long as anybody waits."""


def inject(lab: Lab) -> None:
    """Let the second cluster's DNS forward the last zone, its own one, to its own Service."""
    *_, zone = dns.served(lab.topology)
    head = f"{zone.name}:53 {{\n    errors\n    forward . "
    loop = f"{head}{dns_service_address(second(lab).plan)} {{\n        max_concurrent {_MOST}\n"
    names.configure(lab, lambda text: text.replace(f"{head}{zone.authority} {{\n", loop))


FAULT = Fault(
    id="DN-04",
    title="a cluster's DNS forwards a zone to itself",
    reds=frozenset({"DNS-005"}),
    unknowns=frozenset({"DNS-005", "DNS-013", "DNS-020", "DNS-021", "DNS-022", "DNS-040"}),
    inject=inject,
    source="coredns#2087, #6586; kubeadm#1162",
)
