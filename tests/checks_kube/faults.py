"""Faults of a live cluster as facts: the healthy reference with one thing broken.

Names are those of the fault catalogue where it has one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from tests.checks_kube.judging import Facts, sick, with_added, with_service
from tests.live import (
    advertisement,
    balancer,
    changed,
    endpoint,
    facts_for,
    pod,
    with_each,
    with_one,
    without,
)
from tests.worlds import ranges, world
from trueline.model.metallb import EXCLUDE_LABEL
from trueline.model.observation import (
    ClusterFacts,
    EndpointFact,
    EventFact,
    IdentityFact,
    PoolFact,
    SelectorFact,
    ServiceCidrFact,
)

OLD = "metallb.universe.tf/loadBalancerIPs"
NEW = "metallb.io/loadBalancerIPs"


def app() -> ClusterFacts:
    return facts_for(world())["app"]


def only(facts: ClusterFacts) -> Facts:
    """The healthy reference with this cluster in place of its own."""
    return {**facts_for(world()), facts.name: facts}


def warning(key: str, message: str) -> EventFact:
    namespace, name = key.split("/")
    return EventFact(
        namespace=namespace,
        object=name,
        reason="AllocationFailed",
        message=message,
        type="Warning",
    )


def asked(address: str, **more: str) -> dict[str, str]:
    """The annotations of a Service that asks for an address, and for more."""
    return {OLD: address, **{f"metallb.universe.tf/{key}": value for key, value in more.items()}}


def thief() -> Facts:
    """ML-02: an unpinned Service came first; the owner asks for its address in vain."""
    facts = facts_for(world())["control"]
    facts = with_one(facts, "services", "argocd/argocd", ingress=())
    taken = balancer("default/test", "192.168.64.100", cluster_ip="10.96.9.9")
    facts = changed(facts, "services", (*facts.services.value, taken))
    return only(facts)


def exhausted() -> Facts:
    """ML-03: every address that is given unasked is held by somebody."""
    facts = facts_for(world())["control"]
    more = (
        balancer("default/a", "192.168.64.109"),
        balancer("default/b", "192.168.64.110"),
        balancer("default/c"),
    )
    return only(changed(facts, "services", facts.services.value + more))


def widened() -> Facts:
    """ML-04: the app cluster's spare pool reaches into the control cluster's."""
    return only(
        with_one(app(), "pools", "spare", ranges=ranges("192.168.64.124-192.168.64.140",
                                                       "192.168.64.100-192.168.64.101"))
    )  # fmt: skip


def other_prefix() -> Facts:
    """ML-12: pinned in words that 0.13.12 does not know, so that it got any address."""
    return with_service(
        "app",
        "app1/app1",
        annotations={NEW: "192.168.64.121"},
        ingress=(ip_address("192.168.64.124"),),
    )


def local_elsewhere(**changes: Any) -> Facts:
    """ML-10: externalTrafficPolicy Local, and the endpoint as changed."""
    facts = with_one(app(), "services", "app1/app1", external_traffic_policy="Local")
    return only(
        with_each(
            facts,
            "endpoints",
            lambda item: replace(item, **changes) if item.service == "app1/app1" else item,
        )
    )


def service_range(network: str) -> Facts:
    """SC-01: the API server of app was given another range."""
    return sick(service_cidrs=(ServiceCidrFact(name="kubernetes", cidrs=(network,), ready=True),))


def no_speakers() -> Facts:
    """ML-29: the DaemonSet is meant for no node."""
    facts = with_one(app(), "workloads", "speaker", desired=0, ready=0)
    return only(
        with_each(
            facts, "pods", lambda item: None if item.labels.get("component") == "speaker" else item
        )
    )


def excluded(version: str, *, arguments: tuple[str, ...] = ()) -> Facts:
    """ML-11: the exclusion label on every node, under a version of MetalLB."""
    facts = with_each(
        app(), "nodes", lambda item: replace(item, labels={**item.labels, EXCLUDE_LABEL: ""})
    )
    facts = with_each(
        facts,
        "workloads",
        lambda item: replace(item, images=(f"quay.io/metallb/{item.name}:v{version}",)),
    )
    return only(
        with_each(
            facts,
            "pods",
            lambda item: (
                replace(item, arguments=arguments) if item.namespace == "metallb-system" else item
            ),
        )
    )


def unready(service: str) -> Facts:
    """ML-09, DN-10: no endpoint of the Service is ready."""
    return only(
        with_each(
            app(),
            "endpoints",
            lambda item: replace(item, ready=False) if item.service == service else item,
        )
    )


def one_cluster() -> Facts:
    """HO-09: the context of app leads to control."""
    facts = facts_for(world())
    identity: IdentityFact = facts["control"].identity.value
    return {**facts, "app": changed(facts["app"], "identity", identity)}


def moved_api() -> Facts:
    """HO-01: the API server still registers the address it had before the reboot."""
    return only(
        with_each(
            app(),
            "endpoints",
            lambda item: (
                replace(item, address=ip_address("192.168.64.77"))
                if item.service == "default/kubernetes"
                else item
            ),
        )
    )


def selected_by(**changes: Any) -> Facts:
    """The app cluster with one L2Advertisement, of such selectors, in place of all."""
    return sick(advertisements=(advertisement("all", **changes),))


def selector(**labels: str) -> SelectorFact:
    return SelectorFact(match_labels={f"x/{key}": value for key, value in labels.items()})


def stray_endpoint(address: str) -> Facts:
    """An endpoint of a pod at an address that no node has."""
    return with_added(
        "app", "endpoints", endpoint("app1/app1", ip_address(address), "app-cp-1", "gone")
    )


def twin_pod() -> Facts:
    """Two pods with one address, one of them on another node than the range's."""
    return with_added(
        "app", "pods", pod("default", "twin", "app-worker-1", ip_address("10.245.0.2"))
    )


