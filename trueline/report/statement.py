"""A conformance statement: what one run proves of a plan, in full, and the conclusion by rules.

It is a plain value that JSON can hold. The same run always makes the same statement, so that its
digest names it. The conclusion is the first that applies:

    does not conform          something fails
    not proven                something is unknown, was not run, or may have been left out
    conforms with exceptions  what deviates is exempted by the plan
    conforms                  all suites, all tests, all claims
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any

from trueline.compare.facts import Facts
from trueline.model.observation import ClusterFacts, Observed
from trueline.model.printable import printable
from trueline.model.requirement import Requirement
from trueline.model.topology import Exemption, Topology
from trueline.report.catalogue import digest
from trueline.report.closed import Closed
from trueline.report.journal import Entry
from trueline.report.ruling import Standing

SCHEMA = 1
PRODUCTS = ("coredns", "flannel", "istio", "metallb")
"""Whose versions are told by the tags of running images, besides those that the plan names."""


class Conclusion(Enum):
    """What a statement comes to."""

    CONFORMS = "conforms"
    EXCEPTIONS = "conforms with exceptions"
    FAILS = "does not conform"
    NOT_PROVEN = "not proven"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a statement is made from; `signatories` are those who shall sign it, by name."""

    run: Closed
    topology: Topology
    facts: Facts
    catalogue: Sequence[Requirement]
    signatories: Sequence[str] = ()


def statement(of: Stated) -> dict[str, Any]:
    """The statement of a run. Text in it is as it may be shown."""
    run, plan = of.run, of.topology
    doubts = list(_doubts(of))
    lines = {name.value: list(run.deviations[name.value]) for name in _TOLD}
    lines[Standing.UNKNOWN.value] += run.gaps
    found = {
        "schema": SCHEMA,
        "conclusion": conclusion(run, doubts).value,
        "not_proven_because": doubts,
        "plan": {"name": plan.name, "file": run.file, "sha256": run.topology_sha256},
        "run": _run(run),
        "program": {
            "release": run.release,
            "commit": run.commit,
            "requirements_sha256": run.requirements_sha256,
        },
        "clusters": [_cluster(one.name, one.versions, of.facts) for one in plan.clusters],
        "observed": _span(of.facts),
        "vantage_points": _vantages(of.facts),
        "areas": _areas(run.entries),
        "tests": dict(sorted(Counter(run.tests.values()).items())),
        **{name.replace(" ", "_"): told for name, told in lines.items()},
        "skipped": _skipped(run.entries),
        "not_run": list(run.not_run),
        "broken": list(run.broken),
        "requirements_without_a_claim": _unclaimed(of),
        "exceptions": [_exception(one, run) for one in plan.exemptions],
        "signatories": list(of.signatories),
    }
    shown: dict[str, Any] = _printable(found)
    return shown


_TOLD = (Standing.FAIL, Standing.UNKNOWN, Standing.ADVISORY, Standing.EXEMPTED)


def conclusion(run: Closed, doubts: Sequence[str]) -> Conclusion:
    """What a run comes to; `doubts` are the reasons for which it proves nothing."""
    standings = {entry.standing for entry in run.entries}
    if (
        Standing.FAIL.value in standings
        or run.deviations[Standing.FAIL.value]
        or "failed" in run.tests.values()
    ):
        return Conclusion.FAILS
    if doubts:
        return Conclusion.NOT_PROVEN
    exempted = Standing.EXEMPTED.value in standings
    return Conclusion.EXCEPTIONS if exempted else Conclusion.CONFORMS


def _doubts(of: Stated) -> Iterator[str]:
    """Every reason why not all of the plan is proven, leaving aside what fails."""
    run = of.run
    unknown = sum(entry.standing == Standing.UNKNOWN.value for entry in run.entries)
    if unknown:
        yield f"claims that are unknown: {unknown}"
    counts = Counter(run.tests.values())
    yield from (
        f"tests that are {outcome}: {counts[outcome]}"
        for outcome in ("unknown", "broken")
        if counts[outcome]
    )
    if run.not_run:
        yield f"tests that were not run: {len(run.not_run)}"
    if run.stopped:
        yield f"the run was stopped early: {run.stopped}"
    if run.narrowed_by is None:
        yield "the run did not write down whether all suites were selected"
    elif run.narrowed_by:
        yield f"the selection was narrowed by {', '.join(run.narrowed_by)}"
    if of.topology.drills and not run.drills:
        yield f"drills of the plan were not asked for (--disruptive): {len(of.topology.drills)}"
    if not any(entry.standing == Standing.PASS.value for entry in run.entries):
        yield "no claim passed"
    for cluster in of.topology.clusters:
        facts = of.facts.clusters.get(cluster.name)
        if facts is None or facts.identity.kind != "seen":
            yield f"the identity of cluster {cluster.name} was not observed"


def _run(run: Closed) -> dict[str, Any]:
    return {
        "id": run.run,
        "began": run.began.isoformat(),
        "ended": run.ended.isoformat(),
        "judged_by_the_day": run.day.isoformat(),
        "facts_of": run.facts_of,
        "narrowed_by": None if run.narrowed_by is None else list(run.narrowed_by),
        "drills": run.drills,
        "stopped": run.stopped,
        "claims": len(run.entries),
    }


