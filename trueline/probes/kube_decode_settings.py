"""How a cluster is set up, raw JSON into facts. Pure, as `kube_decode`.

ConfigMaps are read for the few words that a plan needs; the rest of them is dropped at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from trueline.model.settings import (
    FlannelFact,
    ForwardFact,
    GatewayFact,
    GrantFact,
    HintFact,
    MetricsFact,
    PeerAuthenticationFact,
    PeerFact,
    RuleFact,
    ServerFact,
    VirtualServiceFact,
)

Json = dict[str, Any]

_SYSTEM = "kube-system"
_HOSTNAME = "external-dns.alpha.kubernetes.io/hostname"
_NAMESPACE_NAME = "kubernetes.io/metadata.name"
_MONITORING = "monitoring"  # what MetalLB calls the port of its metrics
_SUBNET = re.compile(r"^\s*podSubnet:\s*\"?([0-9a-fA-F:./,]+)\"?\s*$", re.MULTILINE)
_TRUST_DOMAIN = re.compile(r"[\"']?\btrustDomain[\"']?\s*:\s*[\"']?([a-zA-Z0-9.-]+)")
_SERVER = re.compile(r"^([^\s{}][^{}\n]*)\{$")
_FORWARD = re.compile(r"^(?:forward|proxy)\s+\S+\s+([^{\n]+)")
_REVERSE = ("in-addr.arpa", "ip6.arpa")


def flannel(item: Json) -> Iterator[FlannelFact]:
    """The ConfigMap kube-flannel-cfg."""
    conf = json.loads((item.get("data") or {})["net-conf.json"])
    networks = [conf.get("Network"), conf.get("IPv6Network")]
    if conf.get("EnableIPv4") is False:
        networks = networks[1:]
    backend = (conf.get("Backend") or {}).get("Type")
    yield FlannelFact(networks=tuple(one for one in networks if one), backend=backend)


def pod_subnets(item: Json) -> Iterator[str]:
    """The pod networks of the ConfigMap kubeadm-config."""
    if item["metadata"]["namespace"] == _SYSTEM:
        told = _SUBNET.search((item.get("data") or {}).get("ClusterConfiguration", ""))
        yield from told[1].split(",") if told else ()


def trust_domains(item: Json) -> Iterator[str]:
    """The trust domain of the ConfigMap istio; Istio's own default where it names none."""
    mesh = (item.get("data") or {}).get("mesh")
    if mesh is not None:
        told = _TRUST_DOMAIN.search(mesh)
        yield told[1] if told else "cluster.local"


def forwards(item: Json) -> Iterator[ForwardFact]:
    """The zones of the Corefile beside the cluster's own, and where they are answered."""
    if item["metadata"]["namespace"] == _SYSTEM:
        text = (item.get("data") or {}).get("Corefile", "")
        for zones, body in _blocks(text):
            if any(line.split()[:1] == ["kubernetes"] for line in body):
                continue
            servers = tuple(
                server
                for line in body
                if (told := _FORWARD.match(line))
                for server in told[1].split()
            )
            for zone in zones:
                if zone and not zone.endswith(_REVERSE):
                    yield ForwardFact(zone=zone, servers=servers)


