"""How one cluster is set up, as its API tells it: each list a fact or a gap of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from trueline.model.observation import Observation, Observed, Unobserved
from trueline.model.settings import SettingsFacts
from trueline.model.topology import Cluster
from trueline.probes import kube_decode_settings as decode
from trueline.probes.kube import AT_ONCE, VANTAGE
from trueline.probes.kube_access import Unreachable, kubeconfig_of
from trueline.probes.kube_client import Api, Refused, connect
from trueline.probes.kube_facets import Facet, read

_NETWORKING = "/apis/networking.istio.io"
_SECURITY = "/apis/security.istio.io"


def _config_map(name: str, keep: Callable[[Any], Any]) -> Facet:
    query = {"fieldSelector": f"metadata.name={name}"}
    return Facet(paths=("/api/v1/configmaps",), keep=keep, query=query)


def _istio(group: str, plural: str, keep: Callable[[Any], Any]) -> Facet:
    return Facet(
        paths=tuple(f"{group}/{version}/{plural}" for version in ("v1", "v1beta1")),
        keep=keep,
        absent=f"Istio is not installed: the API has no {plural}",
    )


def facets() -> dict[str, Facet]:
    """The lists, by the field of `SettingsFacts` that each one fills."""
    return {
        "flannel": _config_map("kube-flannel-cfg", decode.flannel),
        "pod_subnets": _config_map("kubeadm-config", decode.pod_subnets),
        "forwards": _config_map("coredns", decode.forwards),
        "trust_domains": _config_map("istio", decode.trust_domains),
        "hints": Facet(paths=("/api/v1/services",), keep=decode.hints),
        "metrics": Facet(paths=("/apis/apps/v1/daemonsets",), keep=decode.metrics),
        "grants": Facet(paths=("/apis/networking.k8s.io/v1/networkpolicies",), keep=decode.grants),
        "gateways": _istio(_NETWORKING, "gateways", decode.gateways),
        "virtual_services": _istio(_NETWORKING, "virtualservices", decode.virtual_services),
        "peer_authentications": _istio(
            _SECURITY, "peerauthentications", decode.peer_authentications
        ),
    }


def observe_settings(
    cluster: Cluster, *, kubeconfig: Path | None, timeout: float, now: Callable[[], float]
) -> SettingsFacts:
    """How the cluster is set up; never raises for a sick cluster, and reads no Secret.

    Raises as little as `observe_cluster`, which has asked the same API before.
    """
    lists = facets()
    try:
        api = connect(cluster.context, kubeconfig_of(cluster, kubeconfig), timeout)
    except Unreachable as error:
        gap = Unobserved(reason=str(error), at=now(), source="API", vantage=VANTAGE)
        return SettingsFacts(**dict.fromkeys(lists, gap))

    def look(facet: Facet) -> Observed[Any]:
        return _look(api, facet, now)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"api-{cluster.name}") as pool:
        found = dict(zip(lists, pool.map(look, lists.values()), strict=True))
    return SettingsFacts(**found)


def _look(api: Api, facet: Facet, now: Callable[[], float]) -> Observed[Any]:
    name = facet.query.get("fieldSelector", "").removeprefix("metadata.name=")
    source = f"ConfigMap {name}" if name else f"GET {facet.paths[0]}"
    try:
        listed = read(api, facet)
    except (Refused, Unreachable) as error:
        return Unobserved(reason=str(error), at=now(), source=source, vantage=VANTAGE)
    return Observation(value=listed.kept, at=now(), source=source, vantage=VANTAGE)
