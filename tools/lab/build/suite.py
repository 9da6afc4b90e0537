"""The image of the suites themselves, for pods of the lab, from this project's own installation.

It is what deploy/trueline/Containerfile builds elsewhere, and stands in no template: who needs it
brings it to a node. Raises BuildFailed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from importlib.util import cache_from_source
from pathlib import Path

from tools.lab.build import bytecode, images, oci
from tools.lab.build.errors import BuildFailed
from tools.lab.build.toolchain import architecture

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = "lab.local/trueline:1"
HOME = "/opt/trueline"
_FILES = ("conftest.py", "pyproject.toml")
_FOLDERS = ("trueline", "fixtures", "suites", "tools")
_LAB = ROOT / "tools" / "lab"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def archive(path: Path) -> None:
    """Write the image, whose entry point is Python, told to run a module."""
    program = Path(sys.base_prefix) / "bin" / f"python{_version()}"
    if not program.exists():
        raise BuildFailed(f"the Python of this project is not in {program}", fix="make setup")
    oci.archive(
        path,
        REFERENCE,
        entrypoint=(str(program), "-m"),
        tree=_tree(program),
        architecture=architecture(),
    )


def _version() -> str:
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def _tree(program: Path) -> oci.Tree:
    library = Path(sys.base_prefix) / "lib" / f"python{_version()}" / "site-packages"
    moved = {source: library / name for source, name in _packages()}
    moved |= {source: Path(HOME) / source.relative_to(ROOT) for source in _project()}
    tree: dict[str, Path | str] = images.python(program)
    tree |= {str(target): source for source, target in moved.items()}
    tree |= images.libraries(*(source for source in moved if ".so" in source.suffixes))
    code = bytecode.compiled(program, [one for one in moved if one.suffix == ".py"])
    for source, target in moved.items():
        made = code.get(cache_from_source(str(source)))
        if made is not None:
            tree[cache_from_source(str(target))] = made
    return tree


def _project() -> Iterator[Path]:
    """The files of the suites and their tools, without the lab."""
    yield from (ROOT / name for name in _FILES)
    for folder in _FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and _LAB not in path.parents:
                yield path


def _packages() -> Iterator[tuple[Path, str]]:
    """The files of every package that the suites import, and where they lie in site-packages."""
    for package in closure(_wanted()):
        for file in package.files or ():
            path = Path(str(file.locate()))
            inside = ".." not in file.parts and "__pycache__" not in file.parts
            if inside and path.is_file():
                yield path.resolve(), str(file)


def _wanted() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [str(item) for item in project["dependencies"]]


def closure(wanted: Iterable[str]) -> list[Distribution]:
    """The installed packages that some requirements need, each once, sorted, without extras."""
    found: dict[str, Distribution] = {}
    left = list(wanted)
    while left:
        requirement = left.pop()
        name = _NAME.match(requirement.strip())
        if name is None or "extra ==" in requirement:
            continue
        key = name[0].lower().replace("_", "-").replace(".", "-")
        if key in found:
            continue
        try:
            found[key] = distribution(key)
        except PackageNotFoundError:
            # What is for other systems or older Pythons is not installed; what is missing here
            # shows when the suites start.
            continue
        left += found[key].requires or []
    return [found[key] for key in sorted(found)]
