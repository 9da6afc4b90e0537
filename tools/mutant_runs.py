"""Runs the tests of a mutant: in a forked process, and only those that reach the changed lines.

One pytest process collects the tests and runs none of them itself, so nothing is remembered from
one mutant to the next. A child of it measures once which test runs which line; then each mutant
has a child of its own, in which the code of the changed function is replaced, wherever the
function is kept by now. A check is its judge in a `Check`; its code is replaced all the same.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import NoReturn

import coverage
import pytest

from tools.mutators import Mutant

KILLED, SURVIVED, TIMED_OUT, NO_TESTS = "killed", "survived", "timed out", "no tests"

_MOST = 10.0
"""Seconds of processor that the tests of one mutant may take without it; the fastest come first."""

_SLOW = 2.0
"""Seconds; a test that takes longer is not asked."""

_MEMORY = 4 << 30

_Key = tuple[str, str, int]
"""Where a function stands: file, name, first line."""


class CannotMutate(Exception):
    """The text says what went wrong before the first mutant."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Which tests run which line: of each test its seconds, of each file and line its tests."""

    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[int, Sequence[str]]]

    @classmethod
    def read(cls, written: str) -> Reached:
        """As `Runner.measure` wrote it.

        Lines of the same tests share them: the less there is, the faster a child is made.
        """
        found = json.loads(written)
        names = list(found["seconds"])
        shared: dict[tuple[int, ...], tuple[str, ...]] = {}

        def known(numbers: list[int]) -> tuple[str, ...]:
            key = tuple(numbers)
            return shared.setdefault(key, tuple(names[number] for number in key))

        lines = {
            file: {int(line): known(numbers) for line, numbers in of.items()}
            for file, of in found["lines"].items()
        }
        return cls(found["seconds"], lines)

    def tests(self, path: Path, lines: range) -> list[str]:
        """The tests that run one of the lines, the fastest first, slow ones left out."""
        known = self.lines.get(str(path), {})
        found = {name for line in lines for name in known.get(line, ())}
        quick = sorted((self.seconds[name], name) for name in found)
        return [name for seconds, name in quick if seconds <= _SLOW]


