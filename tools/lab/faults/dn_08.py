"""DN-08: a host's resolver refuses `.local`, which belongs to multicast DNS, and asks nobody."""

from __future__ import annotations

from tools.lab import resolver
from tools.lab.faults import names
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Let the runner ask a machine that denies all under `.local`, as a stub resolver may."""
    zone, address = names.zone(lab), names.beside(lab)
    denied = zone.name.rpartition(".")[2]
    corefile = (
        f"{denied}:53 {{\n    template ANY ANY {{\n        rcode NXDOMAIN\n    }}\n}}\n"
        f".:53 {{\n    forward . {zone.authority}\n}}\n"
    )
    machine = lab.attach("stub-dns", address)
    machine.configure("Corefile", corefile)
    machine.service_add("coredns", ["/lab/bin/coredns", "-conf", "/lab/conf/Corefile"])
    asked = ["busybox", "nslookup", f"{names.name(lab).name}.", address]

    def denies() -> bool:
        return "NXDOMAIN" in machine.run(asked, check=False).stdout

    until(f"{address} denies .{denied}", denies, within=20)
    resolver.ask(address)


def undo(_: Lab) -> None:
    """Let the runner ask the authorities again."""
    resolver.ask(None)


FAULT = Fault(
    id="DN-08",
    title="the resolver of a host refuses .local without asking anybody",
    reds=frozenset({"DNS-004"}),
    unknowns=frozenset({"DNS-005", "DNS-020", "DNS-022", "DNS-023", "DNS-040"}),
    inject=inject,
    undo=undo,
    source="systemd-resolved(8); RFC 6762",
)
