"""What stands behind the addresses: products by kind, and what their operators say they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trueline.discovery.balancers import Reserved
from trueline.discovery.draft import Block, Entry, Gap, Part, Plain, block
from trueline.discovery.recognised import is_stand_in
from trueline.discovery.told import name_of, told
from trueline.model.found import Found
from trueline.model.observation import ApplicationFact

KINDS = ("argocd", "prometheus", "grafana", "vault", "loki", "tempo", "redis", "mysql")

# What only people know of each kind, by the keys of the plan.
_OPEN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "prometheus": (("senders", "senders: {CLUSTER: {namespace: monitoring}}"),),
    "loki": (("senders", "senders: {CLUSTER: {namespace: logging}}"), ("tenant", "tenant: TENANT")),
    "tempo": (("senders", "senders: {CLUSTER: {namespace: tracing}}"),),
    "vault": (
        (
            "logins",
            "logins: {CLUSTER: {namespace: NAMESPACE, service_account: NAME, mount: kubernetes, "
            "role: ROLE}}",
        ),
    ),
    "grafana": (("data_sources", "data_sources: {NAME: PRODUCT}"),),
}


def products(made: Sequence[Reserved]) -> dict[str, Reserved]:
    """The products by the name that the plan gives them."""
    found: dict[str, Reserved] = {}
    for one in made:
        if one.use in KINDS:
            wish = one.use if one.use not in found else f"{one.cluster}-{one.name}"
            found[name_of(wish, found)] = one
    return found


def parts(found: Found, made: Sequence[Reserved]) -> tuple[Part, ...]:
    """The key `products`."""
    known = products(made)
    vaults = [one for one in known.values() if one.use == "vault"]
    why = "the others: what stands behind VMs, and behind addresses that show no product"
    more = Gap(key="products", why=why, example='cache: {kind: redis, at: "vm:redis"}')
    return block("products", [*(_product(found, *one, vaults) for one in known.items()), more])


def deployed(found: Found, product: Reserved) -> Iterator[tuple[str, ApplicationFact]]:
    """(cluster, Application) of what an Argo CD of this cluster deploys to drafted clusters."""
    for item in told(found.clusters[product.cluster].applications):
        for cluster, facts in found.clusters.items():
            seen = facts.identity
            server = seen.value.server if seen.kind == "seen" else None
            if item.destination in (cluster, found.contexts[cluster], server):
                yield cluster, item


def _product(found: Found, name: str, one: Reserved, vaults: Sequence[Reserved]) -> Part:
    facts = found.clusters[one.cluster]
    inner: list[Part] = [
        Entry(key="kind", value=one.use, source=f"the pods of Service {one.service.key}"),
        Entry(key="at", value=one.end),
    ]
    if is_stand_in(facts, one.service):
        source = "its pods say that they stand in for it"
        inner.append(Entry(key="stand_in", value=True, source=source))
    why = "whether whoever reaches it may read and write"
    inner.append(Gap(key="anonymous", why=why, example="anonymous: false"))
    if one.use == "argocd":
        inner += _deploys(found, one)
    if one.use == "vault":
        inner += _synced(found, vaults)
    for key, example in _OPEN.get(one.use or "", ()):
        inner.append(Gap(key=key, why="no API tells", example=example))
    return Entry(key=name, value=Block(tuple(inner)))


def _deploys(found: Found, one: Reserved) -> Iterator[Part]:
    listed = found.clusters[one.cluster].applications
    by_cluster: dict[str, list[Plain]] = {}
    for cluster, item in deployed(found, one):
        by_cluster.setdefault(cluster, []).append(item.key)
    if by_cluster:
        yield Entry(key="deploys", value=by_cluster, source=listed.source)
    elif listed.kind == "gap":
        yield Gap(key="deploys", why=listed.reason)
    away = [one.key for one in told(listed) if not _is_among(one.key, by_cluster)]
    if away:
        why = f"the cluster that {', '.join(away)} goes to is none of these"
        yield Gap(key="deploys", why=why)


def _is_among(key: str, by_cluster: Mapping[str, list[Plain]]) -> bool:
    return any(key in keys for keys in by_cluster.values())


def _synced(found: Found, vaults: Sequence[Reserved]) -> Iterator[Part]:
    by_cluster: dict[str, Plain] = {}
    for cluster, facts in found.clusters.items():
        keys: list[Plain] = [
            item.key for item in told(facts.external_secrets) if item.kind == "ExternalSecret"
        ]
        if keys:
            by_cluster[cluster] = keys
    if by_cluster and len(vaults) == 1:
        why = "these ExternalSecrets, if their stores are this Vault"
        yield Entry(key="synced", value=by_cluster, source=why, guess=True)
    elif by_cluster:
        yield Gap(key="synced", why="which of these Vaults the ExternalSecrets are read from")
