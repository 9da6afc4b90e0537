"""Another root for a member of the mesh, and the way back to the common one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tools.lab import vantages
from tools.lab.cluster import LabCluster
from tools.lab.faults import meshes
from tools.lab.lab import Lab
from tools.lab.pki import Authority
from tools.lab.products import mesh_pki
from tools.lab.waiting import until

_ROOTS = "/api/v1/configmaps?fieldSelector=metadata.name%3Distio-ca-root-cert"
_MARK = "trueline.lab/fault"


def replace(lab: Lab, name: str) -> None:
    """Give the cluster of the struck workload a root of that name, as if it were set up alone.

    Its gateway and the workload start anew with certificates that lead to it; returns when callers
    in other clusters are refused.
    """
    item = meshes.workload(lab)
    cluster = meshes.cluster_of(lab, item)
    with TemporaryDirectory() as folder:
        authority = Authority(Path(folder), "root", name)
        own, key = authority.below("own", f"mesh-{cluster.name}")
        root = (Path(folder) / "root.crt").read_text()
    cluster.api.replace(mesh_pki.cacerts(meshes.SYSTEM, own.decode(), key.decode(), root))
    _renew(cluster, root, "root")
    namespace, _, gateway = meshes.east_west(lab, cluster).owner.partition("/")
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{gateway}"
    for started in (path, meshes.deployment(item)):
        meshes.start_anew(cluster, started, {_MARK: "root"})
    meshes.cut_off(lab, item)


def restore(lab: Lab) -> None:
    """Give the cluster the common root again; the reset starts all else anew."""
    cluster = meshes.cluster_of(lab, meshes.workload(lab))
    cluster.api.replace(mesh_pki.secret(cluster.name, meshes.SYSTEM))
    _renew(cluster, mesh_pki.root(), "common-root")
    # Pods that nobody owns read the root when they start, and the reset makes them again.
    for pod in vantages.pods(lab.topology, cluster.name):
        namespace, _, name = pod.partition("/")
        cluster.api.delete(f"/api/v1/namespaces/{namespace}/pods/{name}", grace=0)


def _renew(cluster: LabCluster, root: str, mark: str) -> None:
    """Start istiod anew, and wait until it has told every namespace of its root."""
    meshes.start_anew(cluster, meshes.ISTIOD, {_MARK: mark})

    def told() -> bool:
        items = cluster.api.get(_ROOTS)["items"]
        return all(one["data"]["root-cert.pem"].strip() == root.strip() for one in items)

    until(f"{cluster.name}: every namespace trusts the root", told, within=60)
