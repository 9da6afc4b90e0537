"""`reset`: back to how the lab was when it had just come up, without building it again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tools.lab import baseline, bringup, dns, netns, renewal, vantages, workloads
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.kubeapi import UNREADY, ApiError
from tools.lab.lab import Lab
from tools.lab.products import registry as products
from tools.lab.progress import say
from tools.lab.waiting import until

_SETTLED_WITHIN = 120.0


def reset(lab: Lab) -> None:
    """Remove foreign machines, mend machines, then objects; wait until every address answers.

    Raises LabError when something does not come back.
    """
    for name in [m.name for m in lab.machines.values() if m.spec.kind == "foreign"]:
        lab.detach(name)
        say(f"{name}: removed")
    with ThreadPoolExecutor(8) as pool:
        done = [
            line
            for lines in pool.map(lambda m: m.restore(), list(lab.machines.values()))
            for line in lines
        ]
        for line in done:
            say(line)
        if "coredns" not in lab.record.without:
            dns.start(lab)
        # The runner may still hold the MAC of a machine that is gone.
        netns.run(lab.runner, "ip", "neigh", "flush", "all")
        clusters = list(lab.clusters.values())
        list(pool.map(_objects, clusters))
        for cluster in clusters:
            if any(was_away(machine.name, done) for machine in cluster.control_planes):
                renewal.renew(cluster)
        inside = pool.submit(products.restore, lab)
        list(pool.map(lambda cluster: _settled(lab, cluster), clusters))
        inside.result()
        list(pool.map(_unchanged, clusters))
    say("the lab is as it was when it came up")


def was_away(control_plane: str, done: list[str]) -> bool:
    """Whether the API server of a machine was restarted, by what was done to machines."""
    return bool(
        {f"{control_plane}: turned on", f"{control_plane}: kube-apiserver restarted"} & {*done}
    )


def _objects(cluster: LabCluster) -> None:
    name = cluster.name
    log = cluster.first.log("kube-apiserver")
    until(f"{name}: the API server is ready", cluster.api.ready, within=60, log=log)
    done = _restored(cluster)
    for what in done.deleted:
        say(f"{name}: deleted {what}")
    for what in done.remade:
        say(f"{name}: restored {what}")


def _settled(lab: Lab, cluster: LabCluster) -> None:
    name = cluster.name
    until(
        f"{name}: nodes and pods are ready",
        lambda: baseline.settled(cluster),
        within=_SETTLED_WITHIN,
        every=0.25,
        fix=f"python -m tools.lab pod {name} get pods -A",
    )
    if "workloads" not in lab.record.without:
        cluster.api.create_all(vantages.objects(lab.topology, name))
        bringup.vantages_run(lab, cluster)
    bringup.starts_pods(cluster)
    if {"metallb", "workloads"}.isdisjoint(lab.record.without):
        bringup.answers(lab, workloads.endpoints(cluster.plan), name, within=60)


def _unchanged(cluster: LabCluster) -> None:
    again = _restored(cluster)
    if again.deleted or again.remade:
        changed = ", ".join(again.deleted + again.remade)
        raise LabError(
            f"{cluster.name}: something keeps changing: {changed}",
            fix="python -m tools.lab down, then up",
        )


def _restored(cluster: LabCluster) -> baseline.Restored:
    """Restore the objects; an API server that has just been started may need some more tries."""
    total = baseline.Restored()

    def once() -> bool:
        try:
            baseline.restore(cluster, total)
        except ApiError as error:
            if error.status in UNREADY:
                return False
            raise
        return True

    until(f"{cluster.name}: objects restored", once, within=60, every=0.3)
    return total
