"""Flows: those that something found implies, and the usual ones that must fail. All are guesses.

Nothing in a cluster says what people need to work. A draft says what operators show that they do
(deploy, watch, read secrets), what answered this host, and that pods of two clusters are apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from trueline.discovery import mesh
from trueline.discovery.balancers import Reserved
from trueline.discovery.draft import Entry, Item, Items, Part, Plain
from trueline.discovery.endpoints import endpoint_of
from trueline.discovery.products import deployed, products
from trueline.discovery.recognised import running
from trueline.discovery.segments import Segment
from trueline.discovery.told import is_name, told
from trueline.discovery.vantages import HERE
from trueline.model.found import Found


def parts(
    found: Found, made: Sequence[Reserved], drafted: Sequence[Segment], clusters: Sequence[str]
) -> tuple[Part, ...]:
    """The key `flows`; each flow is stated once."""
    kept: dict[tuple[Plain, ...], Item] = {}
    for item in (
        *_deploying(found, made, clusters),
        *_reading(found, made),
        *_meshed(found, made),
        *_from_here(found, made, drafted),
        *_apart(clusters),
        *_silent(found, drafted),
    ):
        kept.setdefault(tuple(item.value.get(key) for key in ("from", "to", "port")), item)
    if not kept:
        return ()
    why = "what must work and what must not; no API tells: review every line"
    items = Items(tuple(kept.values()))
    return (Entry(key="flows", value=items, source=why, guess=True),)


def _works(name: str, source: str, target: str, port: str, why: str) -> Item:
    value: dict[str, Plain] = {"name": name, "from": source, "to": target}
    return Item(value={**value, "port": port, "expected": "works"}, source=why, guess=True)


def _fails(name: str, source: str, target: str, why: str) -> Item:
    value = {"name": name, "from": source, "to": target, "expected": "fails"}
    return Item(value=value, source=why, guess=True)


def _api_port(found: Found, cluster: str) -> str:
    endpoint = endpoint_of(found, cluster)
    return f"{endpoint[1] if endpoint else 6443}/TCP/https"


def _deploying(found: Found, made: Sequence[Reserved], clusters: Sequence[str]) -> Iterator[Item]:
    """Argo CD to the API of each cluster that an Application goes to."""
    for one in made:
        if one.use != "argocd":
            continue
        for cluster, item in deployed(found, one):
            if cluster in clusters and cluster != one.cluster:
                yield _works(
                    f"Argo CD of {one.cluster} deploys to {cluster}",
                    f"pods:{one.cluster}/{item.namespace}",
                    f"api:{cluster}",
                    _api_port(found, cluster),
                    f"Application {item.key} goes there",
                )


def _reading(found: Found, made: Sequence[Reserved]) -> Iterator[Item]:
    """External Secrets of other clusters to the only Vault."""
    vaults = [one for one in products(made).values() if one.use == "vault"]
    if len(vaults) != 1 or not vaults[0].ports:
        return
    (vault,) = vaults
    for cluster, facts in found.clusters.items():
        operator = running(facts, "external-secrets")
        if operator is not None and cluster != vault.cluster and told(facts.external_secrets):
            yield _works(
                f"secrets are read from {cluster}",
                f"pods:{cluster}/{operator.namespace}",
                vault.end,
                str(vault.ports[0]),
                f"pod {operator.namespace}/{operator.name} runs, and this is the only Vault",
            )


def _meshed(found: Found, made: Sequence[Reserved]) -> Iterator[Item]:
    """Members of the mesh watch each other's API, and cross each other's east-west gateway."""
    for one, other in mesh.pairs(mesh.members(found, made)):
        yield _works(
            f"istiod of {one.cluster} watches {other.cluster}",
            f"pods:{one.cluster}/{one.east_west.service.namespace}",
            f"api:{other.cluster}",
            _api_port(found, other.cluster),
            "both have an east-west gateway; remote Secrets are not read",
        )
        port = next((port for port in other.east_west.ports if port.number == 15443), None)
        if port is not None:
            yield _works(
                f"mesh traffic of {one.cluster} enters {other.cluster}",
                f"pods:{one.cluster}",
                other.east_west.end,
                str(port),
                "both have an east-west gateway",
            )


def _from_here(
    found: Found, made: Sequence[Reserved], drafted: Sequence[Segment]
) -> Iterator[Item]:
    """What answered this host, as flows from it."""
    if not any(one.is_here for one in drafted):
        return
    for one in made:
        open_ports = [
            port
            for port in one.ports
            if (seen := found.ports.get((one.address, port.number))) and seen.connected
        ]
        for port in open_ports[:1]:
            yield _works(
                f"a host opens {one.name} of {one.cluster}",
                f"vantage:{HERE}",
                one.end,
                str(port),
                "it answered this host",
            )


def _apart(clusters: Sequence[str]) -> Iterator[Item]:
    for one, other in permutations(clusters, 2):
        yield _fails(
            f"pods of {one} do not reach pods of {other}",
            f"pods:{one}",
            f"pods:{other}",
            "pod networks are not routed to each other, unless somebody does",
        )


def _silent(found: Found, drafted: Sequence[Segment]) -> Iterator[Item]:
    """From a segment that this host is on: the free addresses of its pools are silent."""
    for cluster, facts in found.clusters.items():
        for pool in told(facts.pools):
            where = next(
                (one for one in drafted if pool.ranges and one.holds(pool.ranges[0].first)), None
            )
            if where is not None and where.is_here and is_name(pool.name):
                yield _fails(
                    f"the free addresses of {cluster}/{pool.name} are silent",
                    f"segment:{where.name}",
                    f"pool:{cluster}/{pool.name}",
                    "nobody holds them",
                )
