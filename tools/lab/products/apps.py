"""The plan's own applications as pods, those of the mesh with their sidecars."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

from tools.lab import mesh, workloads
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import mesh_workloads
from tools.lab.products.product import Product
from tools.lab.products.programs import run
from tools.lab.waiting import until
from trueline.model.mesh import Workload
from trueline.model.topology import Cluster, Topology, Vantage

_WITHIN = 60.0
_ASK = """\
import sys, urllib.request
for url in sys.argv[1:]:
    print(urllib.request.urlopen(url, timeout=2).read().decode().strip())
"""


def _wanted(topology: Topology) -> bool:
    return any(mesh_workloads.pods(topology, item.name) for item in topology.clusters)


def owners(topology: Topology, cluster: Cluster) -> frozenset[str]:
    """The reserved Services behind which the plan's own applications are."""
    return frozenset(mesh_workloads.applications(topology, cluster.name))


def quiet(topology: Topology, cluster: str) -> list[Object]:
    """Everything of a cluster's applications that starts nothing."""
    items = mesh_workloads.pods(topology, cluster)
    called = mesh_workloads.called(topology, cluster)
    spaces = [item.namespace for item in items]
    spaces += [item["metadata"]["namespace"] for item in called]
    found = [
        workloads.namespace(space, mesh.labels(topology, cluster, space))
        for space in dict.fromkeys(spaces)
    ]
    for item in items:
        found += mesh_workloads.objects(item)
    return found + called


def _objects(lab: Lab, cluster: LabCluster) -> list[Object]:
    return quiet(lab.topology, cluster.name)


def _configure(lab: Lab, cluster: LabCluster) -> None:
    """Start the pods: not before istiod serves, because it is asked for every sidecar."""
    made = [
        mesh_workloads.deployment(item) for item in mesh_workloads.pods(lab.topology, cluster.name)
    ]
    cluster.api.create_all(made)
    run(cluster, made)


def _connect(lab: Lab) -> None:
    """Wait until each workload answers whom the plan lets call it from a pod that is there."""
    if "istio" in lab.record.without:
        return
    balanced = "metallb" not in lab.record.without
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda pair: _answered(lab, *pair), calls(lab.topology, balanced)))


def calls(topology: Topology, balanced: bool) -> list[tuple[Vantage, list[Workload]]]:
    """The pods that call, each with whom it calls.

    Unless addresses are `balanced`, no gateway between the networks has its own, and a pod calls
    in its own cluster alone.
    """
    found = []
    for vantage in topology.vantages:
        called = [
            item
            for item in (topology.mesh.workloads if topology.mesh else ())
            if vantage.name in item.callers and (balanced or item.cluster == vantage.cluster)
        ]
        if vantage.pod is not None and vantage.cluster is not None and called:
            found.append((vantage, called))
    return found


def _answered(lab: Lab, vantage: Vantage, called: list[Workload]) -> None:
    cluster = lab.cluster(vantage.cluster or "")
    names = ", ".join(item.service for item in called)
    until(
        f"{vantage.name} is answered by {names}",
        lambda: said(ask(cluster, vantage, called), called),
        within=_WITHIN,
        every=0.5,
        fix=f"python -m tools.lab pod {cluster.name} get pods -A",
    )


def ask(cluster: LabCluster, vantage: Vantage, called: list[Workload]) -> str:
    """What the workloads answer a pod that calls them, a line each, up to the first that fails."""
    namespace, _, pod = (vantage.pod or "").partition("/")
    words = ["exec", "-n", namespace, pod, "--", "python3", "-c", _ASK]
    for item in called:
        space, _, name = item.service.partition("/")
        words.append(f"http://{name}.{space}.svc.cluster.local:{item.port}/")
    return cluster.kubectl(*words, check=False).stdout


def said(answers: str, called: list[Workload]) -> bool:
    """Whether it is the workloads that answered, one line each."""
    lines = answers.splitlines()
    return len(lines) == len(called) and all(map(_by, lines, called))


def _by(answer: str, workload: Workload) -> bool:
    try:
        found = json.loads(answer)
    except ValueError:
        return False
    expected = {"service": workload.service, "cluster": workload.cluster}
    return isinstance(found, dict) and expected.items() <= found.items()


PRODUCT = Product(
    name="apps",
    about="the plan's own applications, in the mesh and outside it",
    wanted=_wanted,
    owners=owners,
    objects=_objects,
    configure=_configure,
    connect=_connect,
    restore=_connect,
    needs=("istio",),
)