def _cluster(name: str, planned: Mapping[str, str], facts: Facts) -> dict[str, Any]:
    """Who a cluster is, and which versions run there; what was not seen is told with its reason."""
    seen = facts.clusters.get(name)
    if seen is None:
        return {"name": name, "not_observed": "the run looked at no cluster"}
    if seen.identity.kind != "seen":
        return {"name": name, "not_observed": seen.identity.reason}
    identity = seen.identity.value
    return {
        "name": name,
        "ca_sha256": identity.ca_sha256,
        "kube_system_uid": identity.kube_system_uid,
        "versions": {"kubernetes": [identity.version], **_versions(seen, planned)},
    }


def _versions(seen: ClusterFacts, planned: Mapping[str, str]) -> dict[str, list[str]]:
    """The versions of kubelets and products, each once; a product that runs nowhere has none."""
    found: dict[str, set[str]] = {}
    if seen.nodes.kind == "seen":
        found["kubelet"] = {node.kubelet_version for node in seen.nodes.value}
    for product in sorted({*PRODUCTS, *planned} - {"kubernetes"}):
        found[product] = set()
        for pod in seen.pods.value if seen.pods.kind == "seen" else ():
            found[product] |= {
                _tag(image) for image in pod.images.values() if _is_of(product, image)
            }
    return {name: sorted(tags) for name, tags in found.items()}


def _is_of(product: str, image: str) -> bool:
    """Whether a part of the path of an image names the product: `quay.io/metallb/speaker:v1`."""
    return any(
        part == product or part.startswith(f"{product}-") for part in _path(image).split("/")
    )


def _path(image: str) -> str:
    before, _, last = image.partition("@")[0].rpartition("/")
    return f"{before}/{last.partition(':')[0]}"


def _tag(image: str) -> str:
    named, _, digest = image.partition("@")
    return named.rpartition("/")[2].partition(":")[2] or digest or "no tag"


def _vantages(facts: Facts) -> list[dict[str, Any]]:
    """Every place that was looked from: when first and last, or why nothing was seen from there."""
    times: dict[str, list[float]] = {}
    gaps: dict[str, str] = {}
    for name, fact in _observed(facts):
        if fact.kind == "seen":
            times.setdefault(name, []).append(fact.at)
        else:
            gaps.setdefault(name, fact.reason)
    return [
        {"name": name, "from": _moment(min(times[name])), "to": _moment(max(times[name]))}
        if name in times
        else {"name": name, "not_observed": gaps[name]}
        for name in sorted({*times, *gaps})
    ]


def _span(facts: Facts) -> dict[str, str] | None:
    """When the first and the last fact were seen; None where none was."""
    times = [fact.at for _, fact in _observed(facts) if fact.kind == "seen"]
    return {"from": _moment(min(times)), "to": _moment(max(times))} if times else None


def _observed(facts: Facts) -> Iterator[tuple[str, Observed[Any]]]:
    for cluster in facts.clusters.values():
        for facet in ("identity", "nodes", "services", "endpoints", "pods", "workloads", "pools"):
            fact: Observed[Any] = getattr(cluster, facet)
            yield f"API of {cluster.name} from {fact.vantage}", fact
    for name, heard in facts.wire.items():
        yield f"wire of {name} from {heard.vantage}", heard
    for name, view in facts.answers.views.items() if facts.answers is not None else ():
        yield name, view


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _areas(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Claims by area and standing, and by the cluster that they are about."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for entry in entries:
        counts.setdefault((entry.area, entry.cluster), Counter())[entry.standing] += 1
    return [
        {"area": area, "cluster": cluster, "claims": cell.total(), **dict(sorted(cell.items()))}
        for (area, cluster), cell in sorted(counts.items())
    ]


def _skipped(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """What the plan asks nothing of, by requirement and reason."""
    mine = [entry for entry in entries if entry.standing == Standing.NOT_APPLICABLE.value]
    counts = Counter((entry.requirement, entry.observed) for entry in mine)
    return [
        {"requirement": name, "reason": reason, "claims": count}
        for (name, reason), count in sorted(counts.items())
    ]


def _unclaimed(of: Stated) -> list[str] | None:
    """The requirements of which the run made no claim; None where it was judged by others."""
    if of.run.requirements_sha256 != digest(of.catalogue):
        return None
    claimed = {entry.requirement for entry in of.run.entries}
    return sorted(item.id for item in of.catalogue if item.id not in claimed)


def _exception(exemption: Exemption, run: Closed) -> dict[str, Any]:
    """An exemption with the claims that it stood for."""
    named = [
        entry
        for entry in run.entries
        if entry.requirement == exemption.requirement
        and fnmatchcase(entry.subject, exemption.subject)
    ]
    return {
        "requirement": exemption.requirement,
        "subject": exemption.subject,
        "reason": exemption.reason,
        "owner": exemption.owner,
        "expires": exemption.expires.isoformat(),
        "expired": run.day > exemption.expires,
        "at": str(exemption.at),
        "claims_exempted": sum(entry.standing == Standing.EXEMPTED.value for entry in named),
    }


def _printable(value: Any) -> Any:
    """The value with every text as it may be shown."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {printable(name): _printable(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item) for item in value]
    return value
