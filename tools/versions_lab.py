"""Run all suites on the lab with other versions of what a cluster is made of.

python -m tools.versions_lab [NAME ...]     NAME: as-planned, kubernetes, metallb; all by default

The second cluster of topology.yaml gets other versions, the lab is brought up so, and all suites
are run: the same plan but for the versions must be conformed to. The lab is taken down before and
after. docs/versions.md gets a row of each.
Exit status: 0 when every run was green, 1 otherwise, 2 when there is no answer.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tools import soak
from tools.ending import ended
from tools.lab.build.components import (
    KUBERNETES,
    KUBERNETES_BEFORE,
    METALLB,
    METALLB_NEXT,
    OPTIONAL,
)
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.lab_run import ROOT, run_suites
from tools.versions_page import LabRow, keep_lab

LINE = re.compile(r"^    versions: \{.*\}$", re.MULTILINE)
TRIED: Mapping[str, Mapping[str, str]] = {
    "as-planned": {},
    "kubernetes": {"kubernetes": KUBERNETES_BEFORE},
    "metallb": {"metallb": METALLB_NEXT},
}
USUAL = {"kubernetes": KUBERNETES, "metallb": METALLB}


def planned(text: str, others: Mapping[str, str]) -> str:
    """A plan whose last cluster has other versions. Raises LabError where it names none."""
    found = list(LINE.finditer(text))
    if not found:
        raise LabError("the plan names no versions in one line", fix="write `versions: {...}`")
    line = found[-1][0]
    for name, version in others.items():
        line, count = re.subn(rf'({name}: )"[^"]*"', rf'\1"{version}"', line)
        if not count:
            raise LabError(f"the plan names no version of {name}", fix=f"write it into: {line}")
    return text[: found[-1].start()] + line + text[found[-1].end() :]


def tried(name: str) -> LabRow:
    """Bring the lab up with some versions and run all suites. Raises LabError."""
    others = TRIED[name]
    plan = planned((ROOT / "topology.yaml").read_text(encoding="utf-8"), others)
    _lab("build", *(f"--also={part.name}" for part in OPTIONAL if part.version in others.values()))
    _lab("down")
    with tempfile.TemporaryDirectory(prefix="trueline-") as folder:
        path = Path(folder) / "topology.yaml"
        path.write_text(plan, encoding="utf-8")
        try:
            _lab("up", "--topology", str(path))
            run = run_suites(Lab.load(), Path(folder) / "reports", "suites/", "-q", "-n", "auto")
            claims, alarms = soak.read(run.folder / "summary.json")
        finally:
            _lab("down")
    if run.code != 0 and not alarms:
        alarms = (f"the run ended with {run.code}",)
    return LabRow(
        name=name,
        first=USUAL,
        second={**USUAL, **others},
        claims=claims,
        alarms=alarms,
        day=f"{datetime.now(UTC):%Y-%m-%d}",
    )


def _lab(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "tools.lab", *words], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise LabError(f"`python -m tools.lab {' '.join(words)}` failed; the answer is above")


def main(arguments: list[str] | None = None) -> int:
    """Try each, and write after each."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.versions_lab",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(TRIED)}")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in TRIED]
    if unknown:
        parser.error(f"no {', '.join(unknown)}: there are {', '.join(TRIED)}")
    good = True
    try:
        for name in given.names or TRIED:
            row = tried(name)
            keep_lab(row)
            told = "green" if not row.alarms else f"{len(row.alarms)} alarms"
            print(f"{name}: {told}, {row.claims} claims", flush=True)
            print("".join(f"    {line}\n" for line in row.alarms[:8]), end="", flush=True)
            good &= not row.alarms
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(ended(main))
