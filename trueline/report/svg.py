"""Pieces of SVG as text: every text of a reader's network is escaped, and fits its place."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from trueline.model.printable import printable

_SANS, _BOLD, _MONO = 0.56, 0.62, 0.61  # the width of a usual letter, in the size of the font


def clean(text: str) -> str:
    """The text on one line as XML can hold it."""
    return escape(printable(" ".join(text.split())), quote=True)


def fitted(text: str, width: float, size: float, css: str = "") -> str:
    """The text cut so that it fits a width, with an ellipsis where something is missing."""
    letter = _MONO if "m" in css.split() else _BOLD if "b" in css.split() else _SANS
    most = max(1, int(width / (size * letter)))
    return text if len(text) <= most else f"{text[: most - 1]}…"


def text(
    x: float,
    y: float,
    content: str,
    *,
    size: float = 12,
    css: str = "",
    width: float | None = None,
    turned: int = 0,
) -> str:
    """A line of text, cut to `width` where that is given; a title then tells it in full.

    `css` are classes: `b` is bold, `m` has letters of equal width, `c` is centred, `e` ends at x.
    """
    shown = content if width is None else fitted(content, width, size, css)
    title = f"<title>{clean(content)}</title>" if shown != content else ""
    style = f' class="{css}"' if css else ""
    turn = f' transform="rotate({turned} {x:g} {y:g})"' if turned else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{style}{turn}>{title}{clean(shown)}</text>'
    )


def rect(
    x: float, y: float, width: float, height: float, *, css: str = "", corner: float = 4
) -> str:
    """A rectangle."""
    style = f' class="{css}"' if css else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{corner:g}"{style}/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, css: str) -> str:
    """A straight line."""
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" class="{css}"/>'


def group(parts: Iterable[str], *, css: str = "", title: str = "") -> str:
    """Parts that belong together; `title` is what a pointer over them and a screen reader tell."""
    style = f' class="{css}"' if css else ""
    told = f"<title>{clean(title)}</title>" if title else ""
    return f"<g{style}>{told}{''.join(parts)}</g>"