@dataclass(eq=False)  # pytest before 8.4 keeps plug-ins in a set
class Runner:
    """The collected tests, run in children of this process. Made by `collected`."""

    items: dict[str, pytest.Item]
    failed: list[str] = field(default_factory=list)
    reached: Reached = field(default_factory=lambda: Reached({}, {}))
    _killers: dict[tuple[Path, str], list[str]] = field(default_factory=dict)
    _functions: dict[_Key, list[FunctionType]] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what failed, in whichever phase."""
        if report.failed:
            self.failed.append(report.nodeid)

    def find_functions(self) -> None:
        """Find every function by the file, name and line of its code, wherever it is kept."""
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType):
                code = thing.__code__
                key = (code.co_filename, code.co_qualname, code.co_firstlineno)
                self._functions.setdefault(key, []).append(thing)
        gc.freeze()  # a child that never looks at an object need not copy it

    def passes(self, names: Iterable[str]) -> bool:
        """Run tests until one fails."""
        for name in names:
            item = self.items[name]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if self.failed:
                return False
        return True

    def measure(self, folders: Sequence[Path]) -> str:
        """Run all tests once and see which lines in `folders` each of them reaches, as JSON.

        Raises CannotMutate when one of them fails.
        """
        seconds: dict[str, float] = {}
        watch = coverage.Coverage(
            data_file=None, config_file=False, source=[str(folder) for folder in folders]
        )
        watch.start()
        for name in self.items:
            watch.switch_context(name)
            begun = time.process_time()
            self.passes([name])
            seconds[name] = round(time.process_time() - begun, 4)
        watch.stop()
        if self.failed:
            raise CannotMutate(f"tests fail without any mutant: {', '.join(self.failed[:5])}")
        data = watch.get_data()
        numbers = {name: number for number, name in enumerate(self.items)}
        lines = {
            file: {
                line: sorted(numbers[name] for name in contexts if name)
                for line, contexts in data.contexts_by_lineno(file).items()
            }
            for file in sorted(data.measured_files())
        }
        return json.dumps({"seconds": seconds, "lines": lines})

    def try_out(self, path: Path, mutant: Mutant) -> tuple[str, str]:
        """What comes of a mutant, and the test that killed it.

        Tests that killed another mutant of the function, then of the module, are asked first.
        """
        changed = [
            (function, fitting)
            for key, code in _codes(mutant, path).items()
            for function in self._functions.get(key, ())
            if (fitting := _fitting(code, function.__code__.co_freevars))
        ]
        names = self._chosen(path, mutant) if changed else []
        if not names:
            return NO_TESTS, ""
        limit = 3.0 + 10.0 * sum(self.reached.seconds[name] for name in names)

        def judge() -> str:
            for function, code in changed:
                function.__code__ = code
            return "" if self.passes(names) else self.failed[0]

        said = forked(judge, limit)
        if said is None:
            return TIMED_OUT, ""
        if said:
            for key in (mutant.function, ""):
                others = [name for name in self._killed(path, key) if name != said]
                self._killers[path, key] = [said, *others]
        return (KILLED, said) if said else (SURVIVED, "")

    def _chosen(self, path: Path, mutant: Mutant) -> list[str]:
        tests = self.reached.tests(path, mutant.lines)
        first = [*self._killed(path, mutant.function), *self._killed(path, "")]
        asked = {*tests}
        ordered = dict.fromkeys([*(name for name in first if name in asked), *tests])
        return list(self._within_budget(ordered))

    def _killed(self, path: Path, function: str) -> list[str]:
        """The tests that killed mutants of a function, the last one first; of the file for ""."""
        return self._killers.get((path, function), [])

    def _within_budget(self, names: Iterable[str]) -> Iterator[str]:
        left = _MOST
        for name in names:
            left -= self.reached.seconds[name]
            if left < 0:
                return
            yield name


def _codes(mutant: Mutant, path: Path) -> dict[_Key, CodeType]:
    """The code of the changed function and of those in it, by file, name and line.

    An inner function that was made while its module was imported is kept like any other.
    """
    waiting = [compile(mutant.source, str(path), "exec", dont_inherit=True)]
    found = {}
    while waiting:
        code = waiting.pop()
        name = code.co_qualname
        if name == mutant.function or name.startswith(f"{mutant.function}.<locals>."):
            found[code.co_filename, name, code.co_firstlineno] = code
        waiting += [part for part in code.co_consts if isinstance(part, CodeType)]
    return found


def _fitting(code: CodeType, closure: tuple[str, ...]) -> CodeType | None:
    """The code for a function with this closure; None when it uses only a part of it.

    Code that uses nothing of it can be given it all the same.
    """
    if not code.co_freevars:
        return code.replace(co_freevars=closure)
    return code if len(code.co_freevars) == len(closure) else None


def forked(work: Callable[[], str], limit: float | None = None) -> str | None:
    """What `work` said in a child of this process; None when it took its time.

    `limit` is in seconds of processor, so that a busy machine ends nobody. Raises CannotMutate when
    the child could not do its work.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _as_child(work, writing, limit)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGPROF, signal.SIGALRM):
        return None
    if os.WIFSIGNALED(status):  # it brought the interpreter down
        return f"signal {os.WTERMSIG(status)}"
    if os.WEXITSTATUS(status):
        raise CannotMutate(said)
    return said


def _as_child(work: Callable[[], str], writing: int, limit: float | None) -> NoReturn:
    code = 1
    gc.disable()  # to look through all objects would be to copy them
    try:
        with ExitStack() as kept:
            silent = kept.enter_context(Path(os.devnull).open("wb"))
            for stream in (1, 2):
                os.dup2(silent.fileno(), stream)
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
                signal.signal(signal.SIGPROF, signal.SIG_DFL)
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.setitimer(signal.ITIMER_PROF, limit)
                signal.setitimer(signal.ITIMER_REAL, 60 * limit)
            said = work()
            code = 0
    except CannotMutate as error:
        said = str(error)
    except BaseException as error:  # noqa: BLE001 - the parent tells it
        said = f"{type(error).__name__}: {error}"
    finally:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(said.encode())
        os._exit(code)


class _Hand:
    """The plug-in that works with the collected tests instead of running them."""

    def __init__(self, work: Callable[[Runner], None]) -> None:
        self._work = work
        self.trouble: BaseException | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take the place of pytest's own loop."""
        runner = Runner({item.nodeid: item for item in session.items})
        session.config.pluginmanager.register(runner)
        runner.find_functions()
        try:
            self._work(runner)
        except (CannotMutate, KeyboardInterrupt) as trouble:  # pytest would tell it as its own
            self.trouble = trouble
        return True


def collected(root: Path, words: Sequence[str], work: Callable[[Runner], None]) -> None:
    """Collect the tests that `words` name to pytest and do `work` with them.

    Raises CannotMutate when they cannot be collected, and what `work` raises of it.
    """
    given = ["-q", "-p", "no:cacheprovider", "--capture=sys", "--rootdir", str(root), *words]
    hand = _Hand(work)
    code = pytest.main(given, plugins=[hand])
    if hand.trouble:
        raise hand.trouble
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise CannotMutate(f"the tests could not be collected (pytest exit {int(code)})")
