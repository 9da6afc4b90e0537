"""How a draft of the lab stands to the lab's own plan: what stays open, and what it has beyond."""

from __future__ import annotations

from collections.abc import Iterable

from trueline.discovery.differences import Difference

# Everything of the lab's plan that the draft does not have as it is, by what stands above it.
OPEN = {
    "budgets",
    "clusters.app.load_balancer.reservations.app1.answers",
    "clusters.app.load_balancer.reservations.app2.answers",
    "clusters.app.load_balancer.reservations.istio-ingress.tls_ca",
    "clusters.control.load_balancer.reservations.argocd.tls_ca",
    "clusters.control.load_balancer.reservations.istio-ingress.tls_ca",
    "clusters.control.load_balancer.reservations.vault.tls_ca",
    "dns.names",
    "dns.zones.app.local.max_ttl",
    "dns.zones.control.local.max_ttl",
    "drills",
    "flows",
    "ingress.routes",
    "mesh.workloads",
    "products",
    "products.argocd.anonymous",
    "products.grafana.data_sources",
    "products.loki.anonymous",
    "products.loki.senders",
    "products.loki.tenant",
    "products.prometheus.anonymous",
    "products.prometheus.senders",
    "products.tempo.anonymous",
    "products.tempo.senders",
    "products.vault.anonymous",
    "products.vault.logins",
    "segments.lan.dhcp",
    "segments.lan.gateway",
    "trust",
    "vantages",
    "vms",
}
# What a draft has beyond that plan, which left it open.
BEYOND = {
    "clusters.app.identity.ca_sha256",
    "clusters.app.identity.kube_system_uid",
    "clusters.control.identity.ca_sha256",
    "clusters.control.identity.kube_system_uid",
    "mesh.root_sha256",
}


def open_of(apart: Iterable[Difference]) -> set[str]:
    """The keys of OPEN below which the plan has what the draft has not, or what it only guesses.

    A path that no key covers stands for itself.
    """
    return {_key(one) for one in apart if one.planned is not None}


def _key(one: Difference) -> str:
    above = [key for key in OPEN if one.path == key or one.path.startswith(f"{key}.")]
    return max(above, key=len, default=one.path)


def beyond(apart: Iterable[Difference]) -> set[str]:
    """What the draft has and the plan left open, but for flows, which are guesses anyway."""
    return {one.path for one in apart if one.planned is None and not one.path.startswith("flows.")}
