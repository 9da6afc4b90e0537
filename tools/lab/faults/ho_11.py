"""HO-11: the certificate that an API shows to who calls it by name has expired."""

from __future__ import annotations

from datetime import timedelta

from tools.lab.faults import clocks
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Show a certificate that was valid until a minute ago."""
    clocks.named_api(lab, -timedelta(days=30), -timedelta(minutes=1))


FAULT = Fault(
    id="HO-11",
    title="the certificate of an API has expired",
    reds=frozenset({"TIME-011"}),
    inject=inject,
    source="kubeadm certificate management; eks-anywhere#5219",
)