def _blocks(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """(zones, lines) of every server block: braces that stand on their lines, as CoreDNS has it."""
    zones: list[str] = []
    body: list[str] = []
    depth = 0
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        opened = _SERVER.match(line) if depth == 0 else None
        if opened:
            zones = [_zone(word) for word in opened[1].replace(",", " ").split()]
            body, depth = [], 1
            continue
        body.append(line)
        depth += line.count("{") - line.count("}")
        if depth == 0 and zones:
            yield zones, body
            zones = []


def _zone(word: str) -> str:
    """`dns://control.local:53` and `control.local.` are `control.local`; the root is empty."""
    return re.sub(r":\d+$", "", word.rpartition("//")[2]).strip(".")


def hints(item: Json) -> Iterator[HintFact]:
    """What a Service of type LoadBalancer says of its name and its ports."""
    meta, spec = item["metadata"], item["spec"]
    if spec.get("type") == "LoadBalancer":
        names = (meta.get("annotations") or {}).get(_HOSTNAME, "")
        yield HintFact(
            service=f"{meta['namespace']}/{meta['name']}",
            hostnames=tuple(name.strip().rstrip(".") for name in names.split(",") if name.strip()),
            applications={
                port["port"]: port["appProtocol"]
                for port in spec.get("ports") or ()
                if port.get("appProtocol")
            },
        )


def metrics(item: Json) -> Iterator[MetricsFact]:
    """The ports that the containers of a DaemonSet name as those of their metrics."""
    meta = item["metadata"]
    for container in item["spec"]["template"]["spec"].get("containers") or ():
        for port in container.get("ports") or ():
            if port.get("name") == _MONITORING:
                yield MetricsFact(
                    owner=f"{meta['namespace']}/{meta['name']}",
                    container=container["name"],
                    port=port["containerPort"],
                )


def grants(item: Json) -> Iterator[GrantFact]:
    """What a NetworkPolicy for ingress lets in."""
    spec = item.get("spec") or {}
    if "Ingress" in (spec.get("policyTypes") or ("Ingress",)):
        yield GrantFact(
            namespace=item["metadata"]["namespace"],
            name=item["metadata"]["name"],
            whole=_empty(spec.get("podSelector")),
            rules=tuple(
                _rule(rule, item["metadata"]["namespace"]) for rule in spec.get("ingress") or ()
            ),
        )


def _rule(rule: Json, namespace: str) -> RuleFact:
    ports = rule.get("ports") or ()
    odd = [port for port in ports if not isinstance(port.get("port"), int) or "endPort" in port]
    return RuleFact(
        # A rule without peers, or with an empty list of them, lets everybody in.
        peers=tuple(_peer(one, namespace) for one in rule["from"]) if rule.get("from") else None,
        ports=tuple(
            (port["port"], port.get("protocol") or "TCP") for port in ports if port not in odd
        ),
        other="ports that are named, or a range of them" if odd else None,
    )


def _peer(peer: Json, namespace: str) -> PeerFact:
    if "ipBlock" in peer:
        if peer["ipBlock"].get("except"):
            return PeerFact(other="an ipBlock with exceptions")
        return PeerFact(block=peer["ipBlock"]["cidr"])
    if not _empty(peer.get("podSelector")):
        return PeerFact(other="some pods by their labels")
    if "namespaceSelector" not in peer:
        return PeerFact(namespace=namespace)
    selector = peer["namespaceSelector"] or {}
    labels = selector.get("matchLabels") or {}
    if selector.get("matchExpressions") or set(labels) - {_NAMESPACE_NAME}:
        return PeerFact(other="namespaces by their labels")
    return PeerFact(namespace=labels.get(_NAMESPACE_NAME))


def _empty(selector: Json | None) -> bool:
    found = selector or {}
    return not (found.get("matchLabels") or found.get("matchExpressions"))


def gateways(item: Json) -> Iterator[GatewayFact]:
    """An Istio Gateway."""
    spec = item.get("spec") or {}
    yield GatewayFact(
        key=_key(item),
        selector=dict(spec.get("selector") or {}),
        servers=tuple(
            ServerFact(
                port=server["port"]["number"],
                protocol=server["port"].get("protocol", "").upper(),
                # A host may name the namespace of its VirtualServices: `apps/shop.example.test`.
                hosts=tuple(host.rpartition("/")[2] for host in server.get("hosts") or ()),
                tls=(server.get("tls") or {}).get("mode"),
                redirect=bool((server.get("tls") or {}).get("httpsRedirect")),
            )
            for server in spec.get("servers") or ()
        ),
    )


def virtual_services(item: Json) -> Iterator[VirtualServiceFact]:
    """An Istio VirtualService."""
    spec, namespace = item.get("spec") or {}, item["metadata"]["namespace"]
    named = spec.get("gateways") or ()
    yield VirtualServiceFact(
        key=_key(item),
        hosts=tuple(spec.get("hosts") or ()),
        gateways=tuple(one if "/" in one else f"{namespace}/{one}" for one in named),
        services=tuple(dict.fromkeys(_destinations(spec.get("http") or (), namespace))),
    )


def _destinations(rules: Iterable[Json], namespace: str) -> Iterator[str]:
    for rule in rules:
        for one in rule.get("route") or ():
            name, _, rest = one["destination"]["host"].partition(".")
            yield f"{rest.partition('.')[0] or namespace}/{name}"


def peer_authentications(item: Json) -> Iterator[PeerAuthenticationFact]:
    """An Istio PeerAuthentication."""
    spec = item.get("spec") or {}
    yield PeerAuthenticationFact(
        namespace=item["metadata"]["namespace"],
        whole=_empty(spec.get("selector")),
        mode=(spec.get("mtls") or {}).get("mode"),
    )


def _key(item: Json) -> str:
    return f"{item['metadata']['namespace']}/{item['metadata']['name']}"
