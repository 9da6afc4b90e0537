"""Ask whether the locked packages fit together, were withdrawn, or have known vulnerabilities.

python -m tools.audit

That they fit, pip says of what is installed. Whether one was withdrawn (yanked, PEP 592), the
package index says that pip is set to; nothing is installed. What is known of vulnerabilities is
asked by pip-audit, where that is installed (`pip install pip-audit`) and reaches its service.
Exit status: 0 when nothing is wrong, 1 when something is, 6 when something could not be told.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

from tools.ending import ended
from tools.phases import ROOT
from trueline.model.printable import printable

LOCK = ROOT / "requirements.lock"
_LONGEST = 600.0  # seconds
_YANKED = re.compile(
    r"yanked version: '(?P<name>[^']+)' candidate \(version (?P<version>\S+) .*\n"
    r"Reason for being yanked: (?P<why>.*)"
)
_DRY = ("install", "--dry-run", "--ignore-installed", "--no-deps", "--require-hashes")
_ASKED = ("--disable-pip", "--require-hashes", "--format=json", "--progress-spinner=off")


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: what was asked, what is wrong, and why it could not be told, else empty."""

    asked: str
    wrong: tuple[str, ...] = ()
    unknown: str = ""


def fitting() -> Told:
    """Whether what is installed fits together."""
    done = _python("pip", "check")
    lines = tuple(filter(None, done.stdout.splitlines()))
    return Told("installed packages fit together", lines if done.returncode else ())


def withdrawn() -> Told:
    """The locked packages that were withdrawn."""
    asked = "no locked package was withdrawn"
    done = _python("pip", *_DRY, "--requirement", str(LOCK))
    if done.returncode != 0:
        return Told(asked, unknown=_last(done.stderr))
    return Told(
        asked,
        tuple(
            f"{one['name']} {one['version']}: {one['why']}" for one in _YANKED.finditer(done.stderr)
        ),
    )


def vulnerable() -> Told:
    """The locked packages of which vulnerabilities are known."""
    asked = "no locked package has a known vulnerability"
    if find_spec("pip_audit") is None:
        return Told(asked, unknown="pip-audit is not installed")
    done = _python("pip_audit", *_ASKED, "--requirement", str(LOCK))
    try:
        found = json.loads(done.stdout)["dependencies"]
        wrong = tuple(
            f"{one['name']} {one['version']}: {fault['id']}, mended in "
            f"{', '.join(fault['fix_versions']) or 'no release'}"
            for one in found
            for fault in one["vulns"]
        )
    except (ValueError, KeyError, TypeError):
        return Told(asked, unknown=_last(done.stderr))
    return Told(asked, wrong)


def _python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LONGEST,
        check=False,
    )  # fmt: skip


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def main(arguments: list[str] | None = None) -> int:
    """Ask all, and say what came of each."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.audit",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args(arguments)
    status = 0
    for ask in (fitting, withdrawn, vulnerable):
        told = ask()
        mark = "wrong  " if told.wrong else "unknown" if told.unknown else "holds  "
        print(printable(f"{mark} {told.asked}" + (f": {told.unknown}" if told.unknown else "")))
        for line in told.wrong:
            print(printable(f"        {line}"))
        status = 1 if told.wrong else status or (6 if told.unknown else 0)
    return status


if __name__ == "__main__":
    sys.exit(ended(main))
