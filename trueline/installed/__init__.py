"""Where the suites and their tools lie: in a checkout, or beside the installed library.

`pip install` puts suites/, fixtures/ and tools/ of the checkout below this package, because their
own names belong to everybody: a project that is tested with trueline may have tools/ too.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent
INSTALLED = (_HERE / "suites").is_dir()
"""Whether this is an installed trueline, and no checkout."""

ROOT = _HERE if INSTALLED else _HERE.parents[1]
"""The folder that holds suites/, fixtures/ and tools/."""

PREFIX = f"{__name__}." if INSTALLED else ""
"""What stands before `fixtures` and `tools` in the names of their modules."""


def home() -> Path:
    """Where topology.yaml and reports/ are by default: the checkout, or where a command is run."""
    return Path.cwd() if INSTALLED else ROOT


def reports() -> Path:
    """Where runs are kept by default."""
    return home() / "reports"


def release() -> str:
    """The release of trueline, as it is installed or as its checkout says."""
    # Few commands ask, and every one would wait for these imports.
    if INSTALLED:
        from importlib import metadata

        return metadata.version("trueline")
    import tomllib

    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(about["project"]["version"])
