"""FL-05: there are fewer pod ranges than nodes, so the last node has none."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from tests.changes import with_cluster as with_plan
from tests.live import with_each, with_more
from tests.recorded.altering import also_asked, heard, with_cluster
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.observation import ClusterFacts, LeaseFact, NodeFact, PodFact, WorkloadFact
from trueline.model.topology import Topology

HERE, LIKE, NAME, ADDRESS, MAC = "app", "app-w2", "app-w3", "192.168.64.25", "02:05:00:00:00:25"
_SPEAKER = "metrics of the speaker on app/{}"
_DAEMONS = ("kube-flannel-ds", "kube-router", "speaker")


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """A fourth node has joined App as planned, and no range is left for it."""
    plan = topology.cluster(HERE)
    like = next(node for node in plan.nodes if node.name == LIKE)
    added = replace(like, name=NAME, addresses=(ip_address(ADDRESS),))
    topology = with_plan(topology, HERE, nodes=(*plan.nodes, added))
    facts = with_cluster(facts, HERE, _joined)
    facts = heard(facts, ADDRESS, MAC)
    return topology, also_asked(facts, "runner", _SPEAKER.format(LIKE), _SPEAKER.format(NAME))


def _joined(cluster: ClusterFacts) -> ClusterFacts:
    like: NodeFact = next(node for node in cluster.nodes.value if node.name == LIKE)
    lease: LeaseFact = next(item for item in cluster.leases.value if item.node == LIKE)
    node = replace(
        like,
        name=NAME,
        addresses=(ip_address(ADDRESS),),
        labels={**like.labels, "kubernetes.io/hostname": NAME},
        pod_cidrs=(),
        flannel_public_ip=None,
        ready=False,
    )
    pods = [_there(pod) for pod in cluster.pods.value if pod.host_network and pod.node == LIKE]
    cluster = with_more(cluster, "nodes", node)
    cluster = with_more(cluster, "leases", replace(lease, node=NAME))
    return with_each(with_more(cluster, "pods", *pods), "workloads", _wanted_there)


def _there(pod: PodFact) -> PodFact:
    name, is_flannel = f"{pod.name[:-1]}9", pod.name.startswith("kube-flannel-")
    made = replace(pod, name=name, node=NAME, ips=(ip_address(ADDRESS),), ready=not is_flannel)
    return replace(made, restarts=7) if is_flannel else made


def _wanted_there(item: WorkloadFact) -> WorkloadFact:
    if item.kind != "DaemonSet" or item.name not in _DAEMONS:
        return item
    ready = item.ready + (0 if item.name == "kube-flannel-ds" else 1)
    return replace(item, desired=item.desired + 1, ready=ready)


RECORDING = Recording(
    id="FL-05",
    title="the last node has no pod range, because none is left",
    source="kubernetes#85866; kubekey#1647",
    documented=(
        "The controller manager's --cluster-cidr is smaller than planned: the last node has the "
        "event CIDRNotAvailable, no spec.podCIDR and a kubelet that is not ready, and Flannel "
        "restarts there."
    ),
    change=change,
    reds=frozenset({"CLU-012", "CLU-020", "CLU-040"}),
    cause="CLU-020",
)
