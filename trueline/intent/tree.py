"""From text to plain values, each with the lines it was written on.

The tree is built from parser events, not by a YAML constructor: nothing is resolved, expanded or
called that the topology schema has no use for. Depth and size are bounded before memory is spent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import yaml

from trueline.intent.fault import MOST, Fault, InvalidTopology, bare, quoted
from trueline.intent.scalars import resolve
from trueline.intent.syntax import syntax_fault
from trueline.model.source import Source

DEPTH = 32  # nested collections
NODES = 200_000  # scalars and collections

Path = tuple[str | int, ...]
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,63}")

# The C parser where it was built, some 25 times faster; the pure one reads the same language.
PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a value stands: the line of its key, its own line, and its text if it is a scalar."""

    key: int
    value: int
    literal: str | None


@dataclass(slots=True)
class Tree:
    """The values of a file. What stands at a `spoiled` path has been complained about already."""

    file: str
    data: object = None
    marks: dict[Path, Mark] = field(default_factory=dict)
    spoiled: set[Path] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)

    def source(self, path: Path) -> Source:
        """The line that introduces the value at the path: its key, or itself in a list."""
        return Source(self.file, self.mark(path).key)

    def value_source(self, path: Path) -> Source:
        """The line of the value at the path; of its key where the value fills lines below it."""
        mark = self.mark(path)
        return Source(self.file, mark.key if mark.literal is None else mark.value)

    def mark(self, path: Path) -> Mark:
        """The mark at the path, or of the nearest thing around it."""
        while path not in self.marks:
            path = path[:-1]
        return self.marks[path]

    def is_spoiled(self, path: Path) -> bool:
        """Whether the path, or something around it, has been complained about."""
        return any(path[:length] in self.spoiled for length in range(len(path) + 1))


def dotted(path: Path) -> str:
    """The path as written in messages: `clusters.control.nodes.control-m1`, `flows[3].port`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            shown = part if _PLAIN.fullmatch(part) else quoted(part)
            text += f".{shown}" if text else shown
    return text or "the file"


def read(text: str, file: str) -> Tree:
    """The values of the text.

    Faults that leave the rest readable are kept in the tree; raises InvalidTopology, with those
    included, for a fault that does not.
    """
    tree = Tree(file)
    reader = _Reader(tree, text)
    try:
        reader.document()
    except yaml.YAMLError as error:
        tree.faults.append(syntax_fault(error, text, file))
        raise InvalidTopology(tree.faults) from error
    return tree


class _Reader:
    """One pass over the events of a file."""

    def __init__(self, tree: Tree, text: str) -> None:
        self._tree = tree
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=PARSER))
        self._last = text.count("\n") + 1
        self._nodes = 0
        self._discarding = 0

    def document(self) -> None:
        next(self._events)  # the stream starts
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            raise self._stop(1, "the file is empty", "no YAML document", "write version: 1 first")
        self._tree.data = self._value(next(self._events), (), self._line(start))
        next(self._events)  # the document ends
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            self._fault(
                self._line(after),
                "the file has several documents",
                "a second one",
                "keep one, in a file without ---",
            )

    def _line(self, event: Any) -> int:
        # libyaml puts what is missing at the end on a line after the last.
        return min(int(event.start_mark.line) + 1, self._last)

    def _value(self, event: Any, path: Path, key_line: int) -> object:
        line = self._line(event)
        self._nodes += 1
        if self._nodes > NODES:
            raise self._stop(
                line, "the file holds too much", f"more than {NODES} values", "make it smaller"
            )
        if isinstance(event, yaml.AliasEvent):
            self._refuse(path, line, "is an alias", f"*{event.anchor}", "repeat the value itself")
            return None
        self._refuse_properties(event, path, line)
        if isinstance(event, yaml.ScalarEvent):
            self._mark(path, Mark(key_line, line, event.value))
            return event.value if event.style else resolve(event.value)
        self._mark(path, Mark(key_line, line, None))
        if len(path) >= DEPTH:
            raise self._stop(
                line, "the file is nested too deeply", f"{DEPTH + 1} levels", "flatten it"
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._mapping(path)

    def _sequence(self, path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items)), self._line(event)))
        return items

    def _mapping(self, path: Path) -> dict[str, object]:
        values: dict[str, object] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            line = self._line(event)
            key = self._key(event, path)
            if key is None or key in lines:
                if key is not None:
                    self._repeated((*path, key), lines[key], line)
                self._discarding += 1
                self._value(next(self._events), (*path, key or "?"), line)
                self._discarding -= 1
            else:
                lines[key] = line
                values[key] = self._value(next(self._events), (*path, key), line)
        return values

    def _key(self, event: Any, path: Path) -> str | None:
        """The key as text, or None when it is refused."""
        line = self._line(event)
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_properties(event, path, line)
            if event.style or resolve(event.value) is not None:
                if event.value == "<<" and not event.style:
                    self._bad_key(path, line, "is a merge key", "<<", "repeat the values")
                    self._tree.spoiled.add(path)
                    return None
                return str(event.value)
            self._bad_key(path, line, "is no name", event.value or "nothing", "write a name")
            return None
        self._bad_key(path, line, "is no name", "a collection or an alias", "write a name")
        if not isinstance(event, yaml.AliasEvent):
            self._discarding += 1
            self._value(event, (*path, "?"), line)
            self._discarding -= 1
        return None

    def _bad_key(self, path: Path, line: int, what: str, value: str, remedy: str) -> None:
        self._fault(line, f"a key of {dotted(path)} {what}", value, remedy)

    def _repeated(self, path: Path, first: int, line: int) -> None:
        self._fault(
            line,
            f"{dotted(path)} is given twice",
            f"it on line {first} and {'again there' if first == line else f'line {line}'}",
            "keep one of the two",
        )

    def _refuse_properties(self, event: Any, path: Path, line: int) -> None:
        if event.anchor is not None:
            self._fault(
                line,
                f"{dotted(path)} has an anchor",
                f"&{bare(event.anchor)}",
                "remove it, and write each value where it is used",
            )
        if event.tag is not None:
            self._refuse(path, line, "has a tag", event.tag, "remove the tag")

    def _refuse(self, path: Path, line: int, what: str, value: str, remedy: str) -> None:
        self._fault(line, f"{dotted(path)} {what}", bare(value), remedy)
        if not self._discarding:
            self._tree.spoiled.add(path)

    def _mark(self, path: Path, mark: Mark) -> None:
        if not self._discarding:
            self._tree.marks[path] = mark

    def _fault(self, line: int, what: str, value: str, remedy: str) -> None:
        at = Source(self._tree.file, line)
        self._tree.faults.append(Fault(at=at, what=what, value=value, remedy=remedy))
        if len(self._tree.faults) > MOST:
            raise InvalidTopology(self._tree.faults)

    def _stop(self, line: int, what: str, value: str, remedy: str) -> InvalidTopology:
        fault = Fault(at=Source(self._tree.file, line), what=what, value=value, remedy=remedy)
        return InvalidTopology(chain(self._tree.faults, [fault]))
