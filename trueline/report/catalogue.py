"""Every requirement of trueline, and the hash by which two catalogues are told apart."""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
from collections.abc import Iterable

import trueline.requirements
from trueline.model.requirement import Requirement


def every() -> tuple[Requirement, ...]:
    """All requirements, in the order of their ids."""
    modules = (
        importlib.import_module(f"trueline.requirements.{item.name}")
        for item in pkgutil.iter_modules(trueline.requirements.__path__)
    )
    found = {
        item for one in modules for item in vars(one).values() if isinstance(item, Requirement)
    }
    return tuple(sorted(found, key=lambda item: item.id))


def digest(requirements: Iterable[Requirement]) -> str:
    """The SHA-256 of what they demand: ids, sentences, severities, and which only advise."""
    demanded = [
        [item.id, item.must, item.severity.value, item.advisory]
        for item in sorted(requirements, key=lambda item: item.id)
    ]
    text = json.dumps(demanded, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
