"""Where a drafted plan and a plan that people wrote stand apart, value by value.

Both are compared by the keys of topology.yaml, so what each calls things has to agree. Flows are
compared by their ends and port, whatever they are called. What the plan is called, where it runs
and its exceptions are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from trueline.discovery.draft import Draft
from trueline.model.address import Cidr, Range
from trueline.model.drill import Drill
from trueline.model.product import Deploy
from trueline.model.source import Source
from trueline.model.topology import Flow, Node, Pool, Port, Reservation, Topology

# Where values are called otherwise than the keys that they are written under.
_KEYS = {
    ("Pool", "ranges"): "addresses",
    ("Reservation", "owner"): "service",
    ("Name", "vantages"): "from",
    ("Product", "target"): "at",
    ("Route", "gateway"): "at",
}
# What a thing is found by among its like, and what is not compared.
_LEFT_OUT = {
    "Topology": ("name", "runs_in", "exemptions"),
    "Segment": ("name",),
    "Cluster": ("name",),
    "Node": ("cluster", "name"),
    "Pool": ("cluster", "name"),
    "Reservation": ("cluster", "name"),
    "Vm": ("name",),
    "Zone": ("name",),
    "Name": ("name",),
    "Policy": ("cluster", "namespace"),
    "Vantage": ("name",),
    "Product": ("name",),
    "Sender": ("cluster",),
    "Login": ("cluster",),
    "Route": ("host",),
    "MeshMember": ("cluster",),
    "Workload": ("name",),
    "Trust": ("name",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value: as it is planned and as it is drafted; None where it is not."""

    path: str
    planned: str | None
    drafted: str | None

    def __str__(self) -> str:
        if self.drafted is None:
            return f"{self.path}: planned {self.planned}, not in the draft"
        if self.planned is None:
            return f"{self.path}: not planned, drafted {self.drafted}"
        return f"{self.path}: planned {self.planned}, drafted {self.drafted}"


def differences(drafted: Topology, plan: Topology) -> tuple[Difference, ...]:
    """Every value that is not the same in both, in the order of the plan, then of the draft."""
    wanted, found = dict(_leaves(plan)), dict(_leaves(drafted))
    return tuple(
        Difference(path=path, planned=wanted.get(path), drafted=found.get(path))
        for path in dict.fromkeys((*wanted, *found))
        if wanted.get(path) != found.get(path)
    )


def unmarked(apart: Iterable[Difference], made: Draft) -> tuple[Difference, ...]:
    """The differences that a draft does not own up to, by a `not known` or a `guess` above them.

    What the draft has beyond the plan is none: the plan left it open.
    """
    marks = [".".join(path) for path, _ in (*made.gaps(), *made.guesses())]
    return tuple(
        one
        for one in apart
        if one.planned is not None
        and not any(one.path == mark or one.path.startswith(f"{mark}.") for mark in marks)
    )


def _leaves(topology: Topology) -> Iterator[tuple[str, str]]:
    yield from _below(topology, "")


def _below(value: object, path: str) -> Iterator[tuple[str, str]]:
    """(path, text) of every value below one; nothing of what is left open."""
    if value is None or value == () or value == {} or isinstance(value, Source):
        return
    if isinstance(value, Cidr):
        yield path, str(value.network)
    elif isinstance(value, Flow):
        yield path, "works" if value.expected else "fails"
    elif isinstance(value, Port):
        yield path, value.application or "any"
    elif isinstance(value, Deploy | Drill):
        yield path, "planned"
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _below(inner, _under(path, str(key)))
    elif isinstance(value, tuple):
        yield from _each(value, path)
    elif is_dataclass(value) and not isinstance(value, Range):
        yield from _fields(value, path)
    else:
        yield path, str(value)


def _each(items: tuple[object, ...], path: str) -> Iterator[tuple[str, str]]:
    keyed = [(_key(item), item) for item in items]
    if any(key is None for key, _ in keyed):
        yield path, ", ".join(sorted(map(str, items)))
        return
    for key, item in keyed:
        yield from _below(item, _under(path, str(key)))


def _key(item: object) -> str | None:
    """The key of a thing among its like; None for a plain value."""
    if isinstance(item, Flow):
        return f"{item.source} to {item.target}" + (f" {item.port}" if item.port else "")
    if isinstance(item, Port | Drill):
        return str(item)
    if isinstance(item, Deploy):
        return f"{item.cluster}.{item.name}"
    named = [getattr(item, name) for name in _LEFT_OUT.get(type(item).__name__, ())]
    if isinstance(item, Node | Pool | Reservation):
        return str(named[-1])  # the cluster is in the path already
    return ".".join(named) or None


def _fields(value: object, path: str) -> Iterator[tuple[str, str]]:
    kind = type(value).__name__
    for field in fields(value):  # type: ignore[arg-type]
        if field.name not in _LEFT_OUT.get(kind, ()):
            key = _KEYS.get((kind, field.name), field.name)
            yield from _below(getattr(value, field.name), _under(path, key))


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
