"""Write the SHA-256 of every file of every pinned release into requirements.lock.

python -m tools.lock [FILE]     FILE: requirements.lock by default

The pins stay as they are; what the index that pip is set up with knows of each release is put
behind it: wheels of every system and Python, and the source. `make` then installs nothing else.
Exit status: 0 when it is written, 1 when a release is not in the index.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pip._internal.commands.download import DownloadCommand
from pip._internal.index.collector import LinkCollector, parse_links
from pip._internal.models.link import Link
from pip._vendor.packaging.utils import (
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from tools.ending import ended

LOCK = Path(__file__).resolve().parents[1] / "requirements.lock"
_PIN = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[\w.!+]+)(?P<marker> ;[^\\\n]*)?")


class NotInIndex(Exception):
    """A pinned release is not there; the text names it."""


def main(arguments: list[str] | None = None) -> int:
    """Ask the index for each release, and write."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.lock",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?", type=Path, default=LOCK, metavar="FILE")
    path = parser.parse_args(arguments).file
    collector = _collector()
    try:
        text = locked(path.read_text(encoding="utf-8"), lambda name: files(collector, name))
    except NotInIndex as error:
        print(error, file=sys.stderr)
        return 1
    path.write_text(text, encoding="utf-8")
    return 0


def locked(text: str, files_of: Callable[[str], Iterable[tuple[str, str]]]) -> str:
    """The lock with its comments and pins, and the hashes of each release. Raises NotInIndex."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("    --hash"):
            continue
        pin = _PIN.match(line)
        if pin is None:
            lines.append(line)
            continue
        found = sorted(
            {digest for version, digest in files_of(pin["name"]) if version == pin["version"]}
        )
        if not found:
            raise NotInIndex(f"the index has no hash of {pin['name']} {pin['version']}")
        marker = (pin["marker"] or "").rstrip()
        hashes = [f"    --hash=sha256:{digest}" for digest in found]
        lines.append(" \\\n".join([f"{pin['name']}=={pin['version']}{marker}", *hashes]))
    return "\n".join(lines) + "\n"


def _collector() -> LinkCollector:
    """As pip itself would ask: its settings, its certificates, its proxy."""
    command = DownloadCommand("download", "fetches packages")
    options, _ = command.parse_args(["x"])
    session = command._build_session(options)
    return LinkCollector.create(session, options=options)


def files(collector: LinkCollector, name: str) -> Iterator[tuple[str, str]]:
    """(version, SHA-256) of every file that the index has of a package."""
    project = canonicalize_name(name)
    for index in collector.search_scope.index_urls:
        page = collector.fetch_response(Link(f"{index.rstrip('/')}/{project}/"))
        for link in parse_links(page) if page is not None else ():
            digest = (link.as_hashes() or None) and link.hash
            if digest and link.hash_name == "sha256" and (version := _version(link.filename)):
                yield version, digest


def _version(filename: str) -> str | None:
    """The version in the name of a wheel or of a source archive, None for anything else."""
    try:
        if filename.endswith(".whl"):
            return str(parse_wheel_filename(filename)[1])
        return str(parse_sdist_filename(filename)[1])
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(ended(main))
