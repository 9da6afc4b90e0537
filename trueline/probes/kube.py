"""One cluster as its API tells it: every facet at once, each a fact or a gap of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from trueline.model.observation import (
    ClusterFacts,
    IdentityFact,
    Observation,
    Observed,
    PodFact,
    ServiceCidrFact,
    Unobserved,
    WorkloadFact,
)
from trueline.model.topology import Cluster
from trueline.probes.kube_access import Unreachable, kubeconfig_of
from trueline.probes.kube_client import Api, Refused, connect
from trueline.probes.kube_decode import service_cidr_of_flags
from trueline.probes.kube_facets import Facet, Listed, facets, read

T = TypeVar("T")
U = TypeVar("U")

AT_ONCE = 4  # requests to one cluster at a time
YOUNG = 60.0  # seconds
VANTAGE = "this host"
SYSTEM = "/api/v1/namespaces/kube-system"


def observe_cluster(
    cluster: Cluster,
    *,
    kubeconfig: Path | None,
    timeout: float,
    now: Callable[[], float],
    young: float = YOUNG,
) -> ClusterFacts:
    """Everything the cluster's API says; never raises for a sick cluster.

    `kubeconfig` comes before the plan's own, that before KUBECONFIG and ~/.kube/config. `timeout`
    is seconds for each request. A facet that is refused is a gap with its own reason; a cluster
    that cannot be asked at all is all gaps with one. `young` is how long, in seconds, a pod or a
    Service may take to become ready before it no longer counts as `moving`. Secrets are never
    read.
    """
    look = _Look(cluster, now)
    try:
        api = connect(cluster.context, kubeconfig_of(cluster, kubeconfig), timeout)
        system = _first_question(api)
    except Unreachable as error:
        return look.nothing(f"cluster {cluster.name} cannot be observed: {error}")
    lists = facets(cluster, now(), young)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"api-{cluster.name}") as pool:
        identity = pool.submit(look.identity, api, system)
        jobs = {key: pool.submit(look.at, api, facet) for key, facet in lists.items()}
    return _assemble(
        cluster.name, identity.result(), {key: job.result() for key, job in jobs.items()}
    )


def _first_question(api: Api) -> dict[str, Any] | Refused:
    """The kube-system namespace. Whoever fails to answer this is asked nothing else."""
    try:
        return api.get(SYSTEM)
    except Refused as error:
        if error.status in (403, 404):
            return error
        raise Unreachable(str(error)) from error


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at one cluster: turns answers and refusals into facts and gaps, with the time."""

    cluster: Cluster
    now: Callable[[], float]

    def nothing(self, reason: str) -> ClusterFacts:
        """Every facet a gap, all for the same reason."""
        gap = self._gap(reason, f"API of cluster {self.cluster.name}")
        names = [field.name for field in fields(ClusterFacts) if field.name != "name"]
        facets: dict[str, Any] = dict.fromkeys(names, gap)
        return ClusterFacts(name=self.cluster.name, **facets)

    def identity(self, api: Api, system: dict[str, Any] | Refused) -> Observed[IdentityFact]:
        """Who the cluster is; a gap when either half of it is refused."""
        source = f"GET {SYSTEM} and /version"
        try:
            if isinstance(system, Refused):
                raise system
            fact = IdentityFact(
                server=api.server,
                ca_sha256=api.ca_sha256,
                kube_system_uid=system["metadata"]["uid"],
                version=api.get("/version")["gitVersion"],
                ca=api.ca,
            )
        except (Refused, Unreachable) as error:
            return self._gap(str(error), source)
        except (KeyError, TypeError):
            return self._gap(f"{api.server} tells neither its version nor its UID", source)
        return self._seen(fact, source)

    def at(self, api: Api, facet: Facet) -> Observed[Listed]:
        """One list, or the reason it could not be read."""
        try:
            listed = read(api, facet)
        except (Refused, Unreachable) as error:
            return self._gap(str(error), f"GET {facet.paths[0]}")
        return self._seen(listed, f"GET {listed.path}")

    def _seen(self, value: T, source: str) -> Observation[T]:
        return Observation(value=value, at=self.now(), source=source, vantage=VANTAGE)

    def _gap(self, reason: str, source: str) -> Unobserved:
        return Unobserved(reason=reason, at=self.now(), source=source, vantage=VANTAGE)


