"""Raw JSON of the Kubernetes API into facts. Pure: no I/O, no clock; only needed fields are kept.

Every function takes one object as the API sends it and raises KeyError, TypeError, ValueError or
AttributeError on an object that is not of its kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from trueline.model.address import Address, Cidr
from trueline.model.flags import SERVICE_RANGE_FLAG, service_ranges_told
from trueline.model.observation import (
    EndedFact,
    EndpointFact,
    EventFact,
    NodeFact,
    PodFact,
    PolicyFact,
    PortFact,
    ServiceCidrFact,
    ServiceFact,
    WorkloadFact,
)

Json = dict[str, Any]

MESH_ROOT = "istio-ca-root-cert"

ROLE = "node-role.kubernetes.io/"
FLANNEL_PUBLIC_IP = "flannel.alpha.coreos.com/public-ip"
FLANNEL_PUBLIC_IPV6 = "flannel.alpha.coreos.com/public-ipv6"
BALANCING = ("metallb.universe.tf/", "metallb.io/")
NETWORK_FLAGS = (
    SERVICE_RANGE_FLAG,
    "--cluster-cidr",
    "--node-cidr-mask-size",
    "--allocate-node-cidrs",
    "--ignore-exclude-lb",
    "--lb-class",
)


def node(item: Json) -> NodeFact:
    """A Node; the role `master` of old clusters is `control-plane`."""
    meta, spec, status = item["metadata"], item.get("spec") or {}, item.get("status") or {}
    labels, annotations = meta.get("labels") or {}, meta.get("annotations") or {}
    roles = {key.removeprefix(ROLE) for key in labels if key.startswith(ROLE)}
    if "master" in roles:
        roles = (roles - {"master"}) | {"control-plane"}
    single = [spec["podCIDR"]] if spec.get("podCIDR") else []
    return NodeFact(
        name=meta["name"],
        addresses=tuple(
            ip_address(entry["address"])
            for entry in status.get("addresses") or ()
            if entry["type"] == "InternalIP"
        ),
        pod_cidrs=tuple(spec.get("podCIDRs") or single),
        roles=frozenset(roles),
        ready=_condition(status, "Ready"),
        schedulable=not spec.get("unschedulable"),
        labels=dict(labels),
        kubelet_version=(status.get("nodeInfo") or {}).get("kubeletVersion", ""),
        flannel_public_ip=annotations.get(FLANNEL_PUBLIC_IP),
        flannel_public_ipv6=annotations.get(FLANNEL_PUBLIC_IPV6),
        network_unavailable=_condition(status, "NetworkUnavailable"),
    )


def _condition(status: Json, kind: str) -> bool:
    """Whether a condition is True; an absent one is not."""
    return any(
        entry["type"] == kind and entry["status"] == "True"
        for entry in status.get("conditions") or ()
    )


def service(item: Json) -> ServiceFact:
    """A Service, with the annotations that steer MetalLB and no others."""
    meta, spec = item["metadata"], item["spec"]
    balancer = (item.get("status") or {}).get("loadBalancer") or {}
    single = [spec["clusterIP"]] if spec.get("clusterIP") else []
    return ServiceFact(
        namespace=meta["namespace"],
        name=meta["name"],
        type=spec.get("type", "ClusterIP"),
        cluster_ips=_addresses(spec.get("clusterIPs") or single),
        ingress=_addresses(entry.get("ip") for entry in balancer.get("ingress") or ()),
        ports=tuple(
            PortFact(
                name=entry.get("name", ""),
                port=entry["port"],
                protocol=entry.get("protocol", "TCP"),
                target=str(entry.get("targetPort", entry["port"])),
            )
            for entry in spec.get("ports") or ()
        ),
        annotations={
            key: value
            for key, value in (meta.get("annotations") or {}).items()
            if key.startswith(BALANCING)
        },
        load_balancer_ip=spec.get("loadBalancerIP") or None,
        load_balancer_class=spec.get("loadBalancerClass"),
        external_traffic_policy=spec.get("externalTrafficPolicy"),
        source_ranges=tuple(spec.get("loadBalancerSourceRanges") or ()),
        selector=dict(spec.get("selector") or {}),
    )


def _addresses(texts: Iterable[str | None]) -> tuple[Address, ...]:
    """Addresses without the `None` of a headless Service and without host names' gaps."""
    return tuple(ip_address(text) for text in texts if text and text != "None")


def endpoints(item: Json) -> list[EndpointFact]:
    """The addresses of an EndpointSlice; one of host names (`FQDN`) has none."""
    meta = item["metadata"]
    if item["addressType"] == "FQDN":
        return []
    name = (meta.get("labels") or {}).get("kubernetes.io/service-name")
    ports = tuple(
        (port["port"], port.get("protocol") or "TCP")
        for port in item.get("ports") or ()
        if port.get("port")
    )
    return [
        EndpointFact(
            service=f"{meta['namespace']}/{name}" if name else None,
            slice=f"{meta['namespace']}/{meta['name']}",
            address=ip_address(address),
            # An unset condition counts as ready (discovery.k8s.io/v1 EndpointConditions).
            ready=(entry.get("conditions") or {}).get("ready") is not False,
            node=entry.get("nodeName"),
            pod=_pod(entry.get("targetRef") or {}),
            ports=ports,
        )
        for entry in item.get("endpoints") or ()
        for address in entry["addresses"]
    ]


def mesh_root(item: Json) -> tuple[str, str]:
    """(namespace, PEM) of the ConfigMap in which Istio puts its root certificate."""
    return item["metadata"]["namespace"], (item.get("data") or {}).get("root-cert.pem", "")


