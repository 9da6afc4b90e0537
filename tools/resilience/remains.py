"""What a run left behind outside its folder: processes on this host, pods in the clusters."""

from __future__ import annotations

from contextlib import suppress

from tools.lab.errors import TimedOut
from tools.lab.kubeapi import ApiError
from tools.lab.lab import Lab
from tools.lab.waiting import until
from tools.resilience.run import Run
from trueline.probes.kube_pods import LIFE, RUN


def runs_left(run: Run, *, within: float) -> list[str]:
    """The processes of an ended run that go on for longer than that, as one sentence or none."""
    with suppress(TimedOut):
        until("its processes end", lambda: not run.group(), within=within)
    alive = run.group()
    return [f"{len(alive)} of its processes go on"] if alive else []


def remains(lab: Lab, run: str, *, away: bool) -> list[str]:
    """The pods of a run that are still in a cluster whose API answers, one sentence each.

    With `away` an API could not be asked to remove them; then those count that would not end by
    themselves.
    """
    found = []
    for cluster in lab.clusters.values():
        try:
            pods = cluster.api.get(f"/api/v1/pods?labelSelector={RUN.replace('/', '%2F')}%3D{run}")
        except (ApiError, OSError):
            continue  # its API is what was taken away
        for pod in pods["items"]:
            meta, life = pod["metadata"], pod["spec"].get("activeDeadlineSeconds")
            if away and life is not None and life <= LIFE:
                continue
            found.append(f"left: pod {meta['namespace']}/{meta['name']} of {cluster.name}")
    return found