def _assemble(
    name: str, identity: Observed[IdentityFact], found: dict[str, Observed[Listed]]
) -> ClusterFacts:
    """The facets of ClusterFacts from the lists they were read from."""
    kept = {key: _map(one, lambda listed: listed.kept) for key, one in found.items()}
    pods: Observed[tuple[PodFact, ...]] = kept["pods"]
    return ClusterFacts(
        name=name,
        identity=identity,
        nodes=kept["nodes"],
        services=kept["services"],
        endpoints=kept["endpoints"],
        pods=pods,
        workloads=_joined(kept["deployments"], kept["daemonsets"]),
        service_cidrs=_service_cidrs(kept["service_cidrs"], pods),
        pools=_map(kept["pools"], lambda pairs: tuple(pool for pool, _ in pairs)),
        pool_labels=_map(kept["pools"], lambda pairs: {pool.name: tags for pool, tags in pairs}),
        advertisements=kept["advertisements"],
        events=_map(kept["events"], _in_order),
        policies=kept["policies"],
        external_secrets=kept["external_secrets"],
        secret_stores=_all_of(kept["secret_stores"], kept["cluster_secret_stores"]),
        applications=kept["applications"],
        mesh_roots=kept["mesh_roots"],
        leases=kept["leases"],
        webhooks=_all_of(kept["validating"], kept["mutating"]),
        moving=_moving([found[key] for key in ("deployments", "daemonsets", "pods", "services")]),
    )


def _map(one: Observed[T], change: Callable[[T], U]) -> Observed[U]:
    """The same observation of a value made from its value; a gap stays itself."""
    if isinstance(one, Unobserved):
        return one
    return Observation(value=change(one.value), at=one.at, source=one.source, vantage=one.vantage)


def _in_order(pairs: tuple[tuple[str, Any], ...]) -> tuple[Any, ...]:
    """Events from the oldest to the newest."""
    return tuple(event for _, event in sorted(pairs, key=lambda pair: pair[0]))


def _joined(
    deployments: Observed[tuple[WorkloadFact, ...]], daemon_sets: Observed[tuple[WorkloadFact, ...]]
) -> Observed[tuple[WorkloadFact, ...]]:
    """Both kinds of workload; a gap when either could not be listed."""
    if isinstance(deployments, Unobserved) or isinstance(daemon_sets, Unobserved):
        return deployments if isinstance(deployments, Unobserved) else daemon_sets
    return Observation(
        value=deployments.value + daemon_sets.value,
        at=daemon_sets.at,
        source=f"{deployments.source} and {daemon_sets.source.removeprefix('GET ')}",
        vantage=VANTAGE,
    )


def _all_of(one: Observed[tuple[T, ...]], other: Observed[tuple[T, ...]]) -> Observed[Any]:
    """What two lists hold together; a gap of the first when either could not be read."""
    if isinstance(one, Unobserved) or isinstance(other, Unobserved):
        return one if isinstance(one, Unobserved) else other
    return _map(one, lambda items: (*items, *other.value))


def _service_cidrs(
    listed: Observed[tuple[ServiceCidrFact, ...]], pods: Observed[tuple[PodFact, ...]]
) -> Observed[tuple[ServiceCidrFact, ...]]:
    """ServiceCIDR objects; without them, what the API servers' own flag says, masked."""
    if isinstance(listed, Observation) or isinstance(pods, Unobserved):
        return listed
    fact = service_cidr_of_flags(pods.value)
    if fact is None:
        return Unobserved(
            reason=f"{listed.reason}, and no kube-apiserver pod shows the flag of its range",
            at=listed.at,
            source=listed.source,
            vantage=VANTAGE,
        )
    return Observation(
        value=(fact,),
        at=pods.at,
        source=f"{pods.source} (flags of kube-apiserver)",
        vantage=VANTAGE,
    )


def _moving(lists: list[Observed[Listed]]) -> Observed[tuple[str, ...]]:
    """What was moving in the lists that could be read; a gap when none could."""
    seen = [one for one in lists if isinstance(one, Observation)]
    if not seen:
        return lists[0]  # type: ignore[return-value]
    return Observation(
        value=tuple(text for one in seen for text in one.value.moving),
        at=max(one.at for one in seen),
        source=" and ".join(one.source for one in seen),
        vantage=VANTAGE,
    )
