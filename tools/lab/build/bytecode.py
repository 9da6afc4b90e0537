"""The byte code of Python sources, for images in which nothing can be written.

Without it every start of Python in a pod compiles what it imports anew: most of what a probe costs.
The code is not checked against the sources' times, which an image does not keep (PEP 552).
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from tools.lab.build import fingerprint
from tools.lab.paths import cache

_COMPILE = """\
import importlib.util, pathlib, py_compile, sys
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
for source in sys.stdin.read().splitlines():
    code = importlib.util.cache_from_source(source)
    target = pathlib.Path(sys.argv[1] + code)
    target.parent.mkdir(parents=True, exist_ok=True)
    if py_compile.compile(source, str(target), dfile=source, invalidation_mode=mode):
        print(code)
"""


def compiled(python: Path, sources: Iterable[Path]) -> dict[str, Path]:
    """Where the code of each source belongs -> the file with it, by this Python.

    Raises CalledProcessError.
    """
    listed = "\n".join(str(path) for path in sources)
    folder = cache() / "bytecode" / fingerprint.of(fingerprint.stamp(python), listed)
    done = subprocess.run(
        (python, "-I", "-c", _COMPILE, folder),
        input=listed,
        capture_output=True,
        text=True,
        check=True,
    )
    return {code: Path(f"{folder}{code}") for code in done.stdout.splitlines()}
