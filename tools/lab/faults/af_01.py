"""AF-01: the front of a cluster's API leads callers of another cluster to their own API."""

from __future__ import annotations

from tools.lab import spec
from tools.lab.errors import LabError
from tools.lab.faults import vaults
from tools.lab.faults.fault import Fault, first, second
from tools.lab.lab import Lab

_TABLE = "trueline-fault"


def inject(lab: Lab) -> None:
    """On the front of the second cluster, send what the first one's nodes ask for back to them."""
    here, there = first(lab), second(lab)
    front = next(
        (m for m in lab.machines.values() if m.spec.address == spec.api_host(there.plan)), None
    )
    if front is None or front.spec.kind == "node":
        raise LabError("this fault needs a VM in front of the second cluster's API")
    nodes = ", ".join(machine.spec.address for machine in here.machines)
    back = f"{here.control_planes[0].spec.address}:{here.port}"
    rules = (
        f"table ip {_TABLE} {{\n"
        f"chain in {{ type nat hook prerouting priority -100; "
        f"ip saddr {{ {nodes} }} tcp dport {there.port} dnat to {back}; }}\n"
        f"chain out {{ type nat hook postrouting priority 100; "
        f"ip daddr {here.control_planes[0].spec.address} tcp dport {here.port} masquerade; }}\n}}"
    )
    front.sysctl("net.ipv4.ip_forward", "1")
    front.change(["nft", rules], ["nft", "delete", "table", "ip", _TABLE])
    vaults.unsynced(lab, vaults.struck(lab)[1])


FAULT = Fault(
    id="AF-01",
    title="the front of an API answers callers as another cluster",
    reds=frozenset({"REACH-001", "REACH-020", "REACH-022", "VM-001", "VM-003"}),
    cause="VM-003",
    inject=inject,
    source="architecture review A-09; fault HO-09",
)
