"""Where a batch of probes runs: this host, a pod through exec, or a machine through ssh.

All take the same batch and give the same answers, since all run the same source text
(`trueline.probes.agent`), so a check compares vantage points without knowing how they were reached.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError

from trueline.model.probe import Answer, Probe
from trueline.probes import (
    agent,
    agent_datagrams,
    agent_http,
    agent_names,
    agent_neighbours,
    agent_pace,
    agent_tls,
    kube_exec,
)
from trueline.probes.command import TooMuch, complaint, talk

Batch = Mapping[str, Probe]

# The pod or machine reads the program and then, as the next line, the batch. Each module of the
# program is made under its own name, its packages being empty ones.
_LOADER = "import sys, json; exec(json.loads(sys.stdin.readline()))"
_MODULES = (
    agent_datagrams,
    agent_http,
    agent_names,
    agent_neighbours,
    agent_pace,
    agent_tls,
    agent,
)
_PROGRAM = """\
import sys, types
for name, text in {modules!r}:
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:end]), types.ModuleType(".".join(parts[:end])))
    exec(compile(text, name, "exec"), sys.modules[name].__dict__)
sys.modules[name].main()
"""
_START = 30.0  # seconds until the program runs at the very latest
_BATCH: TypeAdapter[dict[str, Probe]] = TypeAdapter(dict[str, Probe])
_ANSWERS: TypeAdapter[dict[str, Answer]] = TypeAdapter(dict[str, Answer])


class Asking(Protocol):
    """Runs batches."""

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """Run every probe of the batch, all at once; the answers by name.

        Raises Unreachable when the vantage point itself cannot be used.
        """
        ...


class Talk(Asking, Protocol):
    """Batches that a vantage point runs one after the other; of one thread at a time."""

    def close(self) -> None:
        """No more is asked."""
        ...


class Place(Asking, Protocol):
    """A vantage point that can run a batch."""

    def talk(self) -> Talk:
        """For several batches, one after the other."""
        ...


class Unreachable(Exception):
    """A vantage point could not run the batch; the text says why."""


@dataclass(frozen=True)
class _Anew:
    """Each batch by a process of its own."""

    place: Asking

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """As `Asking.ask`."""
        return self.place.ask(batch)

    def close(self) -> None:
        """Nothing is left open."""


@dataclass(frozen=True)
class Host:
    """The network namespace this process runs in.

    The probes have a process of their own: among the threads of this one, which decode what all
    vantage points send, they would measure its haste and not the network's.
    """

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """As `Asking.ask`."""
        words = (sys.executable, "-I", "-S", "-c", _LOADER)
        return _run(words, batch, longest(batch) + _START, "this host")

    def talk(self) -> Talk:
        """As `Place.talk`."""
        return _Anew(self)


@dataclass(frozen=True)
class Pod:
    """A running pod with Python 3, reached by exec.

    `pod` is `namespace/name`; `container` names one of several. `kubeconfig` is one path or
    several, as in KUBECONFIG; `api_timeout` is how many seconds the API may take beside the probes.
    """

    pod: str
    context: str
    kubeconfig: str
    api_timeout: float
    container: str | None = None

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """As `Asking.ask`."""
        with closing(self.talk()) as talk:
            return talk.ask(batch)

    def talk(self) -> Talk:
        """As `Place.talk`, by one exec for all batches."""
        namespace, _, name = self.pod.partition("/")
        session = kube_exec.Session(
            ["python3", "-c", _LOADER],
            namespace=namespace,
            pod=name,
            container=self.container,
            context=self.context,
            kubeconfig=self.kubeconfig,
        )
        return _Exec(self, session)


@dataclass(frozen=True)
class _Exec:
    """The probe program in a pod, which waits for the next batch; started anew where it ended."""

    pod: Pod
    session: kube_exec.Session

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """As `Asking.ask`."""
        who = f"pod {self.pod.pod}"
        runs = self.session.runs()
        if not runs:
            self.session.close()
        given = _line(batch) if runs else _script(batch)
        try:
            text = self.session.say(given, self.pod.api_timeout + longest(batch))
        except kube_exec.ExecFailed as error:
            raise Unreachable(f"{who} ran no probe: {error}") from error
        return _read(text, batch, who)

    def close(self) -> None:
        """The program ends."""
        self.session.close()


@dataclass(frozen=True)
class Ssh:
    """A machine with Python 3, reached by the ssh of this host, without a password."""

    host: str
    patience: float
    program: str = "ssh"

    def ask(self, batch: Batch) -> dict[str, Answer]:
        """As `Asking.ask`."""
        patience = self.patience + longest(batch)
        words = [self.program, "-o", "BatchMode=yes", "-o", f"ConnectTimeout={self.patience:.0f}"]
        return _run(
            (*words, "--", self.host, f"python3 -c '{_LOADER}'"), batch, patience, self.host
        )

    def talk(self) -> Talk:
        """As `Place.talk`."""
        return _Anew(self)


def longest(batch: Batch) -> float:
    """How many seconds a batch can take at most, all its probes at once."""
    return max((len(p.steps) * (2 * p.connect + 2 * p.answer) for p in batch.values()), default=0.0)


def _run(words: Sequence[str], batch: Batch, patience: float, who: str) -> dict[str, Answer]:
    """Run the probe program by a command of this host. Raises Unreachable."""
    try:
        done = talk(words, _script(batch), within=patience, most=kube_exec.LARGEST)
    except FileNotFoundError as error:
        raise Unreachable(f"there is no {words[0]} on this host") from error
    except subprocess.TimeoutExpired as error:
        raise Unreachable(f"{who} did not end within {patience:g} s") from error
    except TooMuch as error:
        raise Unreachable(f"{who} wrote more than {kube_exec.LARGEST} bytes") from error
    if done.returncode != 0:
        raise Unreachable(f"{who} ran no probe: {complaint(done)}")
    return _read(done.stdout, batch, who)


def _script(batch: Batch) -> str:
    modules = [(module.__name__, inspect.getsource(module)) for module in _MODULES]
    program = _PROGRAM.format(modules=modules)
    return f"{json.dumps(program)}\n{_line(batch)}"


def _line(batch: Batch) -> str:
    return f"{json.dumps(_BATCH.dump_python(dict(batch)))}\n"


def _read(text: str, batch: Batch, who: str) -> dict[str, Answer]:
    try:
        results = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreachable(f"{who} answered with something else than answers: {error}") from error
    return _answers(results, batch, who)


def _answers(results: Any, batch: Batch, who: str) -> dict[str, Answer]:
    try:
        answers = _ANSWERS.validate_python(results)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Unreachable(
            f"{who} answered with something else: {first['msg']} at {where or 'its top'}"
        ) from error
    if list(answers) != list(batch):
        raise Unreachable(f"{who} answered other probes than it was asked")
    return answers
