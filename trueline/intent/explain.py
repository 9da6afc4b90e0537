"""From the errors of pydantic to faults with a line, a value and a remedy."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from trueline.intent.fault import MOST, Fault, quoted
from trueline.intent.nearness import nearest
from trueline.intent.schema import TopologyForm
from trueline.intent.tree import Path, Tree, dotted
from trueline.model.printable import printable

_COLLECTIONS = {
    "model_type": ("is no mapping", "write key: value lines below it, or {key: value}"),
    "dict_type": ("is no mapping", "write name: value lines below it, {} for none"),
    "list_type": ("is no list", "write [value, value], [] for none"),
}


def explain(error: ValidationError, tree: Tree) -> Iterator[Fault]:
    """The faults, without those about what the tree has complained about already."""
    details = [(_path(item["loc"], tree), item) for item in islice(error.errors(), MOST + 1)]
    meant = {_meant(path) for path, item in details if item["type"] == "extra_forbidden"}
    for path, item in details:
        if not tree.is_spoiled(path) and not (item["type"] == "missing" and path in meant):
            yield _fault(path, item, tree)


def _path(loc: tuple[int | str, ...], tree: Tree) -> Path:
    """The path of an error. Errors of keys end in a step `[key]` that no file has."""
    if loc[-1:] == ("[key]",) and loc not in tree.marks:
        return loc[:-1]
    return loc


def _fault(path: Path, item: ErrorDetails, tree: Tree) -> Fault:
    kind, where = item["type"], dotted(path)
    if kind == "missing":
        return Fault(
            at=tree.source(path[:-1]),
            what=f"{where} is missing",
            value="no such key",
            remedy=f"add it: {_description(path)}",
        )
    if kind == "extra_forbidden":
        return Fault(
            at=tree.source(path),
            what=f"{dotted(path[:-1])} has an unknown key",
            value=quoted(str(path[-1])),
            remedy=_known(path),
        )
    if kind in _COLLECTIONS:
        what, remedy = _COLLECTIONS[kind]
    else:
        context: Mapping[str, str] = item["ctx"]
        what, remedy = context["what"], context["remedy"]
    about_key = item["loc"] != path
    literal = str(path[-1]) if about_key else tree.mark(path).literal
    return Fault(
        at=tree.source(path) if about_key else tree.value_source(path),
        what=f"{where} {what}",
        value=_shown(literal, item["input"]),
        remedy=remedy.replace("{literal}", printable(literal)) if literal else remedy,
    )


def _shown(literal: str | None, value: object) -> str:
    if literal:
        return quoted(literal) if isinstance(value, str) else printable(literal)
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "nothing"


def _known(path: Path) -> str:
    keys = _keys(path)
    near = nearest(str(path[-1]), keys)
    return f"write {near}" if near else f"remove it, known keys are {', '.join(keys)}"


def _meant(path: Path) -> Path:
    """The path of the key that an unknown one most likely means."""
    near = nearest(str(path[-1]), _keys(path))
    return (*path[:-1], near) if near else path


def _keys(path: Path) -> list[str]:
    """The keys known beside the last step of the path."""
    form = _form(path[:-1])
    return [info.alias or name for name, info in form.model_fields.items()]


def _description(path: Path) -> str:
    form = _form(path[:-1])
    name = next(n for n, info in form.model_fields.items() if (info.alias or n) == path[-1])
    text = form.model_fields[name].description or ""
    return text[:1].lower() + text[1:].removesuffix(".")


def _form(path: Path) -> type[BaseModel]:
    """The form that describes the mapping at the path."""
    here: Any = TopologyForm
    for step in path:
        if get_origin(here):  # a mapping or a list of forms
            here = get_args(here)[-1]
        else:
            fields = {info.alias or name: info for name, info in here.model_fields.items()}
            here = fields[str(step)].annotation
            if get_origin(here) in (types.UnionType, Union):
                here = next(part for part in get_args(here) if part is not type(None))
    form: type[BaseModel] = here
    return form
