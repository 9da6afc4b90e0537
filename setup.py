"""Builds the package: the library, and below trueline/installed what a checkout has beside it.

suites/, fixtures/ and tools/ are installed as trueline.installed.*, because their own names belong
to everybody; what they import of each other, and the commands that texts name, are written so. The
lab, the benchmarks and what is for developers needs a checkout.
"""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_namespace_packages, find_packages, setup
from setuptools.command.build_py import build_py

BELOW = "trueline.installed"
TOPS = ("fixtures", "suites", "tools")
CHECKOUT = ("tools.lab", "tools.lab.*", "tools.bench", "tools.bench.*")

_IMPORT = re.compile(r"^(\s*)(from|import) (fixtures|tools)\b", re.MULTILINE)
_COMMAND = re.compile(r"\bpython -m tools\.(?=[a-z])")


class Build(build_py):
    """Copies the modules, with the names that they have when installed."""

    def build_module(self, module, module_file, package):
        """Copy one module."""
        out, copied = super().build_module(module, module_file, package)
        path = Path(out)
        text = _COMMAND.sub("trueline ", path.read_text(encoding="utf-8"))
        if package.startswith(f"{BELOW}."):
            text = _IMPORT.sub(rf"\1\2 {BELOW}.\3", text)
        path.write_text(text, encoding="utf-8")
        return out, copied


inside = [
    f"{BELOW}.{name}"
    for top in TOPS
    for name in find_namespace_packages(
        include=[top, f"{top}.*"], exclude=["*.__pycache__", *CHECKOUT]
    )
]
setup(
    packages=[*find_packages(include=["trueline", "trueline.*"]), *inside],
    package_dir={f"{BELOW}.{top}": top for top in TOPS},
    package_data={BELOW: ["pytest.ini"]},
    cmdclass={"build_py": Build},
)
