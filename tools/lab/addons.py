"""What every cluster gets as pods, made from the plan: Flannel, MetalLB and CoreDNS."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from ipaddress import summarize_address_range
from pathlib import Path

import yaml

from tools.lab import pki, spec, zones
from tools.lab.build import manifests
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from tools.lab.paths import state
from trueline.model.address import Range
from trueline.model.topology import Cluster, Pool, Topology

METALLB_NAMESPACE = "metallb-system"
BASE = {"trueline.lab/base": "true"}
_DNS_PODS = 2
_RUNNING = ("Deployment", "DaemonSet", "StatefulSet", "Job", "Pod")


def documents(text: str) -> list[Object]:
    """The objects of a manifest, each labelled as part of the lab's base."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[Object] = [item for item in yaml.load_all(text, Loader=loader) if item]
    for item in found:
        item["metadata"]["labels"] = item["metadata"].get("labels", {}) | BASE
        # Generators leave `creationTimestamp: null` behind, which the API would warn about.
        item["metadata"].pop("creationTimestamp", None)
    return found


def split(objects: Iterable[Object]) -> tuple[list[Object], list[Object]]:
    """(objects that start nothing, objects that start pods), each in the order given."""
    quiet: list[Object] = []
    running: list[Object] = []
    for item in objects:
        (running if item["kind"] in _RUNNING else quiet).append(item)
    return quiet, running


def manifest(name: str) -> str:
    """A manifest as built."""
    return Path(state() / "manifests" / f"{name}.yaml").read_text()


def flannel(cluster: Cluster) -> list[Object]:
    """The pod network, with the plan's ranges and back end. Raises LabError for another CNI."""
    if cluster.cni.kind != "flannel":
        raise LabError(
            f"{cluster.cni.at}: the lab has no CNI {cluster.cni.kind!r}, only flannel",
            fix="plan `kind: flannel`, or run this plan against real clusters",
        )
    objects = documents(manifest("flannel"))
    for item in objects:
        if item["kind"] == "ConfigMap":
            item["data"]["net-conf.json"] = flannel_network(cluster, item["data"]["net-conf.json"])
    return objects


def flannel_network(cluster: Cluster, stock: str) -> str:
    """Flannel's net-conf.json: the stock one with the plan's pod ranges and back end."""
    value = json.loads(stock)
    value.pop("Network", None)
    for cidr in cluster.pods:
        if cidr.network.version == 4:
            value["Network"] = str(cidr.network)
        else:
            value |= {"EnableIPv6": True, "IPv6Network": str(cidr.network)}
    if "Network" not in value:
        value["EnableIPv4"] = False
    value["Backend"] = {"Type": cluster.cni.backend or "vxlan"}
    return json.dumps(value)


def metallb(cluster: Cluster) -> list[Object]:
    """MetalLB with its webhooks, and the two Secrets it would else make for itself, late.

    Of the release line that the plan names, 0.13 where it names none. Raises LabError for another.
    """
    lines = manifests.METALLB_LINES
    name = ".".join(cluster.versions.get("metallb", "0.13").split(".")[:2])
    if name not in lines:
        raise LabError(
            f"{cluster.at}: the lab has no MetalLB {name}", fix=f"plan {' or '.join(lines)}"
        )
    line = lines[name]
    objects = documents(manifest(line.manifest))
    first_pod = next(i for i, item in enumerate(objects) if item["kind"] in _RUNNING)
    secret = pki.webhook_secret(line.certificate, line.service, METALLB_NAMESPACE)
    made = [secret, memberlist_secret()]
    for item in made:
        item["metadata"]["labels"] = dict(BASE)
    return objects[:first_pod] + made + objects[first_pod:]


def memberlist_secret() -> Object:
    """The key by which speakers tell each other who is alive; without it they do not start."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "memberlist", "namespace": METALLB_NAMESPACE},
        "stringData": {"secretkey": secrets.token_urlsafe(96)[:128]},
    }


def addresses(ranges: Iterable[Range]) -> list[str]:
    """Ranges in MetalLB's notation: a CIDR where the range is one, else `first-last`."""
    found = []
    for part in ranges:
        blocks = list(summarize_address_range(part.first, part.last))
        found.append(str(blocks[0]) if len(blocks) == 1 else f"{part.first}-{part.last}")
    return found


def pools(cluster: Cluster) -> list[Object]:
    """The address pools, and one L2Advertisement for those that the plan advertises."""
    objects = [pool(item) for item in cluster.pools]
    advertised = [item.name for item in cluster.pools if item.advertise == "l2"]
    if advertised:
        objects.append(
            {
                "apiVersion": "metallb.io/v1beta1",
                "kind": "L2Advertisement",
                "metadata": {
                    "name": f"{cluster.name}-l2",
                    "namespace": METALLB_NAMESPACE,
                    "labels": dict(BASE),
                },
                "spec": {"ipAddressPools": advertised},
            }
        )
    return objects


def pool(item: Pool) -> Object:
    """One IPAddressPool."""
    return {
        "apiVersion": "metallb.io/v1beta1",
        "kind": "IPAddressPool",
        "metadata": {"name": item.name, "namespace": METALLB_NAMESPACE, "labels": dict(BASE)},
        "spec": {"addresses": addresses(item.ranges), "autoAssign": item.auto_assign},
    }


def coredns(topology: Topology, cluster: Cluster) -> list[Object]:
    """Cluster DNS, which forwards the plan's zones to the authority that the lab runs.

    It answers itself for a zone whose authority is no address of the runner. The pods stand on
    nodes of their own, as far as there are any.
    """
    address = spec.dns_service_address(cluster)
    authorities = spec.runner_machine(topology).addresses
    planned = zones.planned(topology)
    forwards = {z.name: z.authority for z in planned if z.authority in authorities and z.authority}
    text = manifests.coredns(
        manifest("coredns"),
        dns=address,
        forwards=forwards,
        files={z.name: z.text(address) for z in planned if z.name not in forwards},
        replicas=min(_DNS_PODS, len(cluster.nodes)),
    )
    return documents(text)
