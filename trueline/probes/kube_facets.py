"""The lists that make up one cluster, how each is asked for, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from trueline.model.topology import Cluster
from trueline.probes import (
    kube_decode,
    kube_decode_leases,
    kube_decode_metallb,
    kube_decode_products,
    kube_decode_webhooks,
    kube_moving,
    kube_shapes,
    permission,
)
from trueline.probes.kube_client import Api, NotFound, Refused

Json = dict[str, Any]

FORBIDDEN = ": forbidden"  # how the reason of a list ends that may not be read
METALLB = "/apis/metallb.io/v1beta1"
EXTERNAL_SECRETS = "/apis/external-secrets.io"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One list: the paths it may have (newest first), what is kept, and what in it was moving.

    `page` is what is read of it at all (`kube_shapes`), None for everything.
    """

    paths: tuple[str, ...]
    keep: Callable[[Json], Iterable[Any]]
    moving: Callable[[Json], str | None] | None = None
    page: type | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One list as it was kept: facts, what in it was moving, and the path that answered."""

    kept: tuple[Any, ...]
    moving: tuple[str, ...]
    path: str


def facets(cluster: Cluster, at: float = 0.0, young: float = 0.0) -> dict[str, Facet]:
    """The lists of a cluster, looked at at time `at`.

    Where the plan names no load balancer, the one that may be there is looked for where MetalLB is
    by default.
    """
    balancer = cluster.load_balancer
    namespace = balancer.namespace if balancer else "metallb-system"
    flags_of = frozenset({"kube-system", namespace})
    absent = f"MetalLB is not installed: the API of cluster {cluster} has no"
    return {
        "nodes": Facet(paths=("/api/v1/nodes",), keep=_one(kube_decode.node)),
        "services": Facet(
            paths=("/api/v1/services",),
            keep=_one(kube_decode.service),
            page=kube_shapes.Page[kube_shapes.Service],
            moving=lambda item: kube_moving.service(item, at, young),
        ),
        "endpoints": Facet(
            paths=("/apis/discovery.k8s.io/v1/endpointslices",),
            keep=kube_decode.endpoints,
            page=kube_shapes.Page[kube_shapes.EndpointSlice],
        ),
        "pods": Facet(
            paths=("/api/v1/pods",),
            keep=_one(lambda item: kube_decode.pod(item, flags_of)),
            page=kube_shapes.Page[kube_shapes.Pod],
            moving=lambda item: kube_moving.pod(item, at, young),
        ),
        "deployments": Facet(
            paths=("/apis/apps/v1/deployments",),
            keep=_one(kube_decode.deployment),
            page=kube_shapes.Page[kube_shapes.Workload],
            moving=kube_moving.deployment,
        ),
        "daemonsets": Facet(
            paths=("/apis/apps/v1/daemonsets",),
            keep=_one(kube_decode.daemon_set),
            page=kube_shapes.Page[kube_shapes.Workload],
            moving=kube_moving.daemon_set,
        ),
        "service_cidrs": Facet(
            paths=(
                "/apis/networking.k8s.io/v1/servicecidrs",
                "/apis/networking.k8s.io/v1beta1/servicecidrs",
            ),
            keep=_one(kube_decode.service_cidr),
            absent="the API has no servicecidrs",
        ),
        "pools": Facet(
            paths=(f"{METALLB}/namespaces/{namespace}/ipaddresspools",),
            keep=_one(
                lambda item: (kube_decode_metallb.pool(item), kube_decode_metallb.labels(item))
            ),
            absent=f"{absent} ipaddresspools",
        ),
        "advertisements": Facet(
            paths=(f"{METALLB}/namespaces/{namespace}/l2advertisements",),
            keep=_one(kube_decode_metallb.advertisement),
            absent=f"{absent} l2advertisements",
        ),
        "mesh_roots": Facet(
            paths=("/api/v1/configmaps",),
            keep=_one(kube_decode.mesh_root),
            query={"fieldSelector": f"metadata.name={kube_decode.MESH_ROOT}"},
        ),
        "policies": Facet(
            paths=("/apis/networking.k8s.io/v1/networkpolicies",),
            keep=_one(kube_decode.policy),
        ),
        "leases": Facet(paths=(kube_decode_leases.PATH,), keep=_one(kube_decode_leases.lease)),
        **{
            name: Facet(
                paths=(f"{kube_decode_webhooks.ROOT}/{name}webhookconfigurations",),
                keep=kube_decode_webhooks.webhooks,
            )
            for name in ("validating", "mutating")
        },
        **_of_products(cluster.name),
        "events": Facet(
            paths=("/api/v1/events",),
            keep=_one(lambda item: (kube_decode.event_time(item), kube_decode.event(item))),
            query={"fieldSelector": "involvedObject.kind=Service"},
        ),
    }


def _of_products(cluster: str) -> dict[str, Facet]:
    """What operators say of their own work, where they are installed."""
    secrets = f"External Secrets is not installed: the API of cluster {cluster} has no"
    found = {
        name: Facet(
            paths=tuple(f"{EXTERNAL_SECRETS}/{version}/{plural}" for version in ("v1", "v1beta1")),
            keep=_one(kube_decode_products.synced),
            absent=f"{secrets} {plural}",
        )
        for name, plural in (
            ("external_secrets", "externalsecrets"),
            ("secret_stores", "secretstores"),
            ("cluster_secret_stores", "clustersecretstores"),
        )
    }
    applications = Facet(
        paths=("/apis/argoproj.io/v1alpha1/applications",),
        keep=_one(kube_decode_products.application),
        absent=f"Argo CD is not installed: the API of cluster {cluster} has no applications",
    )
    return {**found, "applications": applications}


def _one(decode: Callable[[Json], Any]) -> Callable[[Json], Iterable[Any]]:
    """For a list whose every object is one fact."""
    return lambda item: (decode(item),)


def read(api: Api, facet: Facet) -> Listed:
    """Read a list whole. Raises Unreachable or Refused, with the reason in plain words.

    The first path that the API knows is read. A list that expires while it is paged through (410)
    is started over once.
    """
    for path in facet.paths:
        try:
            return _whole(api, path, facet)
        except NotFound:
            continue
        except Refused as error:
            if error.status == 403:
                lacking = permission.of(path, "list", selector=facet.query.get("fieldSelector", ""))
                raise Refused(403, f"the kubeconfig may not {lacking}{FORBIDDEN}") from error
            raise
    raise NotFound(404, facet.absent or f"{api.server} has no {facet.paths[-1]}")


def _whole(api: Api, path: str, facet: Facet) -> Listed:
    try:
        return _once(api, path, facet)
    except Refused as error:
        if error.status != 410:
            raise
    try:
        return _once(api, path, facet)
    except Refused as error:
        if error.status != 410:
            raise
        raise Refused(410, f"the list {path} changed faster than it could be read") from error


def _once(api: Api, path: str, facet: Facet) -> Listed:
    moving: list[str] = []

    def keep(item: Any) -> list[Any]:
        try:
            kept = list(facet.keep(item))
            change = facet.moving(item) if facet.moving else None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Refused(
                200, f"an object in {path} cannot be read: {type(error).__name__}: {error}"
            ) from error
        moving.extend([change] if change else [])
        return kept

    found = tuple(api.each(path, keep, facet.page, **facet.query))
    return Listed(kept=found, moving=tuple(moving), path=path)
