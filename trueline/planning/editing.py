"""Changes in the text of a plan that leave all else as it was written: comments, order, layout.

The text is one that has loaded: a mapping, without anchors, tags and repeated keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from trueline.intent.tree import PARSER
from trueline.planning.writing import Value, block, flow, item_line, scalar

Path = tuple[str | int, ...]
Node = Any  # of the parser: a scalar, a list or a mapping; its types do not say which

_STEP = 2  # columns that a level stands in, where the file shows none


def added(text: str, path: Path, key: str, value: Value) -> str:
    """The text with one more entry, behind the others, in the mapping at the path.

    Mappings that are missing on the way are written as well.
    """
    return _added(text, _root(text), path, key, value)


def appended(text: str, path: Path, value: Value) -> str:
    """The text with one more item, the last, in the list at the path, which may be missing."""
    root = _root(text)
    node = _at(root, path)
    if node is None:
        return _added(text, root, path[:-1], str(path[-1]), [value])
    if node.flow_style:
        return _into_flow(text, node, flow(value))
    return _inserted(text, _last_line(node) + 1, [item_line(value, node.start_mark.column)])


def replaced(text: str, path: Path, value: str) -> str:
    """The text with another scalar at the path."""
    node = _at(_root(text), path)
    start, end = _offset(text, node.start_mark), _offset(text, node.end_mark)
    return text[:start] + scalar(value) + text[end:]


def _added(text: str, root: Node, path: Path, key: str, value: Value) -> str:
    node, known = root, 0
    while known < len(path) and (inner := _at(node, path[known : known + 1])) is not None:
        node, known = inner, known + 1
    first, *rest = (*map(str, path[known:]), key)
    for outer in reversed(rest):
        value = {outer: value}
    if node.flow_style:
        return _into_flow(text, node, f"{scalar(first)}: {flow(value)}")
    column = node.start_mark.column
    lines = [*_blank_between(text, node), *block(first, value, column, _step(node))]
    return _inserted(text, _last_line(node) + 1, lines)


def _root(text: str) -> Node:
    return yaml.compose(text, Loader=PARSER)


def _at(node: Node, path: Path) -> Node:
    """The node at a path below this one; None where there is none."""
    for step in path:
        if node is not None:
            node = _inside(node).get(step)
    return node


def _inside(node: Node) -> dict[str | int, Node]:
    """What a collection holds, by key or place."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: value for key, value in node.value}
    return dict(enumerate(node.value)) if isinstance(node, yaml.SequenceNode) else {}


def _values(node: Node) -> list[Node]:
    return list(_inside(node).values())


def _step(node: Node) -> int:
    """How much further a level stands in, as the mappings below this one show."""
    for value in _values(node):
        if isinstance(value, yaml.MappingNode) and not value.flow_style:
            return int(value.start_mark.column - node.start_mark.column)
    return _STEP


def _last_line(node: Node) -> int:
    """The line on which a node ends.

    Of a block collection that is where its last part ends: the parser sees its end only where the
    next thing begins, behind comments.
    """
    while not isinstance(node, yaml.ScalarNode) and not node.flow_style:
        node = _values(node)[-1]
    end = node.end_mark
    ended_before = end.column == 0 and end.line > node.start_mark.line
    return int(end.line - 1 if ended_before else end.line)


def _blank_between(text: str, node: Node) -> list[str]:
    """An empty line where the file has one between the last two parts of a block collection."""
    parts = _values(node)
    if len(parts) < 2:
        return []
    after = _last_line(parts[-2]) + 1
    return [""] if not text.splitlines()[after].strip() else []


def _into_flow(text: str, node: Node, written: str) -> str:
    """The text with one more part in a collection in brackets."""
    parts = _values(node)
    if parts:
        at = _offset(text, parts[-1].end_mark)
        return f"{text[:at]}, {written}{text[at:]}"
    at = _offset(text, node.start_mark) + 1
    return text[:at] + written + text[at:]


def _inserted(text: str, line: int, lines: Iterable[str]) -> str:
    """The text with these lines before that line, ended as its others are."""
    end = "\r\n" if "\r\n" in text else "\n"
    before = text.splitlines(keepends=True)[:line]
    after = text.splitlines(keepends=True)[line:]
    if before and not before[-1].endswith(("\n", "\r")):
        before[-1] += end
    return "".join([*before, *(f"{new}{end}" for new in lines), *after])


def _offset(text: str, mark: yaml.Mark) -> int:
    """How many characters stand before a mark."""
    return sum(map(len, text.splitlines(keepends=True)[: mark.line])) + int(mark.column)
