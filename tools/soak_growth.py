"""What many runs in a row could let grow: objects, memory, descriptors, files, bytes of reports."""

from __future__ import annotations

import resource
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median

from tools.lab.faults import clocks
from tools.lab.lab import Lab
from tools.lab.process import Process

# Kinds that a run makes or could leave behind; Secrets are never listed.
_KINDS = (
    "/api/v1/pods",
    "/api/v1/services",
    "/api/v1/configmaps",
    "/api/v1/serviceaccounts",
    "/apis/coordination.k8s.io/v1/leases",
    "/apis/batch/v1/jobs",
    "/apis/discovery.k8s.io/v1/endpointslices",
)
_MOST = 1.1
_SLACK = {"objects": 2.0, "memory": 8.0, "descriptors": 24.0, "files": 4.0, "report": 20_000.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large things are after a run.

    `objects` of all clusters; `memory`, MiB, of the largest process of any run so far;
    `descriptors` that the API servers hold; `files` and `report`, bytes, of the run's folder.
    """

    objects: int
    memory: int
    descriptors: int
    files: int
    report: int


def api_servers(lab: Lab) -> list[Process]:
    """The API servers of all clusters. Raises LabError where one runs none."""
    return [
        process
        for cluster in lab.clusters.values()
        for process in clocks.programs(cluster, "kube-apiserver")
    ]


def size(lab: Lab, folder: Path) -> Size:
    """Measure after a run that has ended. Raises ApiError."""
    written = [path for path in folder.rglob("*") if path.is_file()]
    return Size(
        objects=sum(
            len(cluster.api.get(path)["items"])
            for cluster in lab.clusters.values()
            for path in _KINDS
        ),
        memory=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        descriptors=sum(
            len(list(Path(f"/proc/{one.pid}/fd").iterdir())) for one in api_servers(lab)
        ),
        files=len(written),
        report=sum(path.stat().st_size for path in written),
    )


def thirds(sizes: Sequence[Size]) -> list[tuple[str, float, float]]:
    """Each figure's name with its medians over the first and the last third of many runs.

    Nothing of fewer than three runs.
    """
    third = len(sizes) // 3
    if not third:
        return []
    return [
        (
            field.name,
            median(getattr(one, field.name) for one in sizes[:third]),
            median(getattr(one, field.name) for one in sizes[-third:]),
        )
        for field in fields(Size)
    ]


def grown(sizes: Sequence[Size]) -> list[str]:
    """What is larger in the last third of many runs than in the first, one line each.

    Larger is: by more than a tenth and by more than what goes up and down anyway.
    """
    return [
        f"{name} grew from {first:.10g} to {last:.10g}"
        for name, first, last in thirds(sizes)
        if last > _MOST * first + _SLACK[name]
    ]
