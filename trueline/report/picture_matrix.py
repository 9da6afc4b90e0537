"""The flow matrix: from where (rows) to where (columns), with how what was tried there stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trueline.model.places import standing, vantages
from trueline.model.topology import Topology
from trueline.report.journal import Entry
from trueline.report.picture_claims import Shown
from trueline.report.tally import Tally, kept, tally, together

OUTSIDE = "outside"  # the group of hosts, VMs and segments, which are in no cluster
MOST_ROWS, MOST_COLUMNS = 30, 36  # beyond that, ends are put together by cluster
MOST_GROUPS = 54
# Vantage points have no kind before their name.
_KINDS = ("", "vantage", "api", "reservation", "pool", "services", "pods", "nodes", "vm", "segment")
_IN_CLUSTERS = ("pods", "nodes", "api", "services", "pool", "reservation")


@dataclass(frozen=True, slots=True)
class End:
    """One row or column: `key` names it as the plan does, `label` within its `group`."""

    key: str
    label: str
    group: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What was tried from one end to another; `refused` says that the plan lets none through."""

    tally: Tally
    refused: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """Cells by the keys of their row and column; `folded` says what was put together, if any."""

    rows: tuple[End, ...]
    columns: tuple[End, ...]
    cells: Mapping[tuple[str, str], Cell]
    folded: str = ""


def matrix(shown: Shown) -> Matrix:
    """Every planned flow, whether it was tried or not, and every other way that was tried."""
    plan = shown.plan
    claims: dict[tuple[str, str], list[Entry]] = {}
    planned: dict[tuple[str, str], bool] = {}
    for flow in plan.flows:
        way = (_source(plan, flow.source), flow.target)
        kind, _, name = flow.target.partition(":")
        if way not in planned:
            claims[way] = list(shown.silent(name)) if kind == "pool" else []
        planned[way] = planned.get(way, False) or flow.expected
    for source, target, entry in shown.ways():
        claims.setdefault((_source(plan, source), target), []).append(entry)
    ends = _Ends(plan)
    sources = ends.ordered(ends.source(key) for key, _ in claims)
    targets = ends.ordered(ends.target(key) for _, key in claims)
    if len(sources) > MOST_ROWS or len(targets) > MOST_COLUMNS:
        return _by_group(claims, planned, ends, len(sources), len(targets))
    return Matrix(
        rows=sources,
        columns=targets,
        cells={way: Cell(tally(found), _refused(planned, [way])) for way, found in claims.items()},
    )


def _refused(planned: Mapping[tuple[str, str], bool], ways: Iterable[tuple[str, str]]) -> bool:
    """Whether the plan names the ways, and lets nothing through on any of them."""
    told = [planned[way] for way in ways if way in planned]
    return bool(told) and not any(told)


def _source(plan: Topology, end: str) -> str:
    """A source by the vantage point that stands for it, so that each has one row."""
    return standing(plan, end) or end


def _by_group(
    claims: Mapping[tuple[str, str], list[Entry]],
    planned: Mapping[tuple[str, str], bool],
    ends: _Ends,
    sources: int,
    targets: int,
) -> Matrix:
    ways: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for way in claims:
        key = (ends.source(way[0]).group, ends.target(way[1]).group)
        ways.setdefault(key, []).append(way)
    cells = {
        key: Cell(tally(e for way in found for e in claims[way]), _refused(planned, found))
        for key, found in ways.items()
    }
    folded = f"{sources} sources and {targets} destinations, put together by cluster"
    every = ends.ordered(End(name, name, name) for key in cells for name in key)
    chosen, left = kept(
        every,
        MOST_GROUPS,
        lambda end: together(cells[key].tally for key in cells if end.key in key),
    )
    if left:
        folded += f" · {len(left)} more clusters are not shown here"
    return Matrix(
        rows=tuple(end for end in chosen if any(end.key == key[0] for key in cells)),
        columns=tuple(end for end in chosen if any(end.key == key[1] for key in cells)),
        cells=cells,
        folded=folded,
    )


class _Ends:
    """Ends by what the plan says of them, in its order: those of one cluster stand together."""

    def __init__(self, plan: Topology) -> None:
        self._vantages = {item.name: item for item in vantages(plan)}
        self._pools = [pool.cluster for pool in plan.pools]
        self._groups = [OUTSIDE, *(cluster.name for cluster in plan.clusters)]
        declared = [*plan.reservations, *plan.vms]
        self._names = [*self._vantages, *(str(item) for item in declared)]

    def source(self, key: str) -> End:
        """The end that something comes from: a vantage point, or what stands for one."""
        vantage = self._vantages.get(key)
        if vantage is None or ":" in key:
            return self.target(key)
        return End(key, key, vantage.cluster or OUTSIDE)

    def target(self, key: str) -> End:
        """The end that something goes to, as flows name it."""
        kind, _, name = key.partition(":")
        cluster, _, within = name.partition("/")
        if kind not in _IN_CLUSTERS:
            return End(key, name if kind == "vm" else f"{kind} {name}", OUTSIDE)
        free = "free addresses" if self._pools.count(cluster) == 1 else f"free {within}"
        labels = {"reservation": within, "api": "API", "services": "ClusterIPs", "pool": free}
        return End(key, labels.get(kind, f"{kind} {within}".strip()), cluster)

    def ordered(self, ends: Iterable[End]) -> tuple[End, ...]:
        """Each end once: by group, then by kind, then by the order of the plan."""
        return tuple(sorted(set(ends), key=self._rank))

    def _rank(self, end: End) -> tuple[int, int, int, str]:
        kind, _, name = end.key.rpartition(":")
        return (
            _place(end.group, self._groups),
            _place(kind, _KINDS),
            _place(name, self._names),
            end.key,
        )


def _place(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)
