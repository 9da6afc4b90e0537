"""SC-04: the API server is started with another Service range than the cluster was built with."""

from __future__ import annotations

from ipaddress import ip_address

from tests.live import pod, with_more
from tests.recorded.altering import with_cluster
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.observation import ClusterFacts, PodFact
from trueline.model.topology import Topology

HERE = "app"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """The static pod of App's API server has another range in its flag."""
    return topology, with_cluster(facts, HERE, _told_otherwise)


def _told_otherwise(cluster: ClusterFacts) -> ClusterFacts:
    return with_more(cluster, "pods", _static())


def _static() -> PodFact:
    labels = {"component": "kube-apiserver", "tier": "control-plane"}
    made = pod(
        "kube-system",
        "kube-apiserver-app-m1",
        "app-m1",
        ip_address("192.168.64.20"),
        labels=labels,
    )
    return PodFact(
        namespace=made.namespace,
        name=made.name,
        node=made.node,
        ips=made.ips,
        phase=made.phase,
        ready=made.ready,
        host_network=True,
        labels=labels,
        images={"kube-apiserver": "registry.k8s.io/kube-apiserver:v1.34.4"},
        restarts=1,
        arguments=("--service-cluster-ip-range=10.98.0.0/16",),
    )


RECORDING = Recording(
    id="SC-04",
    title="the API server's flag differs from the default ServiceCIDR",
    source="KEP-1880; Kubernetes, controller of the default ServiceCIDR",
    documented=(
        "The static pod of a kubeadm cluster with --service-cluster-ip-range=10.98.0.0/16, beside "
        "the ServiceCIDR object kubernetes of 10.97.0.0/16, which stays in effect: the only sign "
        "is the event KubernetesDefaultServiceCIDRInconsistent."
    ),
    change=change,
    reds=frozenset({"CLU-036"}),
    cause="CLU-036",
)
