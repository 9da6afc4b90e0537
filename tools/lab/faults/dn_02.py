"""DN-02: a record of the authority leads to an address that the Service no longer has."""

from __future__ import annotations

from dataclasses import replace

from tools.lab import dns
from tools.lab.faults import names
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.zones import ZoneFile


def inject(lab: Lab) -> None:
    """Serve the first name with another address."""
    name, address = names.name(lab).name, names.elsewhere(lab)

    def stale(zone: ZoneFile) -> ZoneFile:
        return replace(
            zone,
            records=tuple(
                (owner, kind, address if owner == name else value)
                for owner, kind, value in zone.records
            ),
        )

    names.serve(lab, stale)


def undo(_: Lab) -> None:
    """End the authority; the reset starts it with the planned zones."""
    dns.stop()


FAULT = Fault(
    id="DN-02",
    title="a record leads to an address that its Service does not have",
    reds=frozenset({"DNS-010", "DNS-020"}),
    cause="DNS-010",
    inject=inject,
    undo=undo,
    source="metallb#686",
)
