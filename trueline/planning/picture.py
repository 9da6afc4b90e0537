"""The ledger as a picture: one SVG file, without script and without anything from elsewhere.

Each block is a bar to scale, and below it a row of boxes in the order of the addresses. A box says
in words what it is; colour, border and the height in the bar only repeat that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trueline.planning.book import Line
from trueline.planning.boxes import Box, boxes
from trueline.planning.table import counted, used_for
from trueline.report.svg import clean, group, rect, text

WIDTH = 1120  # of the picture, in its own units
_MARGIN = 20
_LETTER = 6.7  # width of a letter in a box
_BOX, _BAR, _GAP = 40, 24, 6  # heights of a box and of a bar, and what is between boxes
_LINE = 22  # from one line of the legend to the next

# How each sort of box is called, and how much of the height of the bar it fills.
_SORTS = {
    "host": ("hosts, node ranges, Services of the cluster itself", 1.0),
    "own": ("network and broadcast addresses", 1.0),
    "reserved": ("reserved for a Service", 0.85),
    "pool": ("free in a pool", 0.65),
    "leases": ("left to leases", 0.45),
    "other": ("given out by a cluster, or not divided", 0.3),
    "free": ("free", 0.15),
}
_STYLE = """
  .ledger { background: #ffffff; font: 11px ui-monospace, Menlo, Consolas, monospace; }
  .ledger text { fill: #1b1b1b; } .ledger .quiet { fill: #4a4a4a; }
  .ledger .title { font-size: 17px; font-weight: bold; }
  .ledger .head { font-size: 13px; font-weight: bold; } .ledger .e { text-anchor: end; }
  .ledger rect { stroke: #1b1b1b; stroke-width: 1; } .ledger .bar rect { stroke: none; }
  .ledger .bar .frame { fill: none; stroke: #1b1b1b; }
  .ledger .host { fill: #bcd9f5; } .ledger .own { fill: #c4c4c4; }
  .ledger .reserved { fill: #f7d48a; stroke-width: 2.2; }
  .ledger .pool { fill: #fff3d6; stroke-dasharray: 6 2; }
  .ledger .leases { fill: #e2d6f2; stroke-dasharray: 2 2; }
  .ledger .other { fill: #e6e6e6; stroke-dasharray: 9 3; }
  .ledger .free { fill: #ffffff; stroke-dasharray: 1 3; }
  .ledger .bar .host { fill: #2f6fae; } .ledger .bar .reserved { fill: #b27a0a; }
  .ledger .bar .pool { fill: #e0b95f; } .ledger .bar .leases { fill: #b79bdb; }
  .ledger .bar .other { fill: #a8a8a8; } .ledger .bar .free { fill: #9a9a9a; }
  @media (prefers-color-scheme: dark) {
    .ledger { background: #14171a; }
    .ledger text { fill: #f2f2f2; } .ledger .quiet { fill: #c0c4c8; }
    .ledger rect, .ledger .bar .frame { stroke: #d8dce0; }
    .ledger .host { fill: #17466f; } .ledger .own { fill: #4a4d50; }
    .ledger .reserved { fill: #6a4a08; } .ledger .pool { fill: #3a2d10; }
    .ledger .leases { fill: #3d2f57; } .ledger .other { fill: #2a2e32; }
    .ledger .free { fill: #14171a; }
    .ledger .bar .host { fill: #6fb1f0; } .ledger .bar .reserved { fill: #f0b73f; }
    .ledger .bar .pool { fill: #9a7a35; } .ledger .bar .leases { fill: #8a6cb8; }
  }
"""


def svg(title: str, book: Iterable[Line]) -> str:
    """The pages of a ledger as the text of an SVG file."""
    legend, y = _legend(46.0)
    drawn: list[str] = []
    for page in book:
        part, y = _page(page, y + 34)
        drawn += part
    height = y + _MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'width="{WIDTH}" height="{height:.0f}" class="ledger" role="img" '
        'aria-labelledby="title about">',
        f'<title id="title">{clean(title)}: the addresses of the plan</title>',
        '<desc id="about">Each block as a bar to scale, and below it as boxes in the order of the '
        "addresses, which are not to scale.</desc>",
        f"<style>{_STYLE}</style>",
        _text(_MARGIN, 30, title, "title"),
    )
    return "\n".join([*head, *legend, *drawn, "</svg>", ""])


def _legend(y: float) -> tuple[list[str], float]:
    drawn: list[str] = []
    x = float(_MARGIN)
    for sort, (told, _) in _SORTS.items():
        width = 40 + len(told) * _LETTER
        if x + width > WIDTH - _MARGIN:
            x, y = float(_MARGIN), y + _LINE
        drawn += [rect(x, y, 14, 14, css=sort, corner=0), _text(x + 20, y + 11, told, "quiet")]
        x += width
    return drawn, y + 14


def _page(page: Line, y: float) -> tuple[list[str], float]:
    """A block from that height on, and the height at which it ends."""
    at = f" ({page.at})" if page.at else ""
    size = f"{counted(page.range.size)} addresses{at}"
    drawn = [
        _text(_MARGIN, y, f"{page.range}  {used_for(page)} {page.owner}", "head"),
        _text(WIDTH - _MARGIN, y, size, "quiet e"),
    ]
    found = list(boxes(page))
    drawn.append(group(_bar(page, found, y + 8), css="bar"))
    y += 8 + _BAR + _GAP
    x = float(_MARGIN)
    for box in found:
        width = 12 + _LETTER * max(len(box.words), len(box.addresses))
        if x > _MARGIN and x + width > WIDTH - _MARGIN:
            x, y = float(_MARGIN), y + _BOX + _GAP
        drawn.append(_drawn(box, x, y, width))
        x += width + _GAP
    return drawn, y + _BOX


def _bar(page: Line, found: Iterable[Box], y: float) -> Iterator[str]:
    """The block to scale; what is too small to be seen is drawn one unit wide."""
    scale = (WIDTH - 2 * _MARGIN) / page.range.size
    for box in sorted(found, key=lambda box: _SORTS[box.sort][1]):
        x = _MARGIN + (box.first - int(page.range.first)) * scale
        width = max(1.0, box.size * scale)
        x = min(x, WIDTH - _MARGIN - width)
        height = _BAR * _SORTS[box.sort][1]
        bar = rect(x, y + _BAR - height, width, height, css=box.sort, corner=0)
        yield group([bar], title=box.told)
    yield rect(_MARGIN, y, WIDTH - 2 * _MARGIN, _BAR, css="frame", corner=0)


def _drawn(box: Box, x: float, y: float, width: float) -> str:
    parts = (
        rect(x, y, width, _BOX, css=box.sort, corner=3),
        _text(x + 6, y + 16, box.words),
        _text(x + 6, y + 31, box.addresses, "quiet"),
    )
    return group(parts, title=box.told)


def _text(x: float, y: float, content: str, css: str = "") -> str:
    """A line of text; those of a head and of the title are larger by their class."""
    return text(x, y, content, size=11, css=css)
