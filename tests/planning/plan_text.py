"""A plan as the text of a file, in block style or in brackets: what the loader reads back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from trueline.model.address import Address, Range
from trueline.model.topology import Cluster, Pool, Port, Topology

Json = dict[str, Any]


def text_of(plan: Topology, *, flow: bool = False) -> str:
    """The plan without what the plan checks do not look at: pins, budgets, products."""
    return yaml.safe_dump(_document(plan), sort_keys=False, default_flow_style=flow, width=90)


def _document(plan: Topology) -> Json:
    document: Json = {
        "version": 1,
        "name": plan.name,
        "segments": {
            item.name: {
                "cidr": str(item.cidr),
                **({"gateway": str(item.gateway)} if item.gateway else {}),
                "dhcp": [_range(part) for part in item.dhcp],
            }
            for item in plan.segments
        },
        "clusters": {item.name: _cluster(item) for item in plan.clusters},
        "vms": {
            item.name: {
                "segment": item.segment,
                "address": str(item.address),
                "ports": _ports(item.ports),
            }
            for item in plan.vms
        },
        "dns": {
            "zones": {item.name: {"authority": item.authority} for item in plan.dns.zones},
            "names": {
                item.name: {"addresses": _texts(item.addresses), "from": list(item.vantages)}
                for item in plan.dns.names
            },
        },
        "vantages": {
            item.name: {"kind": item.kind, **({"cluster": item.cluster} if item.cluster else {})}
            for item in plan.vantages
        },
        "flows": [
            {
                "name": item.name,
                "from": item.source,
                "to": item.target,
                **({"port": _port(item.port)} if item.port else {}),
                "expected": "works" if item.expected else "fails",
            }
            for item in plan.flows
        ],
        "policies": {
            item.cluster: {item.namespace: {"allow_from": list(item.allow_from)}}
            for item in plan.policies
        },
    }
    if plan.mesh:
        document["mesh"] = {
            "trust_domain": plan.mesh.trust_domain,
            "members": {
                item.cluster: {
                    "network": item.network,
                    "ingress": item.ingress,
                    "east_west": item.east_west,
                }
                for item in plan.mesh.members
            },
        }
    return {key: value for key, value in document.items() if value}


def _cluster(item: Cluster) -> Json:
    return {
        "context": item.context,
        "api": item.api,
        "versions": dict(item.versions),
        "cni": {"kind": item.cni.kind, "policy_enforced": item.cni.policy_enforced},
        "segment": item.segment,
        "pods": _texts(item.pods),
        "node_prefix": {f"ipv{family}": size for family, size in item.node_prefix.items()},
        "services": _texts(item.services),
        "dns_service": str(item.dns_service),
        "nodes": {
            node.name: {"role": node.role, "addresses": _texts(node.addresses)}
            for node in item.nodes
        },
        "load_balancer": {
            "pools": {pool.name: _pool(pool) for pool in item.pools},
            "reservations": {
                reserved.name: {
                    "address": str(reserved.address),
                    "service": reserved.owner,
                    "ports": _ports(reserved.ports),
                    # A file cannot say that any name of a domain is in a certificate.
                    "tls_names": [name for name in reserved.tls_names if "*" not in name],
                }
                for reserved in item.reservations
            },
        },
    }


def _pool(item: Pool) -> Json:
    return {
        "segment": item.segment,
        "addresses": [_range(part) for part in item.ranges],
        "auto_assign": item.auto_assign,
        "advertise": item.advertise,
    }


def _range(part: Range) -> str:
    return f"{part.first}-{part.last}"


def _port(port: Port) -> str:
    return f"{port}/{port.application}" if port.application else str(port)


def _ports(ports: Iterable[Port]) -> list[str]:
    return [_port(port) for port in ports]


def _texts(items: Iterable[object] | tuple[Address, ...]) -> list[str]:
    return [str(item) for item in items]
