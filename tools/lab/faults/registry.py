"""Every fault of the package, by id; what is in force is written down beside the lab."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path

from tools.lab import faults, reset
from tools.lab.errors import LabError
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.state import write


def every() -> dict[str, Fault]:
    """The faults by id, in the order of their ids."""
    found = {}
    for module in pkgutil.iter_modules(faults.__path__):
        fault = getattr(importlib.import_module(f"tools.lab.faults.{module.name}"), "FAULT", None)
        if fault is not None:
            found[fault.id] = fault
    return dict(sorted(found.items()))


def get(name: str) -> Fault:
    """The fault of that id. Raises LabError with the nearest ids."""
    known = every()
    if name.upper() not in known:
        near = difflib.get_close_matches(name.upper(), known, n=3) or list(known)
        raise LabError(f"no fault {name!r}", fix=f"did you mean {', '.join(near)}?")
    return known[name.upper()]


def _record() -> Path:
    return state() / "faults"


def in_force() -> list[str]:
    """The ids of the faults that were injected since the last clear."""
    return _record().read_text().split() if _record().exists() else []


def inject(lab: Lab, fault: Fault) -> None:
    """Break it, and return once the fault is in force. Raises LabError, also when it is already."""
    if fault.id in in_force():
        raise LabError(f"{fault.id} is in force already", fix="python -m tools.lab fault clear")
    write(_record(), " ".join([*in_force(), fault.id]))
    fault.inject(lab)


def clear(lab: Lab) -> None:
    """Undo every fault in force and bring the lab back to how it came up. Raises LabError."""
    known = every()
    # One that these sources do not know was injected by others; the reset is all it can get.
    for fault in (known.get(name) for name in reversed(in_force())):
        if fault is not None and fault.undo is not None:
            fault.undo(lab)
    reset.reset(lab)
    _record().unlink(missing_ok=True)


def clear_left(lab: Lab) -> None:
    """Clear what an earlier or an interrupted injection left in force, if it did."""
    if in_force():
        clear(lab)


def table(found: Iterable[Fault]) -> str:
    """The faults as lines: id, what must turn red, what it breaks."""
    active = in_force()
    lines = []
    for fault in found:
        mark = "  (in force)" if fault.id in active else ""
        lines.append(
            f"{fault.id:6} {fault.title}{mark}\n       red: {', '.join(sorted(fault.reds))}"
        )
    return "\n".join(lines)