def hand_made() -> EndpointFact:
    """An endpoint without a pod may point anywhere."""
    return replace(endpoint("x/y", ip_address("192.0.2.7"), None, "none"), pod=None)


Fault = tuple[str, Callable[[], Facts]]

FAULTS: tuple[Fault, ...] = (
    ("ML-01 no advertisement", lambda: sick(advertisements=())),
    ("ML-01 another pool is named", lambda: selected_by(pools=("reserved",))),
    ("ML-01 by labels of another pool", lambda: selected_by(pool_selectors=(selector(a="b"),))),
    ("ML-01 no node is selected", lambda: selected_by(node_selectors=(selector(a="b"),))),
    ("ML-02 thief", thief),
    ("ML-03 exhausted", exhausted),
    ("ML-04 widened pool", widened),
    ("ML-09 no ready endpoints", lambda: unready("app1/app1")),
    ("ML-10 no speaker there", lambda: local_elsewhere(node="elsewhere")),
    ("ML-10 no node named", lambda: local_elsewhere(node=None)),
    ("ML-11 excluded", lambda: excluded("0.14.9")),
    ("ML-11 ignored before 0.14.2", lambda: excluded("0.14.1")),
    ("ML-11 told to ignore", lambda: excluded("0.14.9", arguments=("--ignore-exclude-lb=true",))),
    ("ML-11 told not to", lambda: excluded("0.14.9", arguments=("--ignore-exclude-lb=false",))),
    ("ML-12 unread prefix", other_prefix),
    (
        "ML-12 unread prefix, pending",
        lambda: with_service("app", "app1/app1", annotations={NEW: "1.1.1.1"}, ingress=()),
    ),
    (
        "ML-13 asked twice",
        lambda: with_service("app", "app1/app1", load_balancer_ip="192.168.64.121", ingress=()),
    ),
    (
        "ML-13 asked twice, still held",
        lambda: with_service("app", "app1/app1", load_balancer_ip="192.168.64.122"),
    ),
    (
        "ML-14 a stranger asks",
        lambda: with_added(
            "app", "services", balancer("default/x", annotations=asked("192.168.64.115"),
                                        cluster_ip="10.97.9.9")
        ),
    ),
    (
        "ML-14 an owner asks",
        lambda: with_service(
            "app", "app1/app1", annotations=asked("192.168.64.115"), ingress=()
        ),
    ),
    (
        "ML-15 pool disagrees",
        lambda: with_service(
            "app",
            "app1/app1",
            annotations={**asked("192.168.64.121"), "metallb.universe.tf/address-pool": "spare"},
            ingress=(),
        ),
    ),
    (
        "ML-16 two holders of a reserved address",
        lambda: with_added(
            "app", "services", balancer("default/x", "192.168.64.121", cluster_ip="10.97.9.9")
        ),
    ),
    (
        "ML-16 two holders of a free address",
        lambda: with_added(
            "app",
            "services",
            balancer("default/x", "192.168.64.130", cluster_ip="10.97.9.8"),
            balancer("default/y", "192.168.64.130", cluster_ip="10.97.9.9"),
        ),
    ),
    (
        "ML-16 in two clusters",
        lambda: with_added(
            "app", "services", balancer("default/x", "192.168.64.100", cluster_ip="10.97.9.9")
        ),
    ),
    (
        "SE-02 unplanned Service",
        lambda: with_added(
            "app", "services", balancer("default/x", "192.168.64.130", cluster_ip="10.97.9.9")
        ),
    ),
    ("ML-28 controller down", lambda: only(with_one(app(), "workloads", "controller", ready=0))),
    ("ML-28 controller missing", lambda: only(without(app(), "workloads", "controller"))),
    ("ML-29 no speakers", no_speakers),
    ("ML-29 one speaker not ready", lambda: only(with_one(
        with_one(app(), "workloads", "speaker", ready=2), "pods", "speaker-1", ready=False))),
    ("ML-30 rewritten", lambda: with_service(
        "app", "app1/app1", annotations=asked("192.168.64.122"))),
    ("unpinned owner", lambda: with_service("app", "app1/app1", annotations={})),
    ("owner missing", lambda: only(without(app(), "services", "app1/app1"))),
    ("owner of another type", lambda: with_service(
        "app", "app1/app1", type="ClusterIP", ingress=())),
    ("port missing", lambda: with_service("app", "app1/app1", ports=())),
    ("other version", lambda: only(with_each(app(), "workloads", lambda item: replace(
        item, images=(f"quay.io/metallb/{item.name}:v0.13.11",))))),
    ("pool missing", lambda: only(without(app(), "pools", "spare"))),
    ("pool shrunk", lambda: only(with_one(app(), "pools", "spare", ranges=ranges(
        "192.168.64.124-192.168.64.130", "192.168.64.131", "192.168.64.125")))),
    ("pool unreadable", lambda: only(with_one(app(), "pools", "spare", unreadable=("a-b",)))),
    ("pool unplanned", lambda: with_added("app", "pools", PoolFact(
        name="more", ranges=ranges("192.168.64.150"), auto_assign=True))),
    ("pool assigns", lambda: only(with_one(app(), "pools", "reserved", auto_assign=True))),
    ("SC-01 same range", lambda: service_range("10.96.0.0/12")),
    ("ClusterIP out of range", lambda: with_service(
        "app", "kube-system/kube-dns", cluster_ips=(ip_address("10.99.0.10"),))),
    ("DN-10 no DNS endpoints", lambda: unready("kube-system/kube-dns")),
    ("DNS Service missing", lambda: only(without(app(), "services", "kube-system/kube-dns"))),
    ("FL-01 other network", lambda: only(with_one(
        app(), "nodes", "app-worker-1", pod_cidrs=("10.250.1.0/24",)))),
    ("FL-03 one tunnel address", lambda: only(with_each(app(), "nodes", lambda item: replace(
        item, flannel_public_ip="10.0.2.15")))),
    ("FL-03 no tunnel address", lambda: only(with_one(
        app(), "nodes", "app-worker-1", flannel_public_ip=None))),
    ("FL-04 no pod range", lambda: only(with_each(app(), "nodes", lambda item: replace(
        item, pod_cidrs=()) if item.name == "app-worker-2" else item))),
    ("FL-05 other prefix length", lambda: only(with_one(
        app(), "nodes", "app-cp-1", pod_cidrs=("10.245.0.0/25",)))),
    ("FL-11 the other's range", lambda: only(with_one(
        app(), "nodes", "app-worker-2", pod_cidrs=("10.244.2.0/24",)))),
    ("one range on two nodes", lambda: only(with_one(
        app(), "nodes", "app-worker-2", pod_cidrs=("10.245.1.0/24",)))),
    ("pod with another's address", twin_pod),
    ("finished pod with another's address", lambda: with_added("app", "pods", replace(
        pod("default", "job", "app-worker-1", ip_address("10.245.0.2")), phase="Succeeded"))),
    ("stray endpoint", lambda: stray_endpoint("10.250.0.9")),
    ("hand-made endpoint", lambda: with_added("app", "endpoints", hand_made())),
    ("HO-01 API address moved", moved_api),
    ("HO-01 node address moved", lambda: only(with_one(
        app(), "nodes", "app-worker-1", addresses=(ip_address("192.168.64.77"),),
        flannel_public_ip="192.168.64.77"))),
    ("HO-09 one cluster", one_cluster),
    ("node missing", lambda: only(without(app(), "nodes", "app-worker-2"))),
    ("node unplanned", lambda: with_added("app", "nodes", replace(
        app().nodes.value[1], name="extra", addresses=(ip_address("192.168.64.29"),),
        pod_cidrs=("10.245.9.0/24",), flannel_public_ip="192.168.64.29", ready=False))),
    ("node of another role", lambda: only(with_one(
        app(), "nodes", "app-worker-1", roles=frozenset({"control-plane"})))),
    ("node not ready", lambda: only(with_one(app(), "nodes", "app-cp-1", ready=False))),
    ("kubelet of another version", lambda: only(with_one(
        app(), "nodes", "app-cp-1", kubelet_version="v1.33.9"))),
    ("API of another version", lambda: sick(identity=replace(
        app().identity.value, version="v1.35.0"))),
)  # fmt: skip
