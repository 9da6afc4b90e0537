"""Run the suites on the healthy lab again and again: every red and every unknown is a false alarm.

python -m tools.soak [--runs N]     N: 100 by default, about an hour

Every second run is made hard: all processors are kept busy, and the API servers are stopped for a
part of every second. Workers, time zone, locale and hash seed change from run to run. The lab is
brought up if it is not. What every run came to is written to reports/soak.json as it goes, so an
interrupted soak keeps what it saw; one of a hundred runs or more is published in docs/soak.md.
Exit status: 0 when nothing was red or unknown and nothing grew from run to run, 1 otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter

from tools.lab.lab import Lab
from tools.lab.process import Process
from tools.lab_run import ROOT, run_suites
from tools.soak_growth import api_servers, grown, size
from tools.soak_page import Came, Variation, publish
from tools.soak_series import series, status

REPORTS = ROOT / "reports" / "soak"
PUBLISHED = 100
WORKERS = ("auto", "0", "1", "4")
ZONES = ("UTC", "Pacific/Auckland", "America/St_Johns")
LOCALES = ("C.UTF-8", "C", "POSIX")
STOPPED, RUNNING = 0.15, 0.45  # seconds of an API server under pressure, in turn
_HOG = "while True: pass"


def variation(number: int) -> Variation:
    """The variation of a run, counted from 0: all pairs come up within the first dozens."""
    return Variation(
        hard=number % 2 == 1,
        workers=WORKERS[number // 2 % len(WORKERS)],
        zone=ZONES[number % len(ZONES)],
        locale=LOCALES[number // 3 % len(LOCALES)],
        seed=number,
    )


@contextmanager
def hogs(count: int) -> Iterator[None]:
    """Keep that many processors busy."""
    busy = [subprocess.Popen([sys.executable, "-c", _HOG]) for _ in range(count)]
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


@contextmanager
def slowed(processes: list[Process]) -> Iterator[None]:
    """Stop some processes for a part of every second; they run when this ends, whatever happens."""
    over = threading.Event()
    handles = [os.pidfd_open(process.pid) for process in processes]

    def tell(what: signal.Signals) -> None:
        for handle in handles:
            signal.pidfd_send_signal(handle, what)

    def work() -> None:
        try:
            while not over.wait(RUNNING):
                tell(signal.SIGSTOP)
                over.wait(STOPPED)
                tell(signal.SIGCONT)
        finally:
            tell(signal.SIGCONT)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()
        for handle in handles:
            os.close(handle)


def once(lab: Lab, number: int, reports: Path) -> Came:
    """One run of all suites, and what it came to."""
    how = variation(number)
    began = perf_counter()
    with ExitStack() as pressure:
        if how.hard:
            pressure.enter_context(hogs(os.cpu_count() or 1))
            pressure.enter_context(slowed(api_servers(lab)))
        run_suites(
            lab,
            reports,
            *("suites/", "-q", "-n", how.workers, f"--run=soak-{number}"),
            env={"TZ": how.zone, "LC_ALL": how.locale, "PYTHONHASHSEED": str(how.seed)},
        )
    seconds = round(perf_counter() - began, 1)
    folder = reports / f"soak-{number}"
    claims, alarms = read(folder / "summary.json")
    return Came(
        number=number,
        variation=how,
        seconds=seconds,
        claims=claims,
        alarms=alarms,
        size=size(lab, folder),
    )


def read(path: Path) -> tuple[int, tuple[str, ...]]:
    """The claims and the alarms of a run; one without a summary is an alarm itself."""
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return 0, ("the run wrote no summary",)
    alarms = [*summary["told"]["fail"], *summary["told"]["unknown"]]
    alarms += [f"not run: {test}" for test in summary["not_run"]]
    alarms += [f"broken: {test}" for test in summary["broken"]]
    return int(summary["claims"]), tuple(alarms)


def main(arguments: list[str] | None = None) -> int:
    """Run, and say of every run what it came to."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.soak",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--runs", type=int, default=100, metavar="N", help="default: 100")
    given = parser.parse_args(arguments)
    seen = series(
        "run",
        given.runs,
        lambda lab, number, reports: once(lab, number - 1, reports),
        lambda came: f"{came.seconds} s ({came.variation})",
        reports=REPORTS,
    )
    if len(seen) >= PUBLISHED:
        publish(seen)
    return status("run", seen, given.runs, grown([one.size for one in seen]), reports=REPORTS)


if __name__ == "__main__":
    sys.exit(main())
