"""TM-03: the certificate that an API shows to who calls it by name is valid only later."""

from __future__ import annotations

from datetime import timedelta

from tools.lab.faults import clocks
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Show a certificate that a machine issued whose clock is half an hour ahead."""
    clocks.named_api(lab, timedelta(minutes=30), timedelta(days=30))


FAULT = Fault(
    id="TM-03",
    title="the certificate of an API is not valid yet",
    reds=frozenset({"TIME-010"}),
    inject=inject,
    source="architecture review F-01; RFC 5280, section 4.1.2.5",
)
