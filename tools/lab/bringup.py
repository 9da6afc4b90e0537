"""One cluster from booted machines to reserved addresses that answer.

The order is what makes it fast. Pods that need the pod network are created only when Flannel has
written its subnet on every node: a sandbox that fails before that is retried 10 s later. Until
then everything that starts nothing is created. Waits look at files and single requests, because
the boot is bound by the processor.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tools.lab import addons, controlplane, node, vantages, wire, workloads
from tools.lab.build.images import PAUSE
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.kubeapi import UNREADY, ApiError, Object
from tools.lab.lab import Lab
from tools.lab.products import registry
from tools.lab.products.product import Product
from tools.lab.progress import say
from tools.lab.waiting import until

OPTIONAL = ("coredns", "metallb", "workloads", "vms", *registry.NAMES)
_API_WITHIN = 120.0
_NETWORK_WITHIN = 180.0
_PODS_WITHIN = 180.0


@dataclass(frozen=True, slots=True)
class Content:
    """What goes into a cluster: objects that start nothing, pods' objects, pools, products."""

    network: list[Object]
    quiet: list[Object]
    running: list[Object]
    pools: list[Object]
    endpoints: list[wire.Endpoint]
    products: tuple[Product, ...]


def content(lab: Lab, cluster: LabCluster, without: Collection[str]) -> Content:
    """Everything of one cluster, made from the plan. Raises LabError where it cannot be."""
    objects: list[Object] = []
    balanced = cluster.plan.load_balancer is not None and "metallb" not in without
    served = "workloads" not in without
    products = registry.chosen(lab.topology, without) if served else ()
    if "coredns" not in without:
        objects += addons.coredns(lab.topology, cluster.plan)
    if balanced:
        objects += addons.metallb(cluster.plan)
    if served:
        brought = {
            owner for product in products for owner in product.owners(lab.topology, cluster.plan)
        }
        objects += workloads.objects(cluster.plan, brought)
        objects += vantages.grounds(lab.topology, cluster.name)
        for product in products:
            objects += product.objects(lab, cluster)
    quiet, running = addons.split(objects)
    return Content(
        network=addons.flannel(cluster.plan),
        quiet=quiet,
        running=running,
        pools=addons.pools(cluster.plan) if balanced else [],
        endpoints=workloads.endpoints(cluster.plan) if balanced and served else [],
        products=products,
    )


def start(lab: Lab, cluster: LabCluster, what: Content) -> None:
    """Start the cluster's daemons and pods; returns when its reserved addresses answer."""
    name, api = cluster.name, cluster.api
    for machine in cluster.control_planes:
        controlplane.start_store(cluster, machine)
    for machine in cluster.machines:
        node.start_containerd(machine)
    log = cluster.first.log("kube-apiserver")
    until(f"{name}: the API server is ready", cluster.ready, within=_API_WITHIN, log=log)
    say(f"{name}: API server ready")
    api.create_all(controlplane.node_objects(cluster))
    for machine in cluster.control_planes:
        controlplane.start_managers(cluster, machine)
    for machine in cluster.machines:
        node.start(cluster, machine)
    api.create_all(what.network)
    say(f"{name}: {len(cluster.machines)} nodes started")
    api.create_all(what.quiet)
    for machine in cluster.machines:
        subnet = machine.root / "run/flannel/subnet.env"
        log = machine.log("kubelet")
        until(
            f"{machine.name}: Flannel has a subnet", subnet.exists, within=_NETWORK_WITHIN, log=log
        )
    say(f"{name}: Flannel has a subnet on every node")
    api.create_all(what.running)
    if what.pools:
        until(
            f"{name}: MetalLB's webhook accepts the pools",
            lambda: _accepted(cluster, what.pools),
            within=_PODS_WITHIN,
            every=0.25,
            fix=f"python -m tools.lab pod {name} -n {addons.METALLB_NAMESPACE} describe pods",
        )
        say(f"{name}: MetalLB accepted {_count(len(what.pools), 'object')}")
    registry.configure(lab, cluster, what.products)
    if what.endpoints:
        answers(lab, what.endpoints, name, within=_PODS_WITHIN)
        say(f"{name}: {_count(len(what.endpoints), 'reserved port')} answer")
    if "workloads" not in lab.record.without:
        api.create_all(vantages.objects(lab.topology, name))
        vantages_run(lab, cluster)
    nodes = {machine.name for machine in cluster.machines}
    until(f"{name}: all nodes Ready", lambda: cluster.ready_nodes() >= nodes, within=60, every=0.3)


def vantages_run(lab: Lab, cluster: LabCluster) -> None:
    """Wait until the cluster's vantage pods run. Raises TimedOut."""
    until(
        f"{cluster.name}: the vantage pods run",
        lambda: vantages.running(lab.topology, cluster),
        within=_PODS_WITHIN,
        every=0.3,
        fix=f"python -m tools.lab pod {cluster.name} get pods -A",
    )


def starts_pods(cluster: LabCluster) -> None:
    """Wait until a new pod runs: scheduler and kubelets have found back to an API that was away.

    They look again after longer and longer pauses, and nothing in the API tells. Raises TimedOut.
    """
    pod: Object = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "back-again", "namespace": "default"},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "containers": [{"name": "wait", "image": PAUSE}],
        },
    }
    cluster.api.create(pod)
    path = cluster.api.path(pod)
    until(
        f"{cluster.name}: a new pod runs",
        lambda: cluster.api.get(path)["status"].get("phase") == "Running",
        within=_PODS_WITHIN,
        every=0.3,
    )
    cluster.api.delete(path, grace=0)


def answers(lab: Lab, endpoints: list[wire.Endpoint], name: str, *, within: float) -> None:
    """Wait until every endpoint accepts a connection from the runner. Raises TimedOut."""
    missing = set(endpoints)

    def all_of_them() -> bool:
        missing.difference_update(wire.answering(lab.runner, missing))
        return not missing

    try:
        until("", all_of_them, within=within, every=0.1)
    except LabError:
        shown = ", ".join(f"{address}:{port}" for address, port in sorted(missing))
        raise LabError(
            f"{name}: within {within:g} s no answer on {shown}",
            fix=f"python -m tools.lab pod {name} get pods,svc -A -o wide",
        ) from None


def _accepted(cluster: LabCluster, pools: list[Object]) -> bool:
    """Create what is left; false while the webhook (or its CRD) does not answer yet."""
    try:
        for item in pools:
            cluster.api.create(item)
    except ApiError as error:
        if error.status in (404, *UNREADY):
            return False
        raise
    return True


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
