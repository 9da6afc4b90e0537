"""The program of the probes as text, what it is given, and what it gives back.

A pod or a machine runs `LOADER`, which reads the program and runs it; a process of this host runs
`IMPORTER`, which imports it. Each further line is a batch, and is answered by a line.
"""

from __future__ import annotations

import functools
import json
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from trueline.model.printable import clipped, one_line
from trueline.model.probe import Answer, Probe

if TYPE_CHECKING:
    from msgspec.json import Decoder

Batch = Mapping[str, Probe]

LOADER = "import sys, json; exec(json.loads(sys.stdin.readline()))"
IMPORTER = (
    "import sys; sys.path.append(sys.argv[1]); from trueline.probes.agent import main; main()"
)
_LONGEST = 160  # characters of why an answer is none
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


class Unreachable(Exception):
    """A vantage point could not run the batch; the text says why."""


def longest(batch: Batch) -> float:
    """How many seconds a batch can take at most, all its probes at once."""
    return max((len(p.steps) * (2 * p.connect + 2 * p.answer) for p in batch.values()), default=0.0)


def packages() -> str:
    """The folder from which this host imports trueline."""
    return str(Path(__file__).resolve().parents[2])


@functools.cache
def program() -> str:
    """The line that the loader is given first."""
    modules = [(f"{_PACKAGE}.{name}", _source(name)) for name in _MODULES]
    return f"{json.dumps(_PROGRAM.format(modules=modules))}\n"


def _source(name: str) -> str:
    data = pkgutil.get_data(_PACKAGE, f"{name}.py")
    assert data is not None  # noqa: S101  it is a part of this package
    return data.decode()


@functools.cache
def _answers() -> Decoder[dict[str, Answer]]:
    from msgspec.json import Decoder

    return Decoder(dict[str, Answer])


def line(batch: Batch) -> str:
    """The line that has a batch run."""
    from msgspec.json import encode

    return f"{encode(batch).decode()}\n"


def read(text: str, batch: Batch, who: str) -> dict[str, Answer]:
    """The answers to a batch, from a line of `who`. Raises Unreachable where it is none."""
    from msgspec import MsgspecError

    try:
        answers = _answers().decode(text)
    except (MsgspecError, RecursionError) as error:
        why = clipped(one_line(error), _LONGEST)  # it may quote what was said
        raise Unreachable(f"{who} answered with something else: {why}") from error
    if list(answers) != list(batch):
        raise Unreachable(f"{who} answered other probes than it was asked")
    return answers
