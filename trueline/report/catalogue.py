"""Every requirement of trueline, and the hash by which two catalogues are told apart."""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
from collections.abc import Iterable, Iterator
from types import ModuleType

import trueline.requirements
from trueline.model.requirement import Requirement


def every() -> tuple[Requirement, ...]:
    """All requirements, in the order of their ids."""
    found = {item for _, one in modules(trueline.requirements) for item in requirements_of(one)}
    return tuple(sorted(found, key=lambda item: item.id))


def modules(package: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    """The modules of a package with their names, in the order of these."""
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        yield found.name, importlib.import_module(f"{package.__name__}.{found.name}")


def requirements_of(module: ModuleType) -> list[Requirement]:
    """The requirements of a module, in the order in which they stand there."""
    return [value for value in vars(module).values() if isinstance(value, Requirement)]


def digest(requirements: Iterable[Requirement]) -> str:
    """The SHA-256 of what they demand: ids, sentences, severities, and which only advise."""
    demanded = [
        [item.id, item.must, item.severity.value, item.advisory]
        for item in sorted(requirements, key=lambda item: item.id)
    ]
    text = json.dumps(demanded, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
