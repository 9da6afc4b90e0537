"""A run as one picture: clusters, addresses and flows with their verdicts, as SVG.

It stands alone: no script, nothing loaded from elsewhere, light and dark by the reader's system.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trueline.diagnose.telling import Told
from trueline.model.topology import Topology
from trueline.report import picture_boxes as boxes
from trueline.report import svg
from trueline.report.journal import Entry
from trueline.report.picture_boxes import Drawn
from trueline.report.picture_claims import Shown
from trueline.report.picture_grid import grid
from trueline.report.picture_matrix import matrix
from trueline.report.picture_style import sheet
from trueline.report.ruling import Standing
from trueline.report.summary import counted
from trueline.report.tally import Tally, kept, tally, together

WIDTH = 1200
MOST_CLUSTERS, MOST_SEGMENTS, MOST_CAUSES, MOST_AREAS = 52, 4, 3, 20
_EDGE, _GAP = 24, 14
_INSIDE = WIDTH - 2 * _EDGE

_WORDS = {
    Standing.PASS.value: "as planned",
    Standing.FAIL.value: "not as planned",
    Standing.UNKNOWN.value: "in doubt",
    Standing.ADVISORY.value: "advised against",
    Standing.EXEMPTED.value: "exempted",
    Standing.NOT_APPLICABLE.value: "not asked",
}


def picture(
    plan: Topology, entries: Sequence[Entry], incidents: Sequence[Told] = (), *, run: str
) -> str:
    """The picture of a run as the text of an SVG file, 1200 wide and as high as it needs."""
    shown = Shown(plan, entries)
    every = tally(entries)
    sections: tuple[Callable[[float], Drawn], ...] = (
        lambda y: _head(y, plan, run, every),
        lambda y: _causes(y, incidents),
        lambda y: _segments(y, shown),
        lambda y: _clusters(y, shown),
        lambda y: grid(_EDGE, y, _INSIDE, matrix(shown)),
        lambda y: _elsewhere(y, list(shown.elsewhere())),
    )
    parts: list[str] = []
    y: float = _EDGE
    for section in sections:
        drawn = section(y)
        parts += drawn.parts
        y += drawn.height + (_GAP if drawn.height else 0)
    height = y + _EDGE - _GAP
    title, told = f"{plan.name}: run {run}", _in_words(plan, every, incidents)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}"'
        f' width="{WIDTH}" height="{height:g}" class="trueline" role="img"'
        ' aria-labelledby="trueline-title trueline-desc">'
        f'<title id="trueline-title">{svg.clean(title)}</title>'
        f'<desc id="trueline-desc">{svg.clean(told)}</desc><style>{sheet()}</style>'
        f"{svg.rect(0, 0, WIDTH, height, css='page', corner=10)}\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _in_words(plan: Topology, every: Tally, incidents: Sequence[Told]) -> str:
    names = ", ".join(cluster.name for cluster in plan.clusters[:MOST_CLUSTERS])
    told = f"{len(plan.clusters)} clusters ({names}). Claims: {every}."
    causes = "".join(f" Root cause: {one.cause}" for one in incidents[:MOST_CAUSES])
    return told + causes


def _head(y: float, plan: Topology, run: str, every: Tally) -> Drawn:
    parts = [
        svg.text(_EDGE, y + 16, plan.name, size=20, css="b", width=_INSIDE - 420),
        svg.text(WIDTH - _EDGE, y + 16, f"run {run}", size=12, css="m e muted", width=400),
    ]
    x: float = _EDGE
    for standing, words in _WORDS.items():
        told = f"{every.counts.get(standing, 0)} {words}"
        parts.append(boxes.badge(x, y + 30, standing))
        parts.append(svg.text(x + 25, y + 44, told, size=12.5))
        x += 46 + 7.1 * len(told)
    return Drawn(tuple(parts), 50)


def _causes(y: float, incidents: Sequence[Told]) -> Drawn:
    parts = []
    for number, one in enumerate(incidents[:MOST_CAUSES]):
        follow = len(one.blocked)
        text = f"Root cause: {one.cause}"
        text += f" {counted(follow, 'red')} follow{'s' * (follow == 1)} from it." if follow else ""
        parts.append(svg.text(_EDGE, y + 12 + 18 * number, text, size=12, css="b", width=_INSIDE))
    more = len(incidents) - MOST_CAUSES
    if more > 0:
        text = f"and {counted(more, 'more root cause')} (summary.md)"
        parts.append(svg.text(_EDGE, y + 12 + 18 * MOST_CAUSES, text, size=12, css="muted"))
    return Drawn(tuple(parts), 18 * len(parts))


def _segments(y: float, shown: Shown) -> Drawn:
    """The segments with their VMs, each over a line for its wire."""
    drawn, left = kept(shown.plan.segments, MOST_SEGMENTS, shown.segment)
    parts: list[str] = []
    top = y
    for one in drawn:
        box = boxes.segment(_EDGE, top, _INSIDE, one, shown)
        wire = top + box.height + 2
        parts += [*box.parts, svg.line(_EDGE, wire, WIDTH - _EDGE, wire, css="wire")]
        top = wire + 10
    if left:
        parts.append(_more(top, "segments", together(shown.segment(one) for one in left), left))
        top += 20
    return Drawn(tuple(parts), top - y - 10)


def _clusters(y: float, shown: Shown) -> Drawn:
    """The clusters side by side: with all that is in them, or small where they are many."""
    every = shown.plan.clusters
    drawn, left = kept(every, MOST_CLUSTERS, shown.cluster)
    full = len(every) <= boxes.IN_FULL
    columns = (min(2, len(every)) or 1) if full else 4
    width = (_INSIDE - (columns - 1) * _GAP) / columns
    parts: list[str] = []
    top = y
    for first in range(0, len(drawn), columns):
        high: float = 0
        for index, one in enumerate(drawn[first : first + columns]):
            x = _EDGE + index * (width + _GAP)
            box = (boxes.cluster if full else boxes.small)(x, top, width, one, shown)
            if first == 0 and len(shown.plan.segments) == 1:
                middle = x + width / 2
                parts.append(svg.line(middle, y - _GAP + 2, middle, y, css="wire"))
            parts += box.parts
            high = max(high, box.height)
        top += high + _GAP
    if left:
        parts.append(_more(top, "clusters", together(shown.cluster(one) for one in left), left))
        top += 20 + _GAP
    return Drawn(tuple(parts), top - y - _GAP)


def _more(y: float, what: str, rest: Tally, left: Sequence[object]) -> str:
    told = f"{rest.sign} and {len(left)} more {what}: {rest}"
    return svg.text(_EDGE, y + 12, told, size=12, css="muted", width=_INSIDE)


def _elsewhere(y: float, entries: Sequence[Entry]) -> Drawn:
    """What is about nothing that is drawn, by suite, so that no claim is lost from sight."""
    areas: dict[str, list[Entry]] = {}
    for entry in entries:
        areas.setdefault(entry.area, []).append(entry)
    if not areas:
        return Drawn((), 0)
    things = []
    for area, found in sorted(areas.items()):
        told = tally(found)
        things.append(boxes.Thing(area, "", told, "suite", end=str(told.examined)))
    head = "about no cluster and nothing drawn above, by suite"
    drawn = boxes.chips(
        _EDGE, y + 20, _INSIDE + 6, things, columns=4, most=MOST_AREAS, what="suites"
    )
    return Drawn(
        (svg.text(_EDGE, y + 13, head, size=12, css="muted"), *drawn.parts), drawn.height + 20
    )
