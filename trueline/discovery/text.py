"""A drafted plan as the text of topology.yaml, each value with its source beside it.

What clusters call things is written so that it stays data: a value that is not plainly text is
quoted, and a comment never holds a character that could end it or move a cursor.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from trueline.discovery.draft import (
    Block,
    Draft,
    Entry,
    Gap,
    Item,
    Items,
    Part,
    Plain,
    Scalar,
)

NOT_KNOWN = "not known"
GUESS = "guess"
_WIDTH = 100
_STEP = "  "
# Plain in YAML 1.2 and for people: no indicator, no colon, nothing that looks like another type.
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9/._-]*(?: [A-Za-z0-9/._-]+)*")
_NETWORK = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2}|-\d{1,3}(?:\.\d{1,3}){3})?")
_PORT = re.compile(r"\d{1,5}/(?:TCP|UDP)(?:/[a-z][a-z0-9-]*)?")
_URL = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def text(draft: Draft) -> str:
    """The whole file."""
    return "\n".join(_parts(draft.parts, 0, apart=True)) + "\n"


def _parts(parts: Sequence[Part], depth: int, *, apart: bool = False) -> Iterator[str]:
    for number, part in enumerate(parts):
        if apart and number and _is_tall(part):
            yield ""
        yield from _gap(part, depth) if isinstance(part, Gap) else _entry(part, depth)


def _is_tall(part: Part) -> bool:
    return isinstance(part, Gap) or isinstance(part.value, Block | Items)


def _entry(part: Entry, depth: int) -> Iterator[str]:
    pad = _STEP * depth
    note = noted(part.source, guess=part.guess)
    if isinstance(part.value, Block):
        yield from _with_note(f"{pad}{_scalar(part.key)}:", note, depth)
        yield from _parts(part.value.parts, depth + 1)
    elif isinstance(part.value, Items):
        yield from _with_note(f"{pad}{_scalar(part.key)}:", note, depth)
        for item in part.value.items:
            yield from _item(item, depth + 1)
    else:
        yield from _with_note(f"{pad}{_scalar(part.key)}: {plain(part.value)}", note, depth)


def _item(item: Item, depth: int) -> Iterator[str]:
    line = f"{_STEP * depth}- {plain(item.value)}"
    note = noted(item.source, guess=item.guess)
    yield from _above(note, depth) if note else ()
    yield line


def _gap(gap: Gap, depth: int) -> Iterator[str]:
    if gap.empty is not None:
        line = f"{_STEP * depth}{_scalar(gap.key)}: {plain(gap.empty)}"
        yield from _with_note(line, f"{NOT_KNOWN}: {gap.why}", depth)
        return
    tail = "; for example:" if gap.example else ""
    yield from _above(f"{NOT_KNOWN}: {gap.key}: {gap.why}{tail}", depth)
    if gap.example:
        yield f"{_STEP * depth}# {comment(gap.example)}"


def noted(source: str, *, guess: bool) -> str:
    """What is written beside a value: where it is from, or that it is a guess."""
    return f"{GUESS}: {source}" if guess else source


def _with_note(line: str, note: str, depth: int) -> Iterator[str]:
    """The line with its note behind it, or above it where both are too long for one."""
    if not note:
        yield line
    elif len(line) + len(note) + 4 <= _WIDTH:
        yield f"{line}  # {comment(note)}"
    else:
        yield from _above(note, depth)
        yield line


def _above(note: str, depth: int) -> Iterator[str]:
    pad = _STEP * depth
    lines = wrap(comment(note), _WIDTH - len(pad) - 2, break_on_hyphens=False)
    yield from (f"{pad}# {line}" for line in lines)


def comment(words: str) -> str:
    """Words on one line without anything that a terminal or a parser would obey."""
    return "".join(
        char if char.isprintable() else f"\\u{ord(char):04x}" for char in " ".join(words.split())
    )


def plain(value: Plain) -> str:
    """A value in flow style."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_scalar(key)}: {plain(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(plain(item) for item in value)}]"
    return _scalar(value)


def _scalar(value: Scalar) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    shaped = any(shape.fullmatch(value) for shape in (_PLAIN, _NETWORK, _PORT, _URL))
    if shaped and value.lower() not in _WORDS:
        return value
    # JSON is YAML; what is outside ASCII is escaped, so no text can play a trick.
    return json.dumps(value)
