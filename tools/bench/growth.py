"""How time grows: with addresses of a plan, clusters judged, objects read, tests collected."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tools.bench.apiserver import api_server
from tools.bench.plans import two_clusters
from tools.bench.starting import collect_words, collected
from tools.bench.timing import act, exponent
from tools.bench.values import Effort, Outcome, Point, Target, Wrong

STEEPEST = 1.2  # near-linear, with what sorting and a machine that is shared add


def addresses(effort: Effort) -> Outcome:
    """From the file of a plan to its address conflicts."""
    sizes = (10, 100, 1_000) if effort.quick else (10, 100, 1_000, 10_000, 100_000)
    told = [act("judging", what="plan", size=size)[1] for size in sizes]
    for size, one in zip(sizes, told, strict=True):
        if one["entries"] < size or one["conflicts"]:
            raise Wrong(f"{one['entries']} entries and {one['conflicts']} conflicts, of {size}")
    return _outcome(
        sizes,
        told,
        checked="every address is in the ledger, and there is no conflict",
        note=(
            "Up to 10,000 the plan is read from its file, which is limited to 1 MiB; 100,000"
            " addresses are planned values, entered in the ledger and looked through."
        ),
    )


def clusters(effort: Effort) -> Outcome:
    """Clusters judged from facts that are as planned, by the checks that ask each cluster."""
    sizes = (2, 10, 50) if effort.quick else (2, 10, 100, 1_000)
    told = [act("judging", what="clusters", size=size)[1] for size in sizes]
    for size, one in zip(sizes, told, strict=True):
        if one["clusters"] != size or set(one["verdicts"]) != {"PASS"}:
            raise Wrong(f"{one['clusters']} clusters of {size}: {one['verdicts']}")
    return _outcome(
        sizes,
        told,
        checked="every claim about every cluster passes",
        note=(
            "Time is that of 18 judges of nodes, networks, pools and reserved addresses. Those"
            " that compare clusters are asked of each pair, and 1,000 clusters make 499,500 pairs."
        ),
    )


def objects(effort: Effort) -> Outcome:
    """Pods and Services read from a real API server, as it fills."""
    sizes = (10, 50, 200) if effort.quick else (10, 100, 1_000, 5_000)
    told = []
    with api_server() as server:
        kubeconfig = str(server.kubeconfig)
        for before, size in pairwise((0, *sizes)):
            act("api_fill", *server.at, kubeconfig=kubeconfig, since=before, until=size)
            found = [
                act("api_facts", *server.at, kubeconfig=kubeconfig, by="trueline")[1]
                for _ in range(effort.fewer(3))
            ]
            if any((one["pods"], one["services"]) != (size, size + 1) for one in found):
                raise Wrong(f"of {size} pods, and a Service more than that, {found} were read")
            best = min(found, key=lambda one: float(one["op"]))
            told.append({"seconds": best["op"], "megabytes": best["held"]})
    return _outcome(
        sizes,
        told,
        checked="as many pods, and Services with that of the API itself, as were made",
        note=(
            "A size is so many pods and so many Services. Time is that of both lists, whose pages"
            " a kube-apiserver with etcd answers, over TLS; nothing runs in the pods."
        ),
    )


def tests(effort: Effort) -> Outcome:
    """Tests collected, by plans with more and more reserved addresses."""
    reservations = (4, 20, 80) if effort.quick else (4, 45, 230, 920)
    points = []
    with tempfile.TemporaryDirectory() as scratch:
        for number in reservations:
            plan = Path(scratch) / f"{number}.yaml"
            plan.write_text(two_clusters(reservations=number), encoding="utf-8")
            found = [collected(collect_words(plan)) for _ in range(effort.fewer(3))]
            seconds, items = min(found)
            points.append(Point(size=items, seconds=seconds))
    last, before = points[-1], points[-2]
    each = (last.seconds - before.seconds) / (last.size - before.size)
    return Outcome(
        checked=("the number of tests that pytest names",),
        targets=(Target(what="for each more test", limit=0.3, measured=each * 1e3, unit="ms"),),
        points=tuple(points),
        notes=("Whole processes: the smallest size is the start of pytest.",),
    )


def _outcome(
    sizes: Sequence[int], told: Sequence[dict[str, Any]], *, checked: str, note: str
) -> Outcome:
    points = tuple(
        Point(size=size, seconds=one["seconds"], megabytes=one["megabytes"])
        for size, one in zip(sizes, told, strict=True)
    )
    steep = exponent(points[1:])  # the smallest is the cost of the first call
    return Outcome(
        checked=(checked,),
        targets=(Target(what="exponent of growth", limit=STEEPEST, measured=steep, unit=""),),
        points=points,
        notes=(note,),
    )
