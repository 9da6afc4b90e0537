"""`trueline COMMAND`: the suites and tools of an installed trueline, by the words of a checkout.

`trueline pytest suites/ -n auto` is `pytest suites/ -n auto`, and `trueline discover` is
`python -m tools.discover`. The plan is topology.yaml, and runs are kept in reports/, where the
command is run.
"""

from __future__ import annotations

import ast
import difflib
import os
import runpy
import sys

from trueline.installed import INSTALLED, PREFIX, ROOT, release

TOOLS = (
    "discover",
    "plan",
    "preflight",
    "rbac",
    "report",
    "picture",
    "rejudge",
    "diff",
    "reverse",
    "merge",
    "metrics",
    "notify",
    "statement",
)
_USAGE = 2


def main(words: list[str] | None = None) -> int:
    """Run the command of the first word with the others; it ends the process by itself.

    2 where there is no such command.
    """
    given = sys.argv[1:] if words is None else words
    if not given or given[0] in ("-h", "--help"):
        print(_help())
        return 0
    name, rest = given[0], given[1:]
    if name == "--version":
        print(f"trueline {release()}")
        return 0
    if name == "pytest":
        os.execv(sys.executable, [sys.executable, "-m", "pytest", *_pytest(rest)])  # noqa: S606
    if name not in TOOLS:
        print(_unknown(name), file=sys.stderr)
        return _USAGE
    sys.argv[1:] = rest  # what a module that is run by itself reads
    runpy.run_module(f"{PREFIX}tools.{name}", run_name="__main__", alter_sys=True)
    return 0


def _pytest(words: list[str]) -> list[str]:
    """The words of pytest: `suites/...` lies where trueline is installed."""
    if not INSTALLED:
        return words
    found = [_suite(word) for word in words]
    if found == words:
        found = [str(ROOT / "suites"), *words]
    own = ("-p", "trueline", "-c", str(ROOT / "pytest.ini"), "--rootdir", str(ROOT))
    return [*own, *found]


def _suite(word: str) -> str:
    first, *_ = word.partition("/")
    return str(ROOT / word) if first == "suites" else word


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, ("pytest", *TOOLS), 1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    return f"trueline: no command {name!r}; {meant}`trueline --help` lists them"


def _help() -> str:
    """The commands, each with the first line of what it says of itself."""
    lines = [f"  {'pytest':<10} Run suites: trueline pytest suites/ -n auto --topology my.yaml"]
    for name in TOOLS:
        text = (ROOT / "tools" / f"{name}.py").read_text(encoding="utf-8")
        about = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
        lines.append(f"  {name:<10} {about}")
    return "\n".join(["usage: trueline COMMAND [OPTION ...]", "", *lines, ""]) + (
        "\n`trueline COMMAND --help` says more. Documentation: docs/ of the source."
    )
