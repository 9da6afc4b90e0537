"""Names by which one part of a topology refers to another, and names that must be unique.

Only references without which the topology could not be put together are judged here. This reads
the plain values of the file, so that it also speaks when other parts of the file are wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from trueline.intent.fault import Fault, quoted
from trueline.intent.nearness import nearest
from trueline.intent.tree import Path, Tree, dotted

KEYS = "(keys)"  # as the last step of a pattern: the keys of a mapping are the references

_TO_SEGMENT: tuple[Path, ...] = (
    ("clusters", "*", "segment"),
    ("clusters", "*", "load_balancer", "pools", "*", "segment"),
    ("vms", "*", "segment"),
    ("vantages", "*", "segment"),
)
_TO_CLUSTER: tuple[Path, ...] = (
    ("vantages", "*", "cluster"),
    ("policies", KEYS),
    ("mesh", "members", KEYS),
    ("mesh", "workloads", "*", "cluster"),
    ("products", "*", "senders", KEYS),
    ("products", "*", "logins", KEYS),
    ("products", "*", "synced", KEYS),
    ("products", "*", "deploys", KEYS),
    ("drills", "controller", "*"),
    ("drills", "dns", "*"),
    ("drills", "api_server", "clusters", "*"),
)
_TO_VANTAGE: tuple[Path, ...] = (
    ("dns", "names", "*", "from", "*"),
    ("mesh", "workloads", "*", "callers", "*"),
)
_TO_TRUST: tuple[Path, ...] = (("clusters", "*", "load_balancer", "reservations", "*", "tls_ca"),)
_TO_PRODUCT: tuple[Path, ...] = (("products", "*", "data_sources", "*"),)
_REFERENCES = (
    *(("segment", "segments", pattern) for pattern in _TO_SEGMENT),
    *(("cluster", "clusters", pattern) for pattern in _TO_CLUSTER),
    *(("vantage point", "vantages", pattern) for pattern in _TO_VANTAGE),
    *(("CA bundle", "trust", pattern) for pattern in _TO_TRUST),
    *(("product", "products", pattern) for pattern in _TO_PRODUCT),
)


def dangling(tree: Tree) -> Iterator[Fault]:
    """A fault for every reference to something that is not declared."""
    for noun, section, pattern in _REFERENCES:
        declared = dict(_matches(tree.data, (section,))).get((section,), {})
        if not isinstance(declared, dict) or tree.is_spoiled((section,)):
            continue  # complained about as such; every reference would only repeat it
        for path, name in _matches(tree.data, pattern):
            if isinstance(name, str) and name not in declared and not tree.is_spoiled(path):
                near = nearest(name, declared)
                yield Fault(
                    at=tree.value_source(path),
                    what=f"{dotted(path)} names no {noun}",
                    value=quoted(name),
                    remedy=f"write {near}" if near else f"declare it under {section}",
                )


def repeated_flows(tree: Tree) -> Iterator[Fault]:
    """A fault for every flow whose name another flow has."""
    first: dict[str, Path] = {}
    for path, name in _matches(tree.data, ("flows", "*", "name")):
        if not isinstance(name, str):
            continue  # complained about as such
        if name in first:
            yield Fault(
                at=tree.value_source(path),
                what=f"{dotted(path)} is taken",
                value=f"{quoted(name)}, as on line {tree.value_source(first[name]).line}",
                remedy="give each flow a name of its own",
            )
        first.setdefault(name, path)


def unreserved_drills(tree: Tree) -> Iterator[Fault]:
    """A fault for every drill of an address that no cluster reserves."""
    pattern = ("clusters", "*", "load_balancer", "reservations", "*")
    reserved = {f"{path[1]}/{path[4]}" for path, _ in _matches(tree.data, pattern)}
    for kind in ("failover", "recreate"):
        for path, name in _matches(tree.data, ("drills", kind, "*")):
            if not isinstance(name, str) or "/" not in name or name in reserved:
                continue  # complained about as such, or as it should be
            near = nearest(name, reserved)
            yield Fault(
                at=tree.value_source(path),
                what=f"{dotted(path)} names no reserved address",
                value=quoted(name),
                remedy=f"write {near}" if near else "declare it under reservations",
            )


def _matches(value: object, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if not pattern:
        yield path, value
        return
    step, rest = pattern[0], pattern[1:]
    if step == KEYS:
        if isinstance(value, dict):
            yield from (((*path, key), key) for key in value)
    elif step == "*":
        items = value.items() if isinstance(value, dict) else ()
        entries = enumerate(value) if isinstance(value, list) else items
        for key, inner in entries:
            yield from _matches(inner, rest, (*path, key))
    elif isinstance(value, dict) and step in value:
        yield from _matches(value[step], rest, (*path, step))
