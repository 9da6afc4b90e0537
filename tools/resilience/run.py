"""A run of the suites in the runner of the lab, as a process that something can happen to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tools.lab.lab import Lab
from tools.lab_run import ROOT
from trueline.report.run import RunFolder

_WORKER = "exec(eval(sys.stdin.readline()))"  # how execnet starts Python
_AGAIN = 0.05


@dataclass
class Run:
    """One run: pytest as the leader of a process group of its own, with its workers in it."""

    process: subprocess.Popen[bytes]
    folder: RunFolder
    output: Path
    began: float

    @classmethod
    def start(cls, lab: Lab, reports: Path, name: str, *words: str) -> Run:
        """Start all suites on the lab, as the run `name` below `reports`."""
        output = reports.parent / f"{name}.log"  # beside: reports may be a disk that is full
        output.parent.mkdir(parents=True, exist_ok=True)
        pytest = [sys.executable, "-m", "pytest", "suites/", "-q", "-n", "2"]
        line = [*pytest, f"--reports={reports}", f"--run={name}", *words]
        with output.open("wb") as file:
            process = subprocess.Popen(
                lab.runner_command(line),
                env=lab.runner_environment(),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return cls(process, RunFolder(reports / name), output, perf_counter())

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return perf_counter() - self.began

    @property
    def text(self) -> str:
        """What it printed."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float) -> int | None:
        """The exit status, None where it has not ended after so long."""
        try:
            return self.process.wait(max(seconds, _AGAIN))
        except subprocess.TimeoutExpired:
            return None

    def workers(self) -> list[int]:
        """The pids of its workers."""
        return [pid for pid in self.group() if _WORKER in _command(pid)]

    def group(self) -> list[int]:
        """The pids of all its processes that are alive."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    pid = int(entry.name)
                    if os.getpgid(pid) == self.process.pid and not _is_dead(pid):
                        found.append(pid)
        return sorted(found)

    def tell(self, what: signal.Signals, *, all_of_them: bool = False) -> None:
        """Send a signal to pytest, or to all its processes as a terminal does."""
        with suppress(ProcessLookupError):
            if all_of_them:
                os.killpg(self.process.pid, what)
            else:
                self.process.send_signal(what)

    def end(self) -> None:
        """End what is left of it."""
        self.tell(signal.SIGKILL, all_of_them=True)
        self.process.wait()


def _command(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace")
    return ""


def _is_dead(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    return state in ("Z", "X")
