"""The mutators: one small change each to the source of a judge, as text.

    for mutant in mutants("checks.webhooks", source): ...

Only bodies of functions are mutated. What is evaluated while a module is imported stays as it is:
decorators, defaults, annotations and tables; so do docstrings and what stands inside an f-string.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_OTHER: dict[type[ast.cmpop] | type[ast.operator], str] = {
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "//",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.Pow: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
    ast.BitXor: "|",
    ast.LShift: ">>",
    ast.RShift: "<<",
}
_TWIN = {"any": "all", "all": "any", "min": "max", "max": "min"}
_SIGN = re.compile(r"not\s+in|is\s+not|in\b|is\b|[-=!<>+*/%&|^]+")
# A negation would say the same as the mutant of its operator.
_SAYS_ITS_NEGATION = (ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A module with one change.

    `name` is the function with a number of its own in it, `first` the line that the function
    begins with, its decorators included; `lines` are those of the statement that is changed, of a
    compound one its head. `source` is the whole module, `diff` the lines that are changed.
    """

    name: str
    function: str
    first: int
    lines: range
    source: str
    diff: str

    @property
    def hash(self) -> str:
        """Of the diff: another change, another hash."""
        return hashlib.sha256(self.diff.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class _Edit:
    """The text from `start` to `end`, offsets in bytes, becomes `text`; `lines` as of a mutant."""

    start: int
    end: int
    text: str
    lines: range


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines; `module` is where their names begin."""
    data = source.encode()
    for function, node in _functions(ast.parse(source), ""):
        first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
        edits = _Body(data).edits(node)
        ordered = sorted(edits, key=lambda edit: (edit.start, edit.end, edit.text))
        for number, edit in enumerate(ordered, 1):
            changed = data[: edit.start] + edit.text.encode() + data[edit.end :]
            yield Mutant(
                name=f"{module}.{function}:{number}",
                function=function,
                first=first,
                lines=edit.lines,
                source=changed.decode(),
                diff=_diff(data, edit),
            )


def _functions(
    node: ast.AST, within: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The functions and methods of a module; those inside another function are part of it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{within}{child.name}", child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{within}{child.name}.")
        elif isinstance(child, ast.stmt):
            yield from _functions(child, within)


def _diff(data: bytes, edit: _Edit) -> str:
    begin = data.rfind(b"\n", 0, edit.start) + 1
    end = data.find(b"\n", edit.end)
    before = data[begin:end].decode()
    after = (data[begin : edit.start] + edit.text.encode() + data[edit.end : end]).decode()
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return "\n".join(
        f"{line[0]} {line[1:].strip()}"
        for line in lines
        if line[:1] in "+-" and line[:3] not in ("+++", "---")
    )


class _Body:
    """The edits of one function."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._begins = [0]
        for line in data.splitlines(keepends=True):
            self._begins.append(self._begins[-1] + len(line))
        self._within = range(0)

    def edits(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[_Edit]:
        body = function.body
        if ast.get_docstring(function, clean=False) is not None:
            body = body[1:]
        for statement in body:
            yield from self._below(statement)

    def _below(self, node: ast.AST) -> Iterator[_Edit]:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from self.edits(node)
            return
        if isinstance(node, ast.stmt):
            self._within = _head(node)
        yield from self._of(node)
        if isinstance(node, ast.JoinedStr):
            return
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and name not in ("annotation", "op", "ops", "ctx"):
                    yield from self._below(child)

    def _of(self, node: ast.AST) -> Iterator[_Edit]:
        match node:
            case ast.Compare(left=left, ops=ops, comparators=others):
                for before, sign, after in zip([left, *others], ops, others, strict=False):
                    yield self._sign(before, after, _OTHER[type(sign)])
            case ast.BoolOp(op=sign, values=values):
                was, other = (b"and", "or") if isinstance(sign, ast.And) else (b"or", "and")
                yield self._all_signs(values, was, other)
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OTHER:
                yield self._sign(left, right, _OTHER[type(sign)])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield self._edit(
                    self._start(node), self._start(operand), self._opened(node, operand)
                )
            case ast.Constant(value=value):
                yield from self._constant(node, value)
            case ast.JoinedStr():
                yield self._marked(node)
            case ast.Call(func=ast.Name(id=name) as called) if name in _TWIN:
                yield self._whole(called, _TWIN[name])
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                yield from self._negated(test)
            case ast.comprehension(ifs=tests):
                for test in tests:
                    yield from self._negated(test)
            case ast.stmt():
                yield from self._statement(node)

    def _statement(self, node: ast.stmt) -> Iterator[_Edit]:
        match node:
            case ast.Return(value=None) | ast.Raise() | ast.Continue() | ast.Break():
                yield self._whole(node, "pass")
            case ast.Return(value=value) if not _is_none(value):
                yield self._whole(node, "return None")
            case ast.Expr(value=ast.Constant()):
                return  # the body of a protocol
            case ast.Expr() | ast.AugAssign():
                yield self._whole(node, "pass")
            case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
                yield self._whole(node, "pass")

    def _constant(self, node: ast.expr, value: object) -> Iterator[_Edit]:
        match value:
            case bool():
                yield self._whole(node, str(not value))
            case int() | float():
                yield self._whole(node, repr(value + 1))
            case str() | bytes():
                yield self._marked(node, "b" if isinstance(value, bytes) else "")

    def _negated(self, test: ast.expr) -> Iterator[_Edit]:
        match test:
            case ast.UnaryOp(op=ast.Not()) | ast.Constant():
                return
            case ast.Compare(ops=[sign]) if isinstance(sign, _SAYS_ITS_NEGATION):
                return
        start, end = self._start(test), self._end(test)
        yield self._edit(start, end, f"not ({self._data[start:end].decode()})")

    def _marked(self, node: ast.expr, kind: str = "") -> _Edit:
        """A text that is another: Python joins the two."""
        return self._edit(self._start(node), self._start(node), f'{kind}"XX" ')

    def _sign(self, before: ast.expr, after: ast.expr, other: str) -> _Edit:
        between = self._end(before)
        found = _SIGN.search(self._data[between : self._start(after)].decode())
        assert found, "there is an operator between its operands"
        return self._edit(between + found.start(), between + found.end(), other)

    def _all_signs(self, values: list[ast.expr], was: bytes, other: str) -> _Edit:
        start, end = self._start(values[0]), self._end(values[-1])
        text, at = b"", start
        for before, after in pairwise(values):
            gap = self._data[self._end(before) : self._start(after)]
            changed = re.sub(rb"\b" + was + rb"\b", other.encode(), gap)
            text += self._data[at : self._end(before)] + changed
            at = self._start(after)
        return self._edit(start, end, (text + self._data[at:end]).decode())

    def _opened(self, node: ast.expr, operand: ast.expr) -> str:
        """The brackets between a `not` and what it negates stay."""
        gap = self._data[self._start(node) : self._start(operand)].decode()
        return gap.removeprefix("not").lstrip()

    def _edit(self, start: int, end: int, text: str) -> _Edit:
        return _Edit(start, end, text, self._within)

    def _whole(self, node: ast.stmt | ast.expr, text: str) -> _Edit:
        return self._edit(self._start(node), self._end(node), text)

    def _start(self, node: ast.stmt | ast.expr) -> int:
        return self._begins[node.lineno - 1] + node.col_offset

    def _end(self, node: ast.stmt | ast.expr) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._begins[node.end_lineno - 1] + node.end_col_offset


def _head(node: ast.stmt) -> range:
    """The lines of a statement without the statements in it."""
    last = node.end_lineno or node.lineno
    inner = [*getattr(node, "body", []), *getattr(node, "cases", [])]
    first = min(
        (part.lineno if isinstance(part, ast.stmt) else part.pattern.lineno for part in inner),
        default=last + 1,
    )
    return range(node.lineno, max(first, node.lineno + 1))


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
