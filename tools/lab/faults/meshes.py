"""Where faults of the mesh strike."""

from __future__ import annotations

import ssl

from tools.lab import netns
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.faults import products
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import apps, istio_access, programs
from tools.lab.waiting import until
from trueline.model.mesh import Workload
from trueline.model.topology import Reservation, Vantage

SYSTEM = "istio-system"
NETWORKING = f"/apis/networking.istio.io/v1/namespaces/{SYSTEM}"
ISTIOD = f"/apis/apps/v1/namespaces/{SYSTEM}/deployments/istiod"
_WITHIN = 60.0


def workload(lab: Lab) -> Workload:
    """The first strict workload of the plan that another cluster calls. Raises LabError."""
    for item in lab.topology.mesh.workloads if lab.topology.mesh else ():
        places = {lab.topology.vantage(name).cluster for name in item.callers}
        if item.strict and places - {item.cluster}:
            return item
    raise LabError("this fault needs a strict workload that another cluster calls")


def cluster_of(lab: Lab, item: Workload) -> LabCluster:
    """The cluster that a workload runs in."""
    return lab.cluster(item.cluster)


def caller(lab: Lab, item: Workload) -> LabCluster:
    """The first other cluster that calls a workload."""
    places = [lab.topology.vantage(name).cluster for name in item.callers]
    return lab.cluster(next(str(name) for name in places if name != item.cluster))


def deployment(item: Workload) -> str:
    """The path of the Deployment of a workload."""
    return f"/apis/apps/v1/namespaces/{item.namespace}/deployments/{item.name}"


def pods(item: Workload) -> str:
    """The path that lists the pods of a workload."""
    return f"/api/v1/namespaces/{item.namespace}/pods?labelSelector=app%3D{item.name}"


def service(item: Workload) -> str:
    """The path of the Service of a workload."""
    return products.path(item.service)


def remote_secret(lab: Lab, item: Workload) -> tuple[LabCluster, str]:
    """A cluster that calls a workload, and the path of its remote Secret of the workload's."""
    secrets = f"/api/v1/namespaces/{SYSTEM}/secrets"
    return caller(lab, item), f"{secrets}/istio-remote-secret-{item.cluster}"


def forgotten(lab: Lab, item: Workload) -> None:
    """Wait until istiod in a cluster that calls a workload has let go of the workload's cluster."""
    where = caller(lab, item)

    def let_go() -> bool:
        progress = istio_access.progress(where)
        return progress is not None and item.cluster not in progress

    until(f"{where.name}: istiod watches {item.cluster} no more", let_go, within=_WITHIN)


def start_anew(cluster: LabCluster, path: str, annotations: dict[str, str]) -> None:
    """Replace the pods of a Deployment by annotated ones; a reset sees it, and replaces them again.

    Raises TimedOut.
    """
    change(cluster, path, {"template": {"metadata": {"annotations": annotations}}})


def change(cluster: LabCluster, path: str, spec: Object) -> None:
    """Merge a change into the spec of a Deployment, and wait until its pods follow."""
    cluster.api.merge(path, {"spec": spec})
    until(
        f"{cluster.name}: {path} runs as changed",
        lambda: programs.available(cluster.api.get(path)),
        within=_WITHIN,
        every=0.3,
    )


def cut_off(lab: Lab, item: Workload) -> None:
    """Wait until no pod of another cluster that calls a workload is answered. Raises TimedOut."""
    for vantage, called in apps.calls(lab.topology, balanced=True):
        if item not in called or vantage.cluster == item.cluster:
            continue

        def unanswered(vantage: Vantage = vantage) -> bool:
            where = lab.cluster(vantage.cluster or "")
            return not apps.said(apps.ask(where, vantage, [item]), [item])

        until(
            f"{vantage.name} is not answered by {item.service}",
            unanswered,
            within=_WITHIN,
            every=1,
        )


def east_west(lab: Lab, cluster: LabCluster) -> Reservation:
    """The reservation of a member's east-west gateway. Raises LabError."""
    for member in lab.topology.mesh.members if lab.topology.mesh else ():
        for item in cluster.plan.reservations:
            if member.cluster == cluster.name and item.name == member.east_west:
                return item
    raise LabError(f"this fault needs an east-west gateway in {cluster.name}")


def shown(lab: Lab, item: Workload) -> bytes | None:
    """The certificate that a workload shows through the gateway of its cluster; None without.

    As DER.
    """
    gate = east_west(lab, cluster_of(lab, item))
    namespace, _, name = item.service.partition("/")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["istio"])
    server = f"outbound_.{item.port}_._.{name}.{namespace}.svc.cluster.local"
    try:
        with (
            netns.connect(lab.runner, str(gate.address), gate.ports[0].number, 2) as raw,
            context.wrap_socket(raw, server_hostname=server) as secure,
        ):
            return secure.getpeercert(binary_form=True)
    except OSError:
        return None
