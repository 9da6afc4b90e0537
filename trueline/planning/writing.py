"""Plain values as YAML, in the manner of topology.yaml: short mappings on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from trueline.intent.scalars import resolve

Value: TypeAlias = str | int | bool | Sequence["Value"] | Mapping[str, "Value"]

WIDTH = 120  # of a line
_PLAIN = re.compile(r"[A-Za-z0-9_/.](?:[A-Za-z0-9_/.@ -]*[A-Za-z0-9_/.@-])?")
_URL = re.compile(r"https://[A-Za-z0-9.:/-]+[A-Za-z0-9]")
# What others may take for a number, as the versions of the plan are: it is kept in quotes.
_VERSION = re.compile(r"[0-9]+(?:\.[0-9]+){0,2}")
# What YAML 1.1 takes for a truth value: this project does not, other readers of the file may.
_TRUTHS = frozenset(("y", "n", "yes", "no", "on", "off"))


def scalar(value: str | int | bool, *, alone: bool = False) -> str:
    """One value; `alone` is one that nothing follows on its line, where an URL needs no quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if alone and _URL.fullmatch(value):
        return value
    is_text = resolve(value) == value and value.lower() not in _TRUTHS
    plain = is_text and _PLAIN.fullmatch(value) and not _VERSION.fullmatch(value)
    return value if plain else json.dumps(value, ensure_ascii=False)


def flow(value: Value) -> str:
    """Any value on one line."""
    if isinstance(value, str | int):
        return scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def block(key: str, value: Value, column: int, step: int) -> Iterator[str]:
    """A key with its value as lines from that column on, without line ends.

    What fits on a line and holds no other mapping is written on one; `step` is how much further
    each level stands in. An item of a list that is a mapping has a line of its own.
    """
    head = " " * column + scalar(key) + ":"
    if isinstance(value, str | int):
        yield f"{head} {scalar(value, alone=True)}"
        return
    line = f"{head} {flow(value)}"
    if isinstance(value, Mapping):
        if not value or (_is_flat(value.values()) and len(line) <= WIDTH):
            yield line
            return
        yield head
        for inner, item in value.items():
            yield from block(inner, item, column + step, step)
    elif _is_flat(value):
        yield line
    else:
        yield head
        yield from (item_line(item, column + step) for item in value)


def item_line(value: Value, column: int) -> str:
    """An item of a list on a line of its own."""
    return " " * column + f"- {flow(value)}"


def _is_flat(values: Iterable[Value]) -> bool:
    return not any(isinstance(item, Mapping) for item in values)
