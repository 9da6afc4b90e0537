"""Where faults of names strike: the authority in the runner, and the second cluster's DNS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from pathlib import Path

from tools.lab import baseline, dns, netns, zones
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.faults import clocks, slow_relay
from tools.lab.faults.fault import second
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.process import Process
from tools.lab.waiting import until
from tools.lab.zones import ZoneFile
from trueline.model.topology import Name
from trueline.model.wires import segment_of

_SYSTEM = "/api/v1/namespaces/kube-system"
CONFIG = f"{_SYSTEM}/configmaps/coredns"
SERVICE = f"{_SYSTEM}/services/kube-dns"
DEPLOYMENT = "/apis/apps/v1/namespaces/kube-system/deployments/coredns"
_WITHIN = 60.0
_TABLE = "trueline-fault"


def zone(lab: Lab) -> ZoneFile:
    """The zone that faults strike: the first that the runner is the authority of."""
    for item in dns.served(lab.topology):
        return item
    raise LabError("this fault needs a zone whose authority is the runner's address")


def name(lab: Lab) -> Name:
    """The name that faults strike: the first of that zone that leads to a reserved address."""
    reserved = {item.address for item in lab.topology.reservations}
    for item in lab.topology.dns.names:
        home = zones.home(lab.topology, item)
        if home and home.name == zone(lab).name and reserved.intersection(item.addresses):
            return item
    raise LabError("this fault needs a name that leads to a reserved address")


def elsewhere(lab: Lab) -> str:
    """An address for a record that is wrong: one of the struck name's family, and nobody's."""
    address = name(lab).addresses[0]
    return str(ip_address("192.0.2.77" if address.version == 4 else "2001:db8::77"))


def serve(lab: Lab, change: Callable[[ZoneFile], ZoneFile]) -> None:
    """Let the authority serve its zones changed, from now on. Raises TimedOut."""
    dns.stop()
    dns.start(lab, change)


def configure(lab: Lab, change: Callable[[str], str]) -> LabCluster:
    """Change the second cluster's Corefile; returns when its DNS pods run with it."""
    cluster = second(lab)
    text = cluster.api.get(CONFIG)["data"]["Corefile"]
    changed = change(text)
    if changed == text:
        raise LabError("the Corefile is not of the form that this fault changes")
    cluster.api.merge(CONFIG, {"data": {"Corefile": changed}})
    restart(cluster, hashlib.sha256(changed.encode()).hexdigest()[:12])
    return cluster


def restart(cluster: LabCluster, mark: str) -> None:
    """Replace the DNS pods; a reset sees it by the annotation, and replaces them again."""
    annotations = {"metadata": {"annotations": {"trueline.lab/fault": mark}}}
    cluster.api.merge(DEPLOYMENT, {"spec": {"template": annotations}})
    until(
        f"{cluster.name}: the DNS pods are replaced",
        lambda: "Deployment coredns" not in baseline.unsettled(cluster.api),
        within=_WITHIN,
    )


def in_zone(lab: Lab, line: str) -> Callable[[str], str]:
    """The change that puts a line at the start of the struck zone's server block."""
    head = f"{zone(lab).name}:53 {{\n"
    return lambda text: text.replace(head, f"{head}    {line}\n")


def forwarded(zone: str, address: str) -> str:
    """The server block that forwards a zone to a server that may take its time, over UDP."""
    forward = f"    forward . {address} {{\n        prefer_udp\n        read_timeout 5s\n    }}\n"
    return f"{zone}:53 {{\n    errors\n{forward}}}\n"


def beside(lab: Lab) -> str:
    """An address for another server on the authority's segment: the last that there is."""
    segment = segment_of(lab.topology, ip_address(str(zone(lab).authority)))
    assert segment is not None
    network = segment.cidr.network
    return str(network[network.num_addresses - 2])


def slow_server(lab: Lab, seconds: float) -> str:
    """Start a machine that asks the authority and answers late; its address. Raises TimedOut."""
    authority, address = str(zone(lab).authority), beside(lab)
    machine = lab.attach("slow-dns", address)
    machine.configure("relay.py", Path(slow_relay.__file__).read_text())
    machine.service_add("relay", ["python3", "/lab/conf/relay.py", authority, str(seconds)])
    asked = ["busybox", "nslookup", f"{name(lab).name}.", "127.0.0.1"]
    until("it answers", lambda: machine.run(asked, check=False).returncode == 0, within=20)
    return address


def pods(cluster: LabCluster) -> list[str]:
    """The addresses of the DNS pods that run."""
    found: list[Object] = cluster.api.get(f"{_SYSTEM}/pods?labelSelector=k8s-app%3Dkube-dns")[
        "items"
    ]
    return [item["status"]["podIP"] for item in found if "podIP" in item["status"]]


def programs(cluster: LabCluster) -> list[Process]:
    """The processes of the DNS pods. Raises LabError when there are none."""
    return clocks.programs(cluster, "coredns")


def drop(processes: Iterable[Process], *rules: str) -> None:
    """Drop packets in the network of some programs; `rules` are nft's, `in` or `out` first."""
    chains = ""
    for side, hook in (("in", "input"), ("out", "output")):
        own = [rule.partition(" ")[2] for rule in rules if rule.startswith(f"{side} ")]
        lines = "".join(f"{rule} drop\n" for rule in own)
        chains += f"chain {side}bound {{\ntype filter hook {hook} priority 0\n{lines}}}\n"
    for process in processes:
        netns.run(process.pid, "nft", "-f", "-", text=f"table inet {_TABLE} {{\n{chains}}}\n")


def pass_again(processes: Iterable[Process]) -> None:
    """Undo `drop` wherever it is in force."""
    for process in processes:
        if _TABLE in netns.run(process.pid, "nft", "list", "tables"):
            netns.run(process.pid, "nft", "delete", "table", "inet", _TABLE)
