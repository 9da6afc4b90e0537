"""A drafted plan: the keys of topology.yaml in order, each with its source, or with why it is open.

Pure values. `Entry` is a key with a value; `Gap` a key that nothing told, and why. A guess is an
entry that nobody told either: it is written, and marked as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

Scalar = str | int | bool | None
Plain = Scalar | Sequence["Plain"] | Mapping[str, "Plain"]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A key and its value: a plain one, or the parts below it.

    `source` says which object told it, or with `guess` why it may be so.
    """

    key: str
    value: Plain | Block | Items
    source: str = ""
    guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A key that nothing told: why, and an example of what to write (`key: value`).

    `empty` is what is written for a key that a plan cannot do without: an empty list or mapping.
    """

    key: str
    why: str
    example: str = ""
    empty: Plain | None = None


Part = Entry | Gap


@dataclass(frozen=True, slots=True)
class Block:
    """The parts below a key, in order."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a list, with its source as in `Entry`."""

    value: Mapping[str, Plain]
    source: str = ""
    guess: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """The entries of a list, in order."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A whole drafted plan."""

    parts: tuple[Part, ...]

    def gaps(self) -> Iterator[tuple[Path, str]]:
        """(path, why) of everything that is not known."""
        for path, part in _walk(self.parts, ()):
            if isinstance(part, Gap):
                yield path, part.why

    def guesses(self) -> Iterator[tuple[Path, str]]:
        """(path, why) of everything that is guessed; items of a list by their number."""
        for path, part in _walk(self.parts, ()):
            if isinstance(part, Entry):
                if part.guess:
                    yield path, part.source
                if isinstance(part.value, Items):
                    for number, item in enumerate(part.value.items):
                        if item.guess:
                            yield (*path, str(number)), item.source


def _walk(parts: Sequence[Part], above: Path) -> Iterator[tuple[Path, Part]]:
    for part in parts:
        # A gap that is called as what it stands in is about all the rest of it.
        path = above if isinstance(part, Gap) and above[-1:] == (part.key,) else (*above, part.key)
        yield path, part
        if isinstance(part, Entry) and isinstance(part.value, Block):
            yield from _walk(part.value.parts, path)


def is_written(part: Part) -> bool:
    """Whether a part is more than a comment."""
    return isinstance(part, Entry) or part.empty is not None


def block(key: str, parts: Sequence[Part], source: str = "") -> tuple[Part, ...]:
    """The key with its parts.

    Where nothing of it is written, the gaps stand alone under dotted keys: a key that has nothing
    but comments below it would be null.
    """
    if any(is_written(one) for one in parts):
        return (Entry(key=key, value=Block(tuple(parts)), source=source),)
    return tuple(
        replace(one, key=one.key if one.key == key else f"{key}.{one.key}")
        for one in parts
        if isinstance(one, Gap)
    )
