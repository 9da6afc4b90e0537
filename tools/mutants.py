"""Change the judges, one small thing at a time, and see whether a test fails; write it all down.

python -m tools.mutants [MODULE ...] [--again | --page]

MODULE is a package of trueline (checks, intent, diagnose: all three are the default) or a module
in one (checks.webhooks). A module is due when it has no row in docs/mutants.json or has changed
since. Of a module that has not changed, the survivors without an argument are tried again, because
tests may have been added. --again takes all anew; --page tries nothing, and writes the page anew
with the arguments as they are. An interrupted run goes on where it ended.
Arguments for survivors stand in tools/mutants_argued.json by the name of the mutant and the hash of
its change; an argument of another change does not count.
Exit status: 0 when each survivor is argued, 1 otherwise, 2 when there is no answer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tools import mutant_rows, mutators
from tools.mutant_rows import Row, Survivor
from tools.mutant_runs import (
    KILLED,
    NO_TESTS,
    SURVIVED,
    TIMED_OUT,
    CannotMutate,
    Reached,
    Runner,
    collected,
    forked,
)
from tools.mutators import Mutant

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / "reports" / "mutants"
PACKAGES = ("checks", "intent", "diagnose")
TESTS = (
    *(f"tests/{name}" for name in ("checks_kube", "l2", "plan", "dns", "reach", "mtls", "policy")),
    *(f"tests/{name}" for name in ("isolation", "ingress", "vms", "time", "drills/test_checks.py")),
    *("tests/diagnose", "tests/intent", "--ignore=tests/intent/test_fuzz.py"),
)


def fingerprint(*texts: bytes) -> str:
    """Of these texts together."""
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Module:
    """A module to be mutated, and its name in the rows."""

    name: str
    path: Path

    @property
    def of(self) -> str:
        """The fingerprint of its source and of the mutants that are made of it."""
        hashes = (mutant.hash.encode() for mutant in self.mutants())
        return fingerprint(self.path.read_bytes(), *hashes)

    def mutants(self) -> list[Mutant]:
        """All of them, in the order of its lines."""
        return list(self._made())

    @property
    def empty(self) -> bool:
        """Whether there is nothing to change."""
        return next(self._made(), None) is None

    def _made(self) -> Iterator[Mutant]:
        return mutators.mutants(self.name, self.path.read_text(encoding="utf-8"))


def known(root: Path = ROOT) -> dict[str, Module]:
    """Every module with something to change, by name."""
    found = [
        Module(f"{package}.{path.stem}", path)
        for package in PACKAGES
        for path in sorted((root / "trueline" / package).glob("*.py"))
    ]
    return {module.name: module for module in found if not module.empty}


def chosen(words: Iterable[str], modules: Mapping[str, Module]) -> list[Module]:
    """The modules that the words name. Raises CannotMutate for a word that names none."""
    found: dict[str, Module] = {}
    for word in words or PACKAGES:
        fitting = {
            name: module
            for name, module in modules.items()
            if name == word or name.startswith(f"{word}.")
        }
        if not fitting:
            raise CannotMutate(f"no module {word!r}; there are {', '.join(sorted(modules))}")
        found |= fitting
    return list(found.values())


@dataclass
class Book:
    """What is known of one module's mutants: written after each of them, for an interrupted run."""

    path: Path
    of: str
    said: dict[str, str] = field(default_factory=dict)

    @classmethod
    def opened(cls, folder: Path, module: Module) -> Book:
        """As the last run left it; empty when the module has changed since."""
        book = cls(folder / f"{module.name}.jsonl", module.of)
        if book.path.exists():
            first, *lines = book.path.read_text(encoding="utf-8").splitlines() or [""]
            if first == book.of:
                book.said = dict(json.loads(line) for line in lines)
                return book
        folder.mkdir(parents=True, exist_ok=True)
        book.path.write_text(f"{book.of}\n", encoding="utf-8")
        return book

    def write(self, name: str, outcome: str) -> None:
        """Keep what came of a mutant."""
        self.said[name] = outcome
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps([name, outcome]) + "\n")

    def close(self) -> None:
        """The module has its row: the book is not needed any more."""
        self.path.unlink()


