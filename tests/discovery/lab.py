"""What discovery would find in the recorded lab: its stored facts, and the lab's own objects.

A stored run holds what it is judged by. The rest (Corefile, Gateways, NetworkPolicies, ...) is made
by the code that makes it in the lab, and read as the API would show it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import yaml

from tests.recorded import base
from tools.lab import addons
from tools.lab.build import manifests
from tools.lab.products import istio, istio_gateways, istio_routes, policies
from trueline.discovery import names as asked_names
from trueline.discovery.plan import reserved
from trueline.model.found import Attachment, Found, NameSeen, PortSeen
from trueline.model.observation import Observation, Observed
from trueline.model.settings import SettingsFacts
from trueline.model.topology import Cluster, Topology
from trueline.probes import kube_decode_settings as decode

ROOT = Path(__file__).parents[2]
HERE = IPv4Address("192.168.64.1")
LAN = IPv4Network("192.168.64.0/24")


def seen(*kept: Any, source: str = "the API") -> Observed[Any]:
    """A list as it is observed."""
    return Observation(value=kept, at=0.0, source=source, vantage="this host")


@cache
def found() -> Found:
    """The whole: the APIs, and what a host on the segment sees."""
    topology, facts = base.topology(), base.facts()
    apis = Found(
        contexts={one.name: one.context for one in topology.clusters},
        clusters=facts.clusters,
        settings={one.name: settings(topology, one) for one in topology.clusters},
        attachments=(Attachment(network=LAN, address=HERE),),
        wire=facts.wire,
        ports=ports(topology),
    )
    wanted = asked_names.wanted(apis, reserved(apis))
    return replace(apis, names=names(topology, wanted))


def settings(topology: Topology, cluster: Cluster) -> SettingsFacts:
    """The settings of a cluster as the lab makes them."""

    def kept(keep: Any, objects: list[Any], source: str) -> Observed[Any]:
        return seen(*(fact for item in objects for fact in keep(item)), source=source)

    gateways = istio_gateways.gateways(topology, cluster.name)
    routed = [item for door in gateways for item in istio_routes.objects(topology, door)]
    routed += istio_routes.mesh_mode(topology)
    of_kind: dict[str, list[Any]] = {}
    for item in routed:
        of_kind.setdefault(item["kind"], []).append(item)
    return SettingsFacts(
        flannel=kept(decode.flannel, [_flannel(cluster)], "ConfigMap kube-flannel-cfg"),
        pod_subnets=seen(),
        forwards=kept(decode.forwards, [_corefile(topology)], "ConfigMap coredns"),
        hints=seen(),
        metrics=kept(decode.metrics, [_speaker()], "GET /apis/apps/v1/daemonsets"),
        grants=kept(decode.grants, list(_policies(topology, cluster)), "GET networkpolicies"),
        trust_domains=kept(decode.trust_domains, [_istio(topology)], "ConfigMap istio"),
        gateways=kept(decode.gateways, of_kind["Gateway"], "GET gateways"),
        virtual_services=kept(
            decode.virtual_services, of_kind["VirtualService"], "GET virtualservices"
        ),
        peer_authentications=kept(
            decode.peer_authentications, of_kind["PeerAuthentication"], "GET peerauthentications"
        ),
    )


def ports(topology: Topology) -> dict[Any, PortSeen]:
    """Each planned TCP port as it answers: with TLS and its certificate, with HTTP, or neither."""
    return {
        (item.address, port.number): PortSeen(
            connected=True,
            speaks=port.application if port.application in ("http", "https") else None,
            names=item.tls_names if port.application == "https" else (),
        )
        for item in topology.reservations
        for port in item.ports
    }


def names(topology: Topology, wanted: Mapping[str, str]) -> dict[str, NameSeen]:
    """Each name that is asked for, as the plan's authority answers for it."""
    planned = {one.name: one.addresses for one in topology.dns.names}
    return {
        name: NameSeen(addresses=planned.get(name, ()), here=name in planned, authoritative=True)
        for name in wanted
    }


def _flannel(cluster: Cluster) -> Any:
    conf = addons.flannel_network(cluster, "{}")
    return {"metadata": {"namespace": "kube-flannel"}, "data": {"net-conf.json": conf}}


def _corefile(topology: Topology) -> Any:
    template = (ROOT / "tools" / "lab" / "manifests" / "coredns.yaml").read_text()
    filled = manifests.coredns(
        template.replace("@COREDNS@", "1"),
        dns="10.96.0.10",
        forwards={zone.name: str(zone.authority) for zone in topology.dns.zones},
        files={},
        replicas=2,
    )
    return next(one for one in yaml.safe_load_all(filled) if one["kind"] == "ConfigMap")


def _speaker() -> Any:
    port = {"name": "monitoring", "containerPort": 7472}
    pod = {"spec": {"containers": [{"name": "speaker", "ports": [port]}]}}
    meta = {"namespace": "metallb-system", "name": "speaker"}
    return {"metadata": meta, "spec": {"template": pod}}


def _istio(topology: Topology) -> Any:
    return {
        "metadata": {"namespace": "istio-system"},
        "data": {"mesh": json.dumps(istio.mesh_config(topology))},
    }


def _policies(topology: Topology, cluster: Cluster) -> Iterator[Any]:
    facts = base.facts().clusters[cluster.name]
    cidrs = [cidr for node in facts.nodes.value for cidr in node.pod_cidrs]
    for policy in topology.policies:
        if policy.cluster == cluster.name:
            yield from policies.network_policies(topology, policy, cidrs)
