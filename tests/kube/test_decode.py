"""Recorded shapes of API objects become facts; what no check needs is dropped."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

import pytest

from tests.kube.objects import (
    ADVERTISEMENT,
    CREATED,
    CREATED_AT,
    DAEMON_SET,
    DEPLOYMENT,
    EVENT,
    NODE,
    POD,
    POOL,
    SERVICE,
    SERVICE_CIDR,
    SLICE,
    but,
)
from trueline.model.address import Range
from trueline.model.observation import (
    AdvertisementFact,
    EndedFact,
    EndpointFact,
    EventFact,
    NodeFact,
    PodFact,
    PoolFact,
    PortFact,
    SelectorFact,
    ServiceCidrFact,
    ServiceFact,
    WorkloadFact,
)
from trueline.probes import kube_decode, kube_decode_metallb

KUBE_SYSTEM = frozenset({"kube-system"})


def test_node() -> None:
    assert kube_decode.node(NODE) == NodeFact(
        name="app-cp-1",
        addresses=(ip_address("192.168.64.21"),),
        pod_cidrs=("10.245.0.0/24",),
        roles=frozenset({"control-plane"}),
        ready=True,
        schedulable=True,
        labels=NODE["metadata"]["labels"],
        kubelet_version="v1.34.4",
        flannel_public_ip="192.168.64.21",
    )


def test_a_bare_node_is_not_ready_and_has_no_range() -> None:
    assert kube_decode.node({"metadata": {"name": "n"}}) == NodeFact(
        name="n",
        addresses=(),
        pod_cidrs=(),
        roles=frozenset(),
        ready=False,
        schedulable=True,
        labels={},
        kubelet_version="",
        flannel_public_ip=None,
    )


def test_a_master_of_old_is_a_control_plane_and_cordoned_is_not_schedulable() -> None:
    old = but(but(NODE, "spec.podCIDRs", None), "spec.unschedulable", True)
    old["metadata"]["labels"] = {"node-role.kubernetes.io/master": ""}
    fact = kube_decode.node(old)
    assert fact.roles == {"control-plane"}
    assert fact.pod_cidrs == ("10.245.0.0/24",)
    assert not fact.schedulable


def test_a_dual_stack_node_has_a_tunnel_address_of_each_family() -> None:
    both = but(NODE, "metadata.annotations", {
        "flannel.alpha.coreos.com/public-ip": "192.168.64.21",
        "flannel.alpha.coreos.com/public-ipv6": "fd00:64::21",
    })  # fmt: skip
    fact = kube_decode.node(both)
    assert (fact.flannel_public_ip, fact.flannel_public_ipv6) == ("192.168.64.21", "fd00:64::21")


def test_a_node_may_say_that_its_network_is_unavailable() -> None:
    conditions = [{"type": "NetworkUnavailable", "status": "True"}]
    assert kube_decode.node(but(NODE, "status.conditions", conditions)).network_unavailable
    assert not kube_decode.node(NODE).network_unavailable


def test_a_condition_that_is_not_true_is_not_ready() -> None:
    conditions = [{"type": "Ready", "status": "Unknown"}]
    assert not kube_decode.node(but(NODE, "status.conditions", conditions)).ready


def test_service() -> None:
    assert kube_decode.service(SERVICE) == ServiceFact(
        namespace="app1",
        name="app1",
        type="LoadBalancer",
        cluster_ips=(ip_address("10.97.33.7"),),
        ingress=(ip_address("192.168.64.121"),),
        ports=(
            PortFact(name="http", port=80, protocol="TCP", target="web"),
            PortFact(name="", port=443, protocol="TCP", target="443"),
        ),
        annotations={
            "metallb.universe.tf/ip-allocated-from-pool": "reserved",
            "metallb.universe.tf/loadBalancerIPs": "192.168.64.121",
        },
        load_balancer_ip=None,
        load_balancer_class=None,
        external_traffic_policy="Local",
        source_ranges=("192.168.64.0/24",),
        selector={"app": "app1"},
    )


def test_headless_and_bare_services_have_no_addresses() -> None:
    headless = but(but(SERVICE, "spec.clusterIPs", ["None"]), "status", None)
    assert kube_decode.service(headless).cluster_ips == ()
    assert kube_decode.service(headless).ingress == ()
    single = kube_decode.service(but(SERVICE, "spec.clusterIPs", None))
    assert single.cluster_ips == (ip_address("10.97.33.7"),)
    bare = kube_decode.service({"metadata": {"namespace": "a", "name": "b"}, "spec": {}})
    assert (bare.type, bare.cluster_ips, bare.ports) == ("ClusterIP", (), ())


def test_endpoints() -> None:
    def fact(address: str, ready: bool, node: str | None, pod: str | None) -> EndpointFact:
        return EndpointFact(
            service="app1/app1",
            slice="app1/app1-7kx2p",
            address=ip_address(address),
            ready=ready,
            node=node,
            pod=pod,
            ports=((8080, "TCP"),),
        )

    assert kube_decode.endpoints(SLICE) == [
        fact("10.245.1.20", True, "app-worker-1", "app1/app1-0"),
        fact("10.245.2.20", False, None, None),
        fact("10.245.2.21", True, None, None),
    ]


def test_a_policy_of_a_whole_namespace_and_one_of_some_pods() -> None:
    item = {
        "metadata": {"namespace": "shop", "name": "deny"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }
    fact = kube_decode.policy(item)
    assert (fact.namespace, fact.name, fact.whole) == ("shop", "deny", True)
    assert fact.types == {"Ingress", "Egress"}
    some = but(item, "spec.podSelector", {"matchLabels": {"app": "web"}})
    assert not kube_decode.policy(some).whole
    assert kube_decode.policy(but(item, "spec.policyTypes", None)).types == {"Ingress"}


def test_the_root_of_the_mesh_by_namespace() -> None:
    item = {"metadata": {"namespace": "shop"}, "data": {"root-cert.pem": "PEM"}}
    assert kube_decode.mesh_root(item) == ("shop", "PEM")
    assert kube_decode.mesh_root(but(item, "data", None)) == ("shop", "")


def test_a_slice_of_names_has_no_addresses_and_one_without_label_no_service() -> None:
    assert kube_decode.endpoints(but(SLICE, "addressType", "FQDN")) == []
    assert kube_decode.endpoints(but(SLICE, "metadata.labels", None))[0].service is None
    assert kube_decode.endpoints(but(SLICE, "endpoints", None)) == []


def test_pod_keeps_network_flags_and_no_other_word_of_its_command_line() -> None:
    assert kube_decode.pod(POD, KUBE_SYSTEM) == PodFact(
        namespace="kube-system",
        name="kube-apiserver-app-cp-1",
        node="app-cp-1",
        ips=(ip_address("192.168.64.21"),),
        phase="Running",
        ready=True,
        host_network=True,
        labels={"component": "kube-apiserver"},
        images={"kube-apiserver": "registry.k8s.io/kube-apiserver:v1.34.4"},
        restarts=2,
        arguments=("--service-cluster-ip-range=10.97.0.0/12",),
    )
    assert kube_decode.pod(POD, frozenset()).arguments == ()


def test_a_pending_pod_has_no_address() -> None:
    pending = kube_decode.pod(but(POD, "status", {"phase": "Pending"}), KUBE_SYSTEM)
    assert (pending.ips, pending.ready, pending.restarts) == ((), False, 0)
    assert kube_decode.pod(but(POD, "status", None), KUBE_SYSTEM).phase == "Unknown"
    old = kube_decode.pod(but(POD, "status.podIPs", None), KUBE_SYSTEM)
    assert old.ips == (ip_address("192.168.64.21"),)


ENDED = {
    "exitCode": 137,
    "reason": "Error",
    "startedAt": CREATED,
    "finishedAt": "2026-01-15T10:05:00Z",
    "containerID": "containerd://0e",
}
BEGUN = {"running": {"startedAt": "2026-01-15T10:05:02Z"}}
WAITS = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 10s restarting"}}


def end(after: float, code: int | None, reason: str, times: int) -> EndedFact:
    return EndedFact(
        container="speaker", at=CREATED_AT + after, code=code, reason=reason, times=times
    )


@pytest.mark.parametrize(
    ("status", "fact"),
    [
        ({"restartCount": 2, "state": BEGUN, "lastState": {"terminated": ENDED}},
         end(300, 137, "Error", 2)),
        ({"restartCount": 2, "state": WAITS, "lastState": {"terminated": ENDED}},
         end(300, 137, "Error", 3)),
        ({"restartCount": 0, "state": WAITS, "lastState": {"terminated": ENDED}},
         end(300, 137, "Error", 1)),
        # What a kubelet says of a container that it has lost.
        ({"restartCount": 1, "state": BEGUN, "lastState": {"terminated": {
            "exitCode": 137, "reason": "ContainerStatusUnknown", "startedAt": None,
            "finishedAt": None}}},
         end(302, 137, "ContainerStatusUnknown", 1)),
        ({"restartCount": 1, "state": BEGUN, "lastState": {"terminated": {
            "exitCode": 255, "finishedAt": "1970-01-01T00:00:00Z"}}},
         end(302, 255, "for no reason told", 1)),
        ({"restartCount": 1, "state": BEGUN, "lastState": {}},
         end(302, None, "for no reason told", 1)),
        ({"restartCount": 1, "state": WAITS}, None),
        ({"restartCount": 0, "state": BEGUN, "lastState": {}}, None),
        ({"restartCount": 0}, None),
    ],
)  # fmt: skip
def test_a_container_that_was_ended(status: dict[str, Any], fact: EndedFact | None) -> None:
    item = but(POD, "status.containerStatuses", [{"name": "speaker", **status}])
    found = kube_decode.pod(item, KUBE_SYSTEM)
    assert found.ended == ((fact,) if fact else ())
    assert found.restarts == status["restartCount"]


def test_workloads() -> None:
    assert kube_decode.deployment(DEPLOYMENT) == WorkloadFact(
        kind="Deployment",
        namespace="metallb-system",
        name="controller",
        labels={"app": "metallb", "component": "controller"},
        desired=1,
        ready=1,
        images=("quay.io/metallb/controller:v0.13.12",),
    )
    fact = kube_decode.daemon_set(DAEMON_SET)
    assert (fact.kind, fact.desired, fact.ready) == ("DaemonSet", 3, 2)
    young = but(but(DEPLOYMENT, "spec.replicas", None), "status", None)
    assert kube_decode.deployment(young).desired == 1
    assert kube_decode.deployment(young).ready == 0
    stopped = kube_decode.deployment(but(DEPLOYMENT, "spec.replicas", 0))
    assert stopped.desired == 0


def test_service_cidr_is_masked() -> None:
    fact = ServiceCidrFact(name="kubernetes", cidrs=("10.96.0.0/12",), ready=True)
    assert kube_decode.service_cidr(SERVICE_CIDR) == fact
    ambiguous = but(SERVICE_CIDR, "spec.cidrs", ["10.97.0.0/12"])
    assert kube_decode.service_cidr(ambiguous) == fact


def of_flags(*flags: str, container: str = "kube-apiserver") -> ServiceCidrFact | None:
    item: Any = but(POD, "spec.containers", [{"name": container, "args": list(flags)}])
    return kube_decode.service_cidr_of_flags([kube_decode.pod(item, KUBE_SYSTEM)])


def test_the_flag_of_the_api_server_is_masked_too() -> None:
    assert of_flags("--service-cluster-ip-range=10.97.0.0/12,fd00::1/108") == ServiceCidrFact(
        name="kube-apiserver flag", cidrs=("10.96.0.0/12", "fd00::/108"), ready=True
    )
    assert of_flags("--v=2") is None
    assert of_flags("--service-cluster-ip-range=$(RANGE)") is None
    other = of_flags("--service-cluster-ip-range=10.0.0.0/12", container="controller-manager")
    assert other is None


def test_pool_keeps_what_it_cannot_read() -> None:
    assert kube_decode_metallb.pool(POOL) == PoolFact(
        name="spare",
        ranges=(
            Range.parse("192.168.64.124-192.168.64.130"),
            Range.parse("192.168.64.136/29"),
        ),
        auto_assign=False,
        unreadable=("what",),
    )
    assert kube_decode_metallb.pool(but(POOL, "spec.autoAssign", None)).auto_assign
    assert kube_decode_metallb.labels(POOL) == {"tier": "gold"}
    assert kube_decode_metallb.labels(but(POOL, "metadata.labels", None)) == {}


def test_advertisement() -> None:
    assert kube_decode_metallb.advertisement(ADVERTISEMENT) == AdvertisementFact(
        name="l2",
        pools=("reserved",),
        pool_selectors=(SelectorFact(match_labels={}, expressions=(("tier", "In", ("gold",)),)),),
        node_selectors=(SelectorFact(match_labels={"kubernetes.io/hostname": "app-cp-1"}),),
        interfaces=("eth0",),
    )
    bare = kube_decode_metallb.advertisement({"metadata": {"name": "all"}})
    assert bare == AdvertisementFact(
        name="all", pools=(), pool_selectors=(), node_selectors=(), interfaces=()
    )


def test_event_is_one_line() -> None:
    assert kube_decode.event(EVENT) == EventFact(
        namespace="default",
        object="x",
        reason="AllocationFailed",
        message='Failed to allocate IP for "default/x": ["10.0.0.1"] is not allowed in config',
        type="Warning",
    )


@pytest.mark.parametrize(
    ("changes", "when"),
    [
        ({}, "2026-01-15T10:05:00Z"),
        ({"series": {"lastObservedTime": "2026-01-15T10:07:00Z"}}, "2026-01-15T10:07:00Z"),
        ({"lastTimestamp": None, "eventTime": "2026-01-15T10:06:00Z"}, "2026-01-15T10:06:00Z"),
        ({"lastTimestamp": None}, CREATED),
    ],
)
def test_the_time_of_an_event(changes: dict[str, Any], when: str) -> None:
    assert kube_decode.event_time({**EVENT, **changes}) == when
