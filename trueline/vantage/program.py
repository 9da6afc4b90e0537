"""The program of the probes as text, what it is given, and what it gives back.

A pod, a machine or a process of this host runs `LOADER`, which reads the program and runs it; each
further line is a batch, and is answered by a line.
"""

from __future__ import annotations

import functools
import json
import pkgutil
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from trueline.model.probe import Answer, Probe

Batch = Mapping[str, Probe]

LOADER = "import sys, json; exec(json.loads(sys.stdin.readline()))"
_PACKAGE = "trueline.probes"
_MODULES = (  # each after those it imports; they are read and not imported here
    "agent_datagrams",
    "agent_http",
    "agent_names",
    "agent_neighbours",
    "agent_pace",
    "agent_rungs",
    "agent_tls",
    "agent_turns",
    "agent",
)
# Each module is made under its own name, its packages being empty ones.
_PROGRAM = """\
import sys, types
for name, text in {modules!r}:
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:end]), types.ModuleType(".".join(parts[:end])))
    exec(compile(text, name, "exec"), sys.modules[name].__dict__)
sys.modules[name].main()
"""
_BATCH: TypeAdapter[dict[str, Probe]] = TypeAdapter(dict[str, Probe])
_ANSWERS: TypeAdapter[dict[str, Answer]] = TypeAdapter(dict[str, Answer])


class Unreachable(Exception):
    """A vantage point could not run the batch; the text says why."""


def longest(batch: Batch) -> float:
    """How many seconds a batch can take at most, all its probes at once."""
    return max((len(p.steps) * (2 * p.connect + 2 * p.answer) for p in batch.values()), default=0.0)


@functools.cache
def program() -> str:
    """The line that the loader is given first."""
    modules = [(f"{_PACKAGE}.{name}", _source(name)) for name in _MODULES]
    return f"{json.dumps(_PROGRAM.format(modules=modules))}\n"


def _source(name: str) -> str:
    data = pkgutil.get_data(_PACKAGE, f"{name}.py")
    assert data is not None  # noqa: S101  it is a part of this package
    return data.decode()


def line(batch: Batch) -> str:
    """The line that has a batch run; what is as by default is left out."""
    return f"{_BATCH.dump_json(dict(batch), exclude_defaults=True).decode()}\n"


def read(text: str, batch: Batch, who: str) -> dict[str, Answer]:
    """The answers to a batch, from a line of `who`. Raises Unreachable where it is none."""
    try:
        answers = _ANSWERS.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        place = f" at {where}" if where else ""
        raise Unreachable(f"{who} answered with something else: {first['msg']}{place}") from error
    if list(answers) != list(batch):
        raise Unreachable(f"{who} answered other probes than it was asked")
    return answers