def policy(item: Json) -> PolicyFact:
    """A NetworkPolicy."""
    spec = item.get("spec") or {}
    selector = spec.get("podSelector") or {}
    return PolicyFact(
        namespace=item["metadata"]["namespace"],
        name=item["metadata"]["name"],
        types=frozenset(spec.get("policyTypes") or ("Ingress",)),
        whole=not (selector.get("matchLabels") or selector.get("matchExpressions")),
    )


def _pod(target: Json) -> str | None:
    """`namespace/name` of the Pod an endpoint stands for."""
    if target.get("kind") != "Pod":
        return None
    return f"{target['namespace']}/{target['name']}"


def pod(item: Json, flags_of: frozenset[str]) -> PodFact:
    """A Pod; network flags are kept of the containers of the namespaces `flags_of` alone."""
    meta, spec, status = item["metadata"], item["spec"], item.get("status") or {}
    containers = spec.get("containers") or ()
    states = status.get("containerStatuses") or ()
    ips = [entry["ip"] for entry in status.get("podIPs") or ()] or [status.get("podIP")]
    return PodFact(
        namespace=meta["namespace"],
        name=meta["name"],
        node=spec.get("nodeName"),
        ips=_addresses(ips),
        phase=status.get("phase", "Unknown"),
        ready=_condition(status, "Ready"),
        host_network=bool(spec.get("hostNetwork")),
        labels=dict(meta.get("labels") or {}),
        images={entry["name"]: entry.get("image", "") for entry in containers},
        restarts=sum(entry.get("restartCount", 0) for entry in states),
        arguments=_flags(containers) if meta["namespace"] in flags_of else (),
        ended=tuple(fact for fact in map(_ended, states) if fact is not None),
    )


def _ended(entry: Json) -> EndedFact | None:
    """How a container was ended the last time, by its containerStatus; None where none is told.

    One that waits to be started anew has been ended once more than it was started anew. A kubelet
    that has lost the old container tells no end, or one at no time.
    """
    restarts = entry.get("restartCount", 0)
    last = (entry.get("lastState") or {}).get("terminated") or {}
    running = (entry.get("state") or {}).get("running") or {}
    at = moment(last.get("finishedAt")) or moment(running.get("startedAt"))
    if at is None or not (last or restarts):
        return None
    return EndedFact(
        container=entry["name"],
        at=at,
        code=last.get("exitCode"),
        reason=last.get("reason") or "for no reason told",
        times=restarts if running else restarts + 1,
    )


def moment(text: str | None) -> float | None:
    """A time of the API in seconds since the epoch; None where it tells none."""
    return datetime.fromisoformat(text).timestamp() if text else None


def _flags(containers: Iterable[Json]) -> tuple[str, ...]:
    """The flags that steer the network; others may hold secrets and are dropped at once."""
    words = [
        word for entry in containers for key in ("command", "args") for word in entry.get(key) or ()
    ]
    return tuple(word for word in words if word.startswith(NETWORK_FLAGS))


def deployment(item: Json) -> WorkloadFact:
    """A Deployment; an unset number of replicas is one."""
    return _workload(
        "Deployment",
        item,
        desired=(item["spec"].get("replicas", 1)),
        ready=(item.get("status") or {}).get("readyReplicas", 0),
    )


def daemon_set(item: Json) -> WorkloadFact:
    """A DaemonSet; `desired` is the number of nodes it is meant for."""
    status = item.get("status") or {}
    return _workload(
        "DaemonSet",
        item,
        desired=status.get("desiredNumberScheduled", 0),
        ready=status.get("numberReady", 0),
    )


def _workload(kind: str, item: Json, *, desired: int, ready: int) -> WorkloadFact:
    meta = item["metadata"]
    containers = item["spec"]["template"]["spec"].get("containers") or ()
    return WorkloadFact(
        kind=kind,
        namespace=meta["namespace"],
        name=meta["name"],
        labels=dict(meta.get("labels") or {}),
        desired=desired,
        ready=ready,
        images=tuple(entry.get("image", "") for entry in containers),
    )


def service_cidr(item: Json) -> ServiceCidrFact:
    """A ServiceCIDR object."""
    status = item.get("status") or {}
    return ServiceCidrFact(
        name=item["metadata"]["name"],
        cidrs=tuple(str(Cidr.parse(text).network) for text in item["spec"]["cidrs"]),
        ready=_condition(status, "Ready"),
    )


def service_cidr_of_flags(pods: Iterable[PodFact]) -> ServiceCidrFact | None:
    """The effective Service network by the flag of the kube-apiserver pods, masked.

    None when no pod shows the flag, or its value is no network.
    """
    value = next((told for _, told in service_ranges_told(pods)), None)
    if value is None:
        return None
    try:
        cidrs = tuple(str(Cidr.parse(text).network) for text in value.split(","))
    except ValueError:
        return None
    return ServiceCidrFact(name="kube-apiserver flag", cidrs=cidrs, ready=True)


def event(item: Json) -> EventFact:
    """An Event about a Service; `object` is the Service's name."""
    involved = item["involvedObject"]
    return EventFact(
        namespace=involved.get("namespace", ""),
        object=involved["name"],
        reason=item.get("reason") or "",
        message=" ".join((item.get("message") or "").split()),
        type=item.get("type") or "",
    )


def event_time(item: Json) -> str:
    """When an Event last happened, as text that sorts."""
    series = item.get("series") or {}
    return (
        series.get("lastObservedTime")
        or item.get("lastTimestamp")
        or item.get("eventTime")
        or item["metadata"].get("creationTimestamp")
        or ""
    )
