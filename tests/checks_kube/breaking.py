"""How a healthy live cluster is broken, one way at a time: the makers of the fault table."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from typing import Any

from tests.checks_kube.judging import Facts, sick, with_added, with_service
from tests.live import (
    advertisement,
    balancer,
    changed,
    endpoint,
    facts_for,
    pod,
    service,
    with_each,
    with_more,
    with_one,
)
from tests.worlds import ranges, world
from trueline.model.metallb import EXCLUDE_LABEL
from trueline.model.observation import (
    ClusterFacts,
    EndedFact,
    EndpointFact,
    EventFact,
    IdentityFact,
    SelectorFact,
    ServiceCidrFact,
    WebhookFact,
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


def asking(service: str | None, *, required: bool = True) -> Facts:
    """A webhook at a Service of the app cluster, or at a URL."""
    hook = WebhookFact(name="hooks/pools.test", service=service, required=required)
    twin = replace(hook, name="hooks/nodes.test")
    return only(changed(app(), "webhooks", (hook, twin)))


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


def told_range(network: str, image: str = "kube-apiserver") -> Facts:
    """SC-04: the API server of app is started with this range, in effect or not."""
    made = pod("kube-system", f"{image}-app-m1", "app-m1", ip_address("192.168.64.20"))
    made = replace(
        made,
        host_network=True,
        images={image: f"registry.k8s.io/{image}:v1.34.4"},
        arguments=(f"--service-cluster-ip-range={network}",),
    )
    return only(with_more(app(), "pods", made))


def range_of_nodes() -> Facts:
    """SC-05: a second ServiceCIDR of app covers the addresses of its nodes."""
    more = ServiceCidrFact(name="more", cidrs=("192.168.64.16/28",), ready=True)
    return only(with_more(app(), "service_cidrs", more))


def full_range() -> Facts:
    """SC-06: the Service network of app is small, and every address of it is held."""
    network = ip_network("10.97.0.0/24")
    cidrs = (ServiceCidrFact(name="kubernetes", cidrs=(str(network),), ready=True),)
    facts = changed(app(), "service_cidrs", cidrs)
    held = {address for item in facts.services.value for address in item.cluster_ips}
    free = (address for address in network.hosts() if address not in held)
    more = (service(f"shop/s{n}", address) for n, address in enumerate(free))
    return only(with_more(facts, "services", *more))


def ended(ago: float, **changes: Any) -> Facts:
    """ML-32: the container of a speaker was ended that many seconds ago."""
    facts = app()
    fact = EndedFact(container="speaker", at=facts.pods.at - ago, code=137, reason="Error", times=1)
    end = replace(fact, **changes)
    return only(with_one(facts, "pods", "speaker-1", restarts=end.times, ended=(end,)))


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


def other_class() -> Facts:
    """Services of another load balancer, which may do all that MetalLB would refuse."""
    mine = {"load_balancer_class": "tailscale", "cluster_ip": "10.97.9.9"}
    return with_added(
        "app",
        "services",
        balancer("default/waits", **mine),
        balancer("default/asks", "192.0.2.7", annotations={NEW: "192.0.2.8"}, **mine),
        balancer("default/both", load_balancer_ip="1.1.1.1", annotations=asked("1.1.1.1"), **mine),
    )


def own_class() -> Facts:
    """MetalLB looks after its own class, and a Service without one waits for somebody else."""
    facts = with_each(
        app(),
        "pods",
        lambda item: (
            replace(item, arguments=("--lb-class=metallb",))
            if item.namespace == "metallb-system"
            else item
        ),
    )
    return only(with_more(facts, "services", balancer("default/x", cluster_ip="10.97.9.9")))


def local_where(**changes: Any) -> ClusterFacts:
    """app1 under policy Local, its endpoint on app-worker-1, and that node as changed."""
    facts = with_one(app(), "services", "app1/app1", external_traffic_policy="Local")
    return with_one(facts, "nodes", "app-worker-1", **changes)


def local_elsewhere_advertised() -> Facts:
    """The pool is announced by the control plane alone, and the endpoint is on a worker."""
    host = SelectorFact(match_labels={"kubernetes.io/hostname": "app-cp-1"})
    return only(with_one(local_where(), "advertisements", "l2-reserved", node_selectors=(host,)))


def local_excluded() -> Facts:
    """The only node with an endpoint carries the exclusion label, and MetalLB heeds it."""
    return only(running(local_where(labels={EXCLUDE_LABEL: ""}), controller="0.14.9"))


def running(facts: ClusterFacts, *, controller: str, speaker: str | None = None) -> ClusterFacts:
    """MetalLB in these versions, as another distributor names its images."""
    versions = {"controller": controller, "speaker": speaker or controller}
    return with_each(
        facts,
        "workloads",
        lambda item: replace(
            item,
            images=(
                "example.test/bitnami/metallb-frr:10.1",
                f"example.test:5000/bitnami/metallb-{item.name}:{versions[item.name]}-debian-12-r3",
            ),
        ),
    )


def renamed_dns() -> Facts:
    """RKE2 calls the DNS Service otherwise; it has the planned address all the same."""
    old, new = "kube-system/kube-dns", "kube-system/rke2-coredns-rke2-coredns"
    facts = with_each(
        app(),
        "services",
        lambda item: replace(item, name=new.split("/")[1]) if item.key == old else item,
    )
    return only(
        with_each(
            facts,
            "endpoints",
            lambda item: replace(item, service=new) if item.service == old else item,
        )
    )