@dataclass
class Mutation:
    """One run of this command over some modules."""

    modules: Mapping[str, Module]
    rows: dict[str, Row]
    arguments: mutant_rows.Arguments
    state: Path = STATE
    again: bool = False

    def due(self, module: Module) -> list[Mutant]:
        """The mutants of a module that are to be tried."""
        row = self.rows.get(module.name)
        if self.again or row is None or row.of != module.of:
            return module.mutants()
        open_ = {one.name for one in mutant_rows.open_in(row, self.arguments)}
        return [mutant for mutant in module.mutants() if mutant.name in open_]

    def work(self, runner: Runner, modules: Iterable[Module]) -> None:
        """Try all that is due, and write a module's row as soon as it is known."""
        todo = [(module, due) for module in modules if (due := self.due(module))]
        print(f"{sum(len(due) for _, due in todo)} mutants of {len(todo)} modules", flush=True)
        if todo:
            runner.reached = measured(runner, self.state, list(self.modules.values()))
        for number, (module, due) in enumerate(todo, 1):
            row = self.row(runner, module, due)
            self.rows[module.name] = row
            self.save()
            print(f"{number} of {len(todo)}: {told(row, self.arguments)}", flush=True)

    def row(self, runner: Runner, module: Module, due: list[Mutant]) -> Row:
        """Try the mutants of one module; those that a test killed before stay killed."""
        book = Book.opened(self.state, module)
        for mutant in due:
            if mutant.name not in book.said:
                book.write(mutant.name, runner.try_out(module.path, mutant)[0])
        before = self.rows.get(module.name)
        every = module.mutants()
        if len(due) < len(every) and before:
            kept = [one for one in before.survivors if one.name not in book.said]
            killed, timed_out = before.killed, before.timed_out
        else:
            kept, killed, timed_out = [], 0, 0
        said = [book.said[mutant.name] for mutant in due]
        new = {
            mutant.name: Survivor(
                name=mutant.name,
                hash=mutant.hash,
                diff=mutant.diff,
                tested=book.said[mutant.name] == SURVIVED,
            )
            for mutant in due
            if book.said[mutant.name] in (SURVIVED, NO_TESTS)
        } | {one.name: one for one in kept}
        book.close()
        return Row(
            module=module.name,
            of=module.of,
            date=datetime.now(UTC).date().isoformat(),
            killed=killed + said.count(KILLED),
            timed_out=timed_out + said.count(TIMED_OUT),
            survivors=tuple(new[mutant.name] for mutant in every if mutant.name in new),
        )

    def save(self) -> None:
        """Write both files."""
        waiting = [name for name in self.modules if name not in self.rows]
        mutant_rows.save(self.rows, self.arguments, waiting)


def measured(runner: Runner, state: Path, modules: Iterable[Module]) -> Reached:
    """Which tests reach which lines: of the last run when nothing has changed since."""
    folders = sorted({module.path.parent for module in modules})
    files = [
        path for place in ("trueline", "tests") for path in sorted((ROOT / place).rglob("*.*"))
    ]
    of = fingerprint(
        *(path.read_bytes() for path in files if path.is_file() and path.suffix != ".pyc"),
        *(name.encode() for name in runner.items),
    )
    kept = state / f"reached-{of}.json"
    if not kept.exists():
        print(f"measuring which of {len(runner.items)} tests run which lines", flush=True)
        state.mkdir(parents=True, exist_ok=True)
        for old in state.glob("reached-*.json"):
            old.unlink()
        forked(lambda: str(kept.write_text(runner.measure(folders), encoding="utf-8")))
    return Reached.read(kept.read_text(encoding="utf-8"))


def told(row: Row, argued: mutant_rows.Arguments) -> str:
    """A row in a line for the terminal."""
    missing = len(mutant_rows.open_in(row, argued))
    return (
        f"{row.module} {row.mutants} mutants, {row.killed} killed, {row.timed_out} timed out, "
        f"{len(row.survivors)} alive, {missing} not argued"
    )


def main(arguments: list[str] | None = None) -> int:
    """Make the rows that are due."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutants",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="these alone")
    parser.add_argument("--again", action="store_true", help="take what is known anew as well")
    parser.add_argument("--page", action="store_true", help="write the page anew, try nothing")
    given = parser.parse_args(arguments)
    # Ending it from outside is like Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    modules = known()
    rows = {name: row for name, row in mutant_rows.load().items() if name in modules}
    run = Mutation(modules, rows, mutant_rows.arguments(), again=given.again)
    try:
        wanted = chosen(given.modules, modules)
        if not given.page:
            collected(ROOT, TESTS, lambda runner: run.work(runner, wanted))
    except CannotMutate as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: what is known is written")
        return 2
    run.save()
    return outcome(run, wanted)


def outcome(run: Mutation, wanted: list[Module]) -> int:
    """Say what is open; the exit code."""
    rows = [run.rows[module.name] for module in wanted if module.name in run.rows]
    print(mutant_rows.figures(rows, run.arguments))
    for name in mutant_rows.stale(rows, run.arguments):
        print(f"an argument that counts for no survivor: {name}")
    open_ = [one for row in rows for one in mutant_rows.open_in(row, run.arguments)]
    for one in open_:
        print(f"not argued: {one.name} {one.hash}: {' | '.join(mutant_rows.short(one.diff))}")
    missing = [module.name for module in wanted if module.name not in run.rows]
    if missing:
        print(f"not run yet: {', '.join(missing)}")
    return 1 if open_ or missing else 0


if __name__ == "__main__":
    sys.exit(main())
