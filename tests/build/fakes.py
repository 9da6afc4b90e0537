"""A machine for the build to run on: a cache of its own and a Go that only writes names."""

from __future__ import annotations

from pathlib import Path

from tools.lab.build.components import Component
from tools.lab.build.toolchain import Go

# Answers like Go: `go env GOVERSION`, and `go build ... -o FOLDER/NAME PACKAGES`. Every call
# leaves a line in go.calls beside it; a file named `broken` makes it fail with that text.
SCRIPT = """\
#!/bin/sh
here=$(dirname "$0")
echo "$PWD: $*" >> "$here/go.calls"
if [ "$1" = env ]; then echo VERSION; exit 0; fi
if [ -e "$here/broken" ]; then cat "$here/broken"; exit 1; fi
while [ "$1" != -o ]; do shift; done
target=$2; shift 2
case $target in
*/) for package in "$@"; do echo "made from $package" > "$target${package##*/}"; done ;;
*) echo "made from $1" > "$target" ;;
esac
"""


def go(folder: Path, version: str = "go1.26.1") -> Go:
    """A fake toolchain in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "go"
    program.write_text(SCRIPT.replace("VERSION", version))
    program.chmod(0o755)
    return Go(program, version)


def calls(toolchain: Go) -> list[str]:
    """What the fake toolchain was asked to do."""
    log = toolchain.program.parent / "go.calls"
    return log.read_text().splitlines() if log.exists() else []


TWO = Component(
    "cni", "9.9", {"one": "example.test/x/one", "two": "example.test/x/two"}, 40, place="cni"
)
ONE = Component("etcd", "1.0", {"etcd": "example.test/server/v3"}, 20)
EXTRA = Component("coredns", "1", {"coredns": "example.test/dns"}, 5, place="bin/extra")
