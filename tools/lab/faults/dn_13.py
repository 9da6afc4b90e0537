"""DN-13: a cluster's DNS keeps the denial of a name that has since been added."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tools.lab.faults import names
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until
from tools.lab.zones import ZoneFile

_KEPT = 600  # seconds


def inject(lab: Lab) -> None:
    """Let the second cluster's DNS cache, ask it for a name that is not there, then add it."""
    name = names.name(lab).name
    denial = f"cache {{\n        denial 1000 {_KEPT}\n        success 1000 5\n    }}"
    cluster = names.configure(lab, names.in_zone(lab, denial))

    def without(zone: ZoneFile) -> ZoneFile:
        kept = tuple(record for record in zone.records if record[0] != name)
        return replace(zone, records=kept, ttl=_KEPT)

    def denied(server: str) -> bool:
        asked = ["busybox", "nslookup", f"{name}.", server]
        return "NXDOMAIN" in cluster.first.run(asked, check=False).stdout

    names.serve(lab, without)
    for server in names.pods(cluster):
        until(f"{server} denies {name}", partial(denied, server), within=30)
    names.serve(lab, lambda zone: zone)


FAULT = Fault(
    id="DN-13",
    title="a cluster's DNS keeps the denial of a name that is there now",
    reds=frozenset({"DNS-020", "DNS-021"}),
    cause="DNS-021",
    unknowns=frozenset({"DNS-013"}),
    inject=inject,
    source="coredns#2789; RFC 2308",
)
