"""The colours of the picture, in light and in dark, as a style sheet of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trueline.report.ruling import Standing
from trueline.report.tally import NOT_EXAMINED

# What is asked of every pair here is a contrast of 4.5 (WCAG 2.1, 1.4.3). Pass is a blue green and
# fail the only full colour, so that they differ in brightness as well as in hue.
LIGHT: Mapping[str, tuple[str, str]] = {
    "page": ("#ffffff", "#1b1f24"),
    "panel": ("#f5f7f9", "#1b1f24"),
    "muted": ("#f5f7f9", "#57606a"),
    Standing.PASS.value: ("#d3eee5", "#0a5442"),
    Standing.FAIL.value: ("#b3261e", "#ffffff"),
    Standing.UNKNOWN.value: ("#ffdf80", "#523b00"),
    Standing.ADVISORY.value: ("#dce8ff", "#1a488f"),
    Standing.EXEMPTED.value: ("#eadff7", "#56298c"),
    Standing.NOT_APPLICABLE.value: ("#e8ebef", "#4c555f"),
    NOT_EXAMINED: ("#ffffff", "#57606a"),
}
DARK: Mapping[str, tuple[str, str]] = {
    "page": ("#0d1117", "#e6edf3"),
    "panel": ("#161b22", "#e6edf3"),
    "muted": ("#161b22", "#9da7b3"),
    Standing.PASS.value: ("#12392e", "#86dfc0"),
    Standing.FAIL.value: ("#ff8a80", "#2d0503"),
    Standing.UNKNOWN.value: ("#5c4500", "#ffdf80"),
    Standing.ADVISORY.value: ("#17315e", "#afcbff"),
    Standing.EXEMPTED.value: ("#3b255b", "#dcc4ff"),
    Standing.NOT_APPLICABLE.value: ("#262c34", "#b1bac4"),
    NOT_EXAMINED: ("#0d1117", "#9da7b3"),
}
_LINES = {"light": "#c4ccd4", "dark": "#3d444d"}


def css_class(standing: str) -> str:
    """The class of a standing."""
    return f"s-{standing.replace(' ', '-')}"


def sheet() -> str:
    """The style sheet: light, and dark where the reader's system says so."""
    plain = (
        ".trueline text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif}"
        ".trueline .m{font-family:ui-monospace,Menlo,Consolas,monospace}"
        ".trueline .b{font-weight:600}.trueline .c{text-anchor:middle}.trueline .e{text-anchor:end}"
        ".trueline .refused rect{stroke-dasharray:3 2}"
    )
    light = "".join(_rules(LIGHT, _LINES["light"]))
    dark = "".join(_rules(DARK, _LINES["dark"]))
    return f"{plain}{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _rules(colours: Mapping[str, tuple[str, str]], lines: str) -> Iterator[str]:
    page, ink = colours["page"]
    yield f".trueline .page{{fill:{page}}}.trueline text{{fill:{ink}}}"
    yield f".trueline .panel{{fill:{colours['panel'][0]};stroke:{lines}}}"
    yield f".trueline .box{{fill:{page};stroke:{lines}}}"
    yield f".trueline .muted{{fill:{colours['muted'][1]}}}"
    yield f".trueline .thin{{stroke:{lines};stroke-width:1}}"
    yield f".trueline .wire{{stroke:{colours['muted'][1]};stroke-width:2}}"
    for standing in (*(one.value for one in Standing), NOT_EXAMINED):
        fill, inside = colours[standing]
        name = css_class(standing)
        yield f".trueline .{name} rect{{fill:{fill};stroke:{inside};stroke-width:.6}}"
        yield f".trueline .{name} text{{fill:{inside}}}"
