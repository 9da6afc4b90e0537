"""What the mesh and its gateways are told to do, in Istio's own objects: values only."""

from __future__ import annotations

from collections.abc import Iterable

from tools.lab import mesh
from tools.lab.addons import BASE
from tools.lab.kubeapi import Object
from tools.lab.products.istio_gateways import EAST_WEST_PORT, Gateway, credential_name
from tools.lab.products.istio_objects import NAMESPACE
from trueline.model.product import Route
from trueline.model.topology import Topology

_TLS = 443


def objects(topology: Topology, item: Gateway) -> list[Object]:
    """What a gateway listens on, and where each host that it routes leads to."""
    if item.east_west:
        return [_gateway(item, [_pass_through()])]
    found = routes(topology, item)
    return [
        _gateway(item, list(servers(item, found))),
        *(_virtual_service(topology, item, route) for route in found),
    ]


def routes(topology: Topology, item: Gateway) -> tuple[Route, ...]:
    """The hosts that the plan lets a gateway route."""
    target = f"reservation:{item.reservation}"
    return tuple(route for route in topology.ingress.routes if route.gateway == target)


def mesh_mode(topology: Topology) -> list[Object]:
    """Whether plaintext is refused where nothing else is said."""
    mode = topology.mesh and topology.mesh.mode
    if not mode:
        return []
    return [peer_authentication(NAMESPACE, "default", {"mtls": {"mode": mode.upper()}})]


def peer_authentication(namespace: str, name: str, spec: Object) -> Object:
    """Which connections the sidecars of some pods accept."""
    return _object("security.istio.io/v1", "PeerAuthentication", namespace, name, spec)


def servers(item: Gateway, found: Iterable[Route]) -> Iterable[Object]:
    """The ports of an ingress gateway, each with the hosts that it knows; others get nothing.

    A planned port without a route is open all the same, and knows nobody.
    """
    ended: dict[int, set[str]] = {}
    plain: dict[int, dict[bool, list[str]]] = {}
    for port in item.reservation.ports:
        if port.application == "https":
            ended[port.number] = set(item.reservation.tls_names)
        elif port.protocol == "TCP":
            plain[port.number] = {}
    for route in found:
        if route.tls is not None:
            ended.setdefault(route.tls, set()).add(route.host)
            plain.pop(route.tls, None)
        if route.plain is not None:
            by_kind = plain.setdefault(route.plain, {})
            by_kind.setdefault(route.redirect and route.tls == _TLS, []).append(route.host)
    for number, by_kind in plain.items():
        for redirect, hosts in (by_kind or {False: ["*"]}).items():
            name = f"{'redirect' if redirect else 'http'}-{number}"
            port_of = {"number": number, "name": name, "protocol": "HTTP"}
            server: Object = {"port": port_of, "hosts": hosts}
            yield server | ({"tls": {"httpsRedirect": True}} if redirect else {})
    for number, names in ended.items():
        yield {
            "port": {"number": number, "name": f"https-{number}", "protocol": "HTTPS"},
            "hosts": sorted(names) or ["*"],
            "tls": {"mode": "SIMPLE", "credentialName": credential_name(item)},
        }


def ends_tls(topology: Topology, item: Gateway) -> bool:
    """Whether a gateway needs a certificate of the edge."""
    found = () if item.east_west else servers(item, routes(topology, item))
    return any(server["port"]["protocol"] == "HTTPS" for server in found)


def port(topology: Topology, cluster: str, service: str) -> int | None:
    """The first port of a Service as the plan has it, or None where the plan does not say."""
    for workload in mesh.known(topology, cluster):
        if workload.service == service:
            return workload.port
    for reservation in topology.cluster(cluster).reservations:
        if reservation.owner == service and reservation.ports:
            return reservation.ports[0].number
    return None


def _pass_through() -> Object:
    """Every Service of the mesh by its SNI, unopened: TLS goes on to the workload itself."""
    return {
        "port": {"number": EAST_WEST_PORT, "name": "tls", "protocol": "TLS"},
        "tls": {"mode": "AUTO_PASSTHROUGH"},
        "hosts": ["*.local"],
    }


def _gateway(item: Gateway, found: list[Object]) -> Object:
    spec = {"selector": {"app": item.name, "istio": item.kind}, "servers": found}
    return _object("networking.istio.io/v1", "Gateway", item.namespace, item.name, spec)


def _virtual_service(topology: Topology, item: Gateway, route: Route) -> Object:
    namespace, _, name = route.service.partition("/")
    destination: Object = {"host": f"{name}.{namespace}.svc.cluster.local"}
    number = port(topology, item.member.cluster, route.service)
    if number is not None:
        destination["port"] = {"number": number}
    rules: list[Object] = [{"route": [{"destination": destination}]}]
    if route.redirect and route.tls not in (None, _TLS):
        to = {"scheme": "https", "port": route.tls, "redirectCode": 301}
        rules.insert(0, {"match": [{"port": route.plain}], "redirect": to})
    spec = {
        "hosts": [route.host],
        "gateways": [f"{item.namespace}/{item.name}"],
        "http": rules,
    }
    return _object("networking.istio.io/v1", "VirtualService", item.namespace, route.host, spec)


def _object(version: str, kind: str, namespace: str, name: str, spec: Object) -> Object:
    metadata = {"name": name, "namespace": namespace, "labels": dict(BASE)}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}
