"""Faults of a live cluster as facts: the healthy reference with one thing broken.

Names are those of the fault catalogue where it has one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address

from tests.checks_kube.breaking import (
    NEW,
    app,
    asked,
    asking,
    ended,
    excluded,
    exhausted,
    full_range,
    hand_made,
    local_elsewhere,
    local_elsewhere_advertised,
    local_excluded,
    local_where,
    moved_api,
    no_speakers,
    one_cluster,
    only,
    other_class,
    other_prefix,
    own_class,
    range_of_nodes,
    renamed_dns,
    running,
    selected_by,
    selector,
    service_range,
    stray_endpoint,
    thief,
    told_range,
    twin_pod,
    unready,
    widened,
)
from tests.checks_kube.judging import Facts, sick, with_added, with_service
from tests.live import (
    balancer,
    changed,
    pod,
    with_each,
    with_one,
    without,
)
from tests.worlds import ranges
from trueline.model.observation import (
    PoolFact,
)

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
    ("ML-10 advertised elsewhere", local_elsewhere_advertised),
    ("ML-10 excluded there", local_excluded),
    ("ML-10 advertised nowhere", lambda: only(changed(local_where(), "advertisements", ()))),
    ("ML-10 in no pool", lambda: only(without(local_where(), "pools", "reserved"))),
    ("ML-11 excluded", lambda: excluded("0.14.9")),
    ("ML-11 ignored before 0.14.2", lambda: excluded("0.14.1")),
    ("ML-11 told to ignore", lambda: excluded("0.14.9", arguments=("--ignore-exclude-lb=true",))),
    ("ML-11 told not to", lambda: excluded("0.14.9", arguments=("--ignore-exclude-lb=false",))),
    ("ML-11 old speakers under a new controller", lambda: only(running(
        excluded("0.14.9")["app"], controller="0.14.9", speaker="0.13.12"))),
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
    ("SE-02 an owner holds one more", lambda: with_service(
        "app", "app1/app1", annotations=asked("192.168.64.121,192.168.64.130"),
        ingress=(ip_address("192.168.64.121"), ip_address("192.168.64.130")))),
    ("Services of another class", other_class),
    ("MetalLB of a class of its own", own_class),
    ("owner of another class", lambda: with_service(
        "app", "app1/app1", load_balancer_class="tailscale", ingress=())),
    ("owner of another class, in words nobody reads", lambda: with_service(
        "app", "app1/app1", load_balancer_class="tailscale", ingress=(),
        annotations={NEW: "192.168.64.121"})),
    ("owner of no class, MetalLB of one", lambda: only(with_one(
        own_class()["app"], "services", "app1/app1", ingress=()))),
    ("owner holds the other family", lambda: with_service(
        "app", "app1/app1", annotations={}, ingress=(ip_address("fd00::1"),))),
    ("ML-18 nobody behind a webhook", lambda: asking("metallb-system/webhook-service")),
    ("a webhook with an endpoint", lambda: asking("app1/app1")),
    ("a webhook that may be left out", lambda: asking("default/gone", required=False)),
    ("a webhook at a URL", lambda: asking(None)),
    ("ML-28 controller down", lambda: only(with_one(app(), "workloads", "controller", ready=0))),
    ("ML-28 controller missing", lambda: only(without(app(), "workloads", "controller"))),
    ("ML-29 no speakers", no_speakers),
    ("ML-29 one speaker not ready", lambda: only(with_one(
        with_one(app(), "workloads", "speaker", ready=2), "pods", "speaker-1", ready=False))),
    ("ML-30 rewritten", lambda: with_service(
        "app", "app1/app1", annotations=asked("192.168.64.122"))),
    ("ML-32 a speaker was ended", lambda: ended(35, times=3)),
    ("ML-32 long ago", lambda: ended(601)),
    ("unpinned owner", lambda: with_service("app", "app1/app1", annotations={})),
    ("owner missing", lambda: only(without(app(), "services", "app1/app1"))),
    ("owner of another type", lambda: with_service(
        "app", "app1/app1", type="ClusterIP", ingress=())),
    ("port missing", lambda: with_service("app", "app1/app1", ports=())),
    ("images of another distributor", lambda: only(running(app(), controller="0.13.12"))),
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
    ("SC-04 the API server is told another range", lambda: told_range("10.97.0.0/16,10.98.0.0/16")),
    ("SC-05 a range covers the nodes", range_of_nodes),
    ("SC-06 the range is full", full_range),
    ("no ServiceCIDR listed", lambda: sick(service_cidrs=())),
    ("ClusterIP out of range", lambda: with_service(
        "app", "kube-system/kube-dns", cluster_ips=(ip_address("10.99.0.10"),))),
    ("DN-10 no DNS endpoints", lambda: unready("kube-system/kube-dns")),
    ("DNS Service of another name", renamed_dns),
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
    ("no pod with an address of its own", lambda: sick(pods=tuple(
        item for item in app().pods.value if item.host_network))),
    ("no nodes listed", lambda: sick(nodes=())),
    ("no nodes and no pods listed", lambda: sick(nodes=(), pods=())),
    ("hand-made endpoint", lambda: with_added("app", "endpoints", hand_made())),
    ("HO-01 API address moved", moved_api),
    ("HO-01 API address left behind", lambda: only(with_one(
        app(), "nodes", "app-cp-1", addresses=(ip_address("192.168.64.77"),),
        flannel_public_ip="192.168.64.77"))),
    ("HO-01 API address kept beside another", lambda: only(with_one(
        app(), "nodes", "app-cp-1",
        addresses=(ip_address("192.168.64.77"), ip_address("192.168.64.21"))))),
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
    ("still moving", lambda: only(changed(
        app(), "moving", ("Pod apps/app1 is 3 s old, not ready yet",)))),
)  # fmt: skip
