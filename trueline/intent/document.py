"""From bytes to text: size, encoding and characters, before any YAML is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from trueline.intent.fault import MOST, Fault, InvalidTopology
from trueline.model.source import Source

LIMIT = 1 << 20  # bytes; the reference topology has 1 % of it

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)
# Line breaks that only some readers count (YAML 1.1 did, 1.2 and editors do not) would make line
# numbers lie; the other characters here are not allowed in YAML at all (YAML 1.2, section 5.1).
_BREAKS = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def bytes_of(path: Path, file: str) -> bytes:
    """The content of the file, at most one byte above `LIMIT`. Raises InvalidTopology."""
    try:
        with path.open("rb") as stream:
            return stream.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidTopology(
            [
                Fault(
                    at=Source(file, 1),
                    what="the file cannot be read",
                    value=reason.lower(),
                    remedy="give the path of a topology file",
                )
            ]
        ) from error


def text_of(data: bytes, file: str) -> str:
    """The text of the file. Raises InvalidTopology for what no topology file may contain."""
    if len(data) > LIMIT:
        raise InvalidTopology(
            [
                _fault(
                    file,
                    1,
                    "the file is too large",
                    f"more than {LIMIT} bytes",
                    "split the network into several topologies",
                )
            ]
        )
    if bom := next((bom for bom in _BOMS if data.startswith(bom)), None):
        raise InvalidTopology(
            [
                _fault(
                    file,
                    1,
                    "the file starts with a byte order mark",
                    f"bytes {bom.hex(' ')}",
                    "save it as UTF-8 without byte order mark",
                )
            ]
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidTopology(
            [
                _fault(
                    file,
                    data.count(b"\n", 0, error.start) + 1,
                    "the file is not UTF-8",
                    f"byte {data[error.start]:02x}",
                    "save it as UTF-8",
                )
            ]
        ) from error
    if faults := tuple(islice(_bad_characters(text, file), MOST + 1)):
        raise InvalidTopology(faults)
    return text


def _bad_characters(text: str, file: str) -> Iterator[Fault]:
    rules = (
        (_TAB_INDENT, "the line is indented with a tab", "indent with spaces"),
        (_BREAKS, "the line has an unusual line break", "end lines with LF or CRLF"),
        (_FORBIDDEN, "the line has a control character", "remove it"),
    )
    for pattern, what, remedy in rules:
        line, counted = 1, 0
        for match in pattern.finditer(text):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            yield _fault(file, line, what, f"U+{ord(match[0][-1]):04X}", remedy)


def _fault(file: str, line: int, what: str, value: str, remedy: str) -> Fault:
    return Fault(at=Source(file, line), what=what, value=value, remedy=remedy)
