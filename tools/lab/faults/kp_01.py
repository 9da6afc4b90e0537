"""KP-01: kube-proxy is dead on the node that announces an address, and its rules grow stale."""

from __future__ import annotations

from urllib.parse import quote

from tools.lab import baseline
from tools.lab.cluster import LabCluster
from tools.lab.faults import applications
from tools.lab.faults.fault import Fault, answered
from tools.lab.lab import Lab
from tools.lab.waiting import until
from trueline.model.topology import Reservation


def inject(lab: Lab) -> None:
    """End kube-proxy on the announcing node, and give the Service pods with other addresses."""
    cluster, item = applications.plain(lab)
    # A dead kube-proxy leaves its rules in the kernel: they are wrong from the next change on.
    applications.announcer(lab, cluster, item).service_stop("kube-proxy", grace=2)
    _renew(cluster, item)
    answered(lab, str(item.address), by=1)
    applications.lost(lab, item)


def _renew(cluster: LabCluster, item: Reservation) -> None:
    """Replace the pods behind a Service, and wait until its Deployment has those it wants."""
    namespace, _, name = item.owner.partition("/")
    core = f"/api/v1/namespaces/{namespace}"
    selector = cluster.api.get(f"{core}/services/{name}")["spec"]["selector"]
    wanted = quote(",".join(f"{key}={value}" for key, value in selector.items()))
    pods = f"{core}/pods?labelSelector={wanted}"
    old = {pod["metadata"]["name"] for pod in cluster.api.get(pods)["items"]}
    for pod in old:
        cluster.api.delete(f"{core}/pods/{pod}", grace=0)

    def renewed() -> bool:
        found = cluster.api.get(pods)["items"]
        new = all(pod["metadata"]["name"] not in old for pod in found)
        return bool(found) and new and f"Deployment {name}" not in baseline.unsettled(cluster.api)

    until(f"{cluster.name}: the pods of {item.owner} are replaced", renewed, within=60, every=0.3)


FAULT = Fault(
    id="KP-01",
    title="kube-proxy is dead on the node that announces a reserved address",
    reds=frozenset({"L2-008", "REACH-001", "REACH-003"}),
    unknowns=frozenset({"TIME-004"}),
    # A gateway on that node does not reach the application behind it either.
    restless=True,
    cause="L2-008",
    inject=inject,
    source='MetalLB troubleshooting; Kubernetes "Debug Services"',
)
