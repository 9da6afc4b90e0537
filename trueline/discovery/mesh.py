"""The mesh: clusters with Istio's control plane and both of its gateways."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from trueline.discovery.balancers import Reserved
from trueline.discovery.draft import Entry, Gap, Part, Plain, block
from trueline.discovery.ingress import EAST_WEST, INGRESS
from trueline.discovery.told import is_dns_name, is_name, told, untold
from trueline.model.found import Found

_NETWORK = "topology.istio.io/network"
_ROOT_NAMESPACE = "istio-system"
_MODES = {"STRICT": "strict", "PERMISSIVE": "permissive"}
_PEM = re.compile("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A cluster with both gateways; `network` is what its east-west gateway says it opens."""

    cluster: str
    network: str | None
    ingress: Reserved
    east_west: Reserved


def members(found: Found, made: Sequence[Reserved]) -> tuple[Member, ...]:
    """The clusters of the mesh, in the order of the draft.

    One gateway alone is no membership: across networks a mesh needs both.
    """
    joined = []
    for cluster in found.clusters:
        by_use = {one.use: one for one in reversed(made) if one.cluster == cluster}
        if INGRESS in by_use and EAST_WEST in by_use:
            joined.append(
                Member(
                    cluster=cluster,
                    network=_network(found, cluster),
                    ingress=by_use[INGRESS],
                    east_west=by_use[EAST_WEST],
                )
            )
    return tuple(joined)


def parts(found: Found, made: Sequence[Reserved]) -> tuple[Part, ...]:
    """The key `mesh`, or why no mesh is drafted."""
    joined = members(found, made)
    if not joined:
        running = [name for name in found.clusters if _has_control_plane(found, name)]
        if not running:
            return ()
        why = f"Istio runs in {' and '.join(running)}, without an address for both gateways"
        return (Gap(key="mesh", why=why),)
    inner = [
        _trust_domain(found, joined),
        _root(found, joined),
        _mode(found, joined),
        *block("members", [_member(one) for one in joined]),
        Gap(
            key="workloads",
            why="which workloads must be who they say",
            example="shop: {cluster: CLUSTER, service: shop/web, port: 8080, service_account: web}",
        ),
    ]
    return block("mesh", inner)


def _has_control_plane(found: Found, cluster: str) -> bool:
    return any(pod.labels.get("app") == "istiod" for pod in told(found.clusters[cluster].pods))


def _network(found: Found, cluster: str) -> str | None:
    for pod in told(found.clusters[cluster].pods):
        network = pod.labels.get(_NETWORK, "")
        if pod.labels.get("istio") == EAST_WEST and is_name(network):
            return network
    return None


def _trust_domain(found: Found, joined: Sequence[Member]) -> Part:
    listed = [found.settings_of(one.cluster).trust_domains for one in joined]
    domains = {domain for one in listed for domain in told(one) if is_dns_name(domain)}
    if len(domains) == 1:
        source = f"{listed[0].source} of each member"
        return Entry(key="trust_domain", value=domains.pop(), source=source)
    if domains:
        why = f"the members have several: {', '.join(sorted(domains))}"
        return Gap(key="trust_domain", why=why)
    if any(one.kind == "gap" for one in listed):
        # Without it no mesh is planned; this is what Istio has where nobody says otherwise.
        why = f"Istio's default; {untold(listed[0], 'a member does not say')}"
        return Entry(key="trust_domain", value="cluster.local", source=why, guess=True)
    return Gap(key="trust_domain", why="no ConfigMap istio names it")


def _root(found: Found, joined: Sequence[Member]) -> Part:
    prints = {
        _print(body)
        for one in joined
        for _, pem in told(found.clusters[one.cluster].mesh_roots)
        for body in _PEM.findall(pem)
    } - {None}
    if len(prints) == 1:
        source = "ConfigMap istio-ca-root-cert of every namespace"
        return Entry(key="root_sha256", value=prints.pop(), source=source)
    why = f"the members trust {len(prints)} roots" if prints else "no namespace holds a root"
    return Gap(key="root_sha256", why=why)


def _print(body: str) -> str | None:
    """The fingerprint of a certificate in PEM; None where it is damaged."""
    try:
        return sha256(base64.b64decode(body)).hexdigest()
    except ValueError:
        return None


def _mode(found: Found, joined: Sequence[Member]) -> Part:
    listed = [found.settings_of(one.cluster).peer_authentications for one in joined]
    modes = [
        {
            _MODES.get(rule.mode or "")
            for rule in told(one)
            if rule.whole and rule.namespace == _ROOT_NAMESPACE
        }
        for one in listed
    ]
    if modes and all(one == modes[0] and len(one) == 1 and None not in one for one in modes):
        source = f"PeerAuthentication of {_ROOT_NAMESPACE} in each member"
        return Entry(key="mode", value=next(iter(modes[0])), source=source)
    why = untold(listed[0], f"no PeerAuthentication of {_ROOT_NAMESPACE} says it for all members")
    return Gap(key="mode", why=why, example="mode: strict")


def _member(one: Member) -> Part:
    value: dict[str, Plain] = {"network": one.network} if one.network else {}
    value |= {"ingress": one.ingress.name, "east_west": one.east_west.name}
    why = "both gateways have an address; whether the members know each other is not seen"
    return Entry(key=one.cluster, value=value, source=why, guess=True)


def pairs(joined: Sequence[Member]) -> Iterator[tuple[Member, Member]]:
    """Every two members, in both orders."""
    for one in joined:
        for other in joined:
            if one is not other:
                yield one, other
