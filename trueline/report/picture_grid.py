"""The flow matrix drawn as a heat map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from trueline.report import svg
from trueline.report.picture_boxes import Drawn
from trueline.report.picture_matrix import Cell, End, Matrix
from trueline.report.picture_style import css_class

_LABELS = 250  # the width of the names of the rows
_HIGH, _LOW, _NARROW = 22, 17, 26  # of a cell; a narrow one is low, and shows its sign alone
_NAMES = 96  # the height of the names of the columns


def grid(x: float, y: float, width: float, matrix: Matrix) -> Drawn:
    """The matrix with its names; nothing where the plan has no flow and nothing was tried."""
    if not matrix.cells:
        return Drawn((), 0)
    step = min(40.0, (width - _LABELS) / len(matrix.columns))
    high = _HIGH if step >= _NARROW else _LOW
    left, top = x + _LABELS, y + 44 + _NAMES
    parts = [
        svg.text(x, y + 13, "Flows", size=15, css="b"),
        svg.text(x + 56, y + 13, _legend(matrix), size=11.5, css="muted", width=width - 60),
        *_columns(left, y + 40, step, matrix.columns),
        *_rows(x, top, step * len(matrix.columns), high, matrix.rows),
    ]
    for row, source in enumerate(matrix.rows):
        for column, target in enumerate(matrix.columns):
            cell = matrix.cells.get((source.key, target.key))
            if cell is not None:
                title = f"{source.group} {source.label} to {target.group} {target.label}"
                at = (left + column * step, top + row * high)
                parts.append(_cell(*at, step, high, cell, title))
    return Drawn(tuple(parts), 44 + _NAMES + high * len(matrix.rows) + 4)


def _legend(matrix: Matrix) -> str:
    told = [
        *([matrix.folded] if matrix.folded else []),
        "rows: from where, columns: to where",
        "dashed: must be refused",
        "the sign and number of the worst claims",
    ]
    return " · ".join(told)


def _cell(x: float, y: float, step: float, high: float, cell: Cell, title: str) -> str:
    tally = cell.tally
    told = tally.sign
    if step >= _NARROW and tally.counts:
        worst, every = tally.counts[tally.worst], tally.examined or sum(tally.counts.values())
        told += f"{worst}" if worst == every else f"{worst}/{every}"
    wanted = "; must be refused" if cell.refused else ""
    parts = [
        svg.rect(x + 1.5, y + 1.5, step - 3, high - 3, corner=3),
        svg.text(
            x + step / 2, y + high / 2 + 4, told, size=10.5 if len(told) < 5 else 9, css="b c"
        ),
    ]
    css = f"{css_class(tally.worst)}{' refused' if cell.refused else ''}"
    return svg.group(parts, css=css, title=f"{title}{wanted}: {tally}")


def _columns(left: float, y: float, step: float, columns: Sequence[End]) -> Iterator[str]:
    start = 0
    for name, found in groupby(columns, key=lambda end: end.group):
        ends = list(found)
        x, width = left + start * step, len(ends) * step
        if any(end.label != name for end in ends):
            yield svg.text(x + 2, y - 4, name, size=12, css="b", width=width - 4)
            yield svg.line(x + 1.5, y, x + width - 1.5, y, css="wire")
        for index, end in enumerate(ends):
            at = x + (index + 0.5) * step + 4
            yield svg.text(at, y + _NAMES, end.label, size=11, width=_NAMES - 6, turned=-90)
        start += len(ends)


def _rows(x: float, y: float, width: float, high: float, rows: Sequence[End]) -> Iterator[str]:
    before = None
    for index, end in enumerate(rows):
        top = y + index * high
        base = top + high / 2 + 4
        if end.group not in (before, end.label):
            yield svg.line(x, top, x + _LABELS + width, top, css="thin")
            yield svg.text(x, base, end.group, size=12, css="b", width=90)
        before = end.group
        yield svg.text(x + _LABELS - 8, base, end.label, size=11, css="e", width=_LABELS - 104)
