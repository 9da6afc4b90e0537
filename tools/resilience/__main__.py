"""Let things happen to runs of the suites on the lab, and see what the runs lose.

python -m tools.resilience [SCENARIO ...]     all by default, about 40 minutes

Workers and runs are killed at random moments, API servers stop or hang, streams are cut, disks are
full. Whatever happens: what was judged stays, what was not is told, nothing is red that is not,
nothing hangs, and nothing is left in the clusters. The lab is brought up if it is not. What was
seen is written to docs/resilience.json and docs/resilience.md after each scenario.
Exit status: 0 when every promise was kept, 1 otherwise, 2 when there is no answer.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from random import Random
from time import time

from tools import lab_run
from tools.ending import heard
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.resilience import page
from tools.resilience.remains import remains, runs_left
from tools.resilience.run import Run
from tools.resilience.scenario import Scenario
from tools.resilience.scenarios import SCENARIOS
from tools.resilience.trial import Left, Trial, broken, left, reasons

REPORTS = lab_run.ROOT / "reports" / "resilience"
MORE = 120.0
"""Seconds beyond those of an undisturbed run that a disturbed one may take."""
_LATEST = 0.9
"""The part of an undisturbed run after which nothing strikes: it might be over by then."""
_WORKERS_END = 30.0
"""Seconds for workers to notice that their run is gone, and to remove what they started."""


def usual(lab: Lab) -> tuple[Left, float]:
    """What a run leaves to which nothing happens, and its seconds. Raises LabError."""
    run = Run.start(lab, REPORTS, "usual")
    code = run.wait(600)
    run.end()
    seconds = run.seconds
    if code != 0:
        raise LabError(f"the undisturbed run ended with {code}", fix=f"read {run.output}")
    return left(run.folder), seconds


def once(lab: Lab, scenario: Scenario, number: int, before: tuple[Left, float]) -> Trial:
    """One trial of a scenario."""
    whole, seconds = before
    # The moments of all trials of a scenario are spread over a run, each at random in its part.
    random = Random(f"{scenario.id} {number}")
    part = (number - 1 + random.random()) / scenario.times
    latest = _LATEST * seconds
    moment = scenario.after + (latest - scenario.after) * part if scenario.strikes else 0.0
    # The pods of a run that was killed bear its name for a while.
    name = f"{scenario.id}-{number}-{time():.0f}"
    reports = REPORTS / name
    with scenario.before(lab, reports) as words:
        run = Run.start(lab, reports, name, *words)
        try:
            if scenario.strikes and run.wait(moment) is None:
                scenario.strike(lab, run, random)
            code = run.wait(seconds + MORE - run.seconds)
            took = run.seconds
            said = [] if code is None else runs_left(run, within=_WORKERS_END)
        finally:
            run.end()
        found = left(run.folder)
    said += broken(scenario.promise, found, whole, code=code, text=run.text)
    if code is not None:
        said += remains(lab, run.folder.id, away=scenario.promise.away)
    return Trial(
        number=number,
        struck=round(moment, 1),
        seconds=round(took, 1),
        code=code,
        claims=len(found.claims),
        unknown=sum(claim["standing"] == "unknown" for claim in found.claims),
        reasons=reasons(found.claims),
        broken=tuple(said),
    )


def main(arguments: list[str] | None = None) -> int:
    """Try the scenarios, and say of each trial what came of it."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.resilience",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = ", ".join(SCENARIOS)
    parser.add_argument("ids", nargs="*", metavar="SCENARIO", help=f"these alone, of {names}")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.ids if name not in SCENARIOS]
    if unknown:
        parser.error(f"no scenario {', '.join(unknown)}: there are {names}")
    chosen = [SCENARIOS[name] for name in given.ids] or list(SCENARIOS.values())
    heard()  # what was taken away is given back
    shutil.rmtree(REPORTS, ignore_errors=True)
    try:
        lab = lab_run.up()
        before = usual(lab)
        for scenario in chosen:
            trials = [_told(once(lab, scenario, n, before), scenario) for n in _numbers(scenario)]
            page.keep(scenario, trials, seconds=before[1], more=MORE)
    except (LabError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: what was seen of whole scenarios is kept")
        return 2
    return 0 if all(page.kept(scenario) for scenario in chosen) else 1


def _numbers(scenario: Scenario) -> range:
    return range(1, scenario.times + 1)


def _told(trial: Trial, scenario: Scenario) -> Trial:
    head = f"{scenario.id} {trial.number} of {scenario.times}"
    when = f"at {trial.struck} s, " if scenario.strikes else ""
    print(
        f"{head}: {when}ended with {trial.code} after {trial.seconds} s, {trial.claims} claims, "
        f"{trial.unknown} unknown for {trial.reasons} reasons",
        flush=True,
    )
    for line in trial.broken[:8]:
        print(f"    {line}", flush=True)
    return trial


if __name__ == "__main__":
    sys.exit(main())
