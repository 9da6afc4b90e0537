"""The summary of a run as Markdown: for a pull request or a chat, the causes before all else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from trueline.diagnose.telling import lines
from trueline.model.printable import printable, uncalled
from trueline.report.ruling import Standing
from trueline.report.summary import HEADINGS, Summary, closing, counted, table
from trueline.report.tally import SIGNS

MOST = 25  # lines below one heading: who reads a comment on a change looks at the causes
_WORDS = {
    Standing.FAIL.value: "not as planned",
    Standing.UNKNOWN.value: "in doubt",
    Standing.ADVISORY.value: "advised against",
    Standing.EXEMPTED.value: "exempted",
}


def as_markdown(summary: Summary) -> str:
    """The summary for people, as plain Markdown without HTML."""
    parts = [
        f"# Run {summary.run}",
        _verdict(summary),
        f"Plan `{summary.topology}` (sha256 {summary.topology_sha256[:12]}), drawn in"
        " [picture.svg](picture.svg)",
    ]
    if summary.incidents:
        parts.append(_section("Root causes", nested(lines(summary.incidents))))
    for standing, heading in HEADINGS.items():
        told = summary.told[standing]
        if told:
            title = heading[:1].upper() + heading[1:]
            parts.append(_section(title, _few([f"- {_markdown(line)}" for line in told])))
    parts.append(_section("Claims by area and cluster", ["```", *table(summary), "```"]))
    parts.append("\n".join(f"- {_markdown(line.strip())}" for line in closing(summary)))
    return "\n\n".join(parts) + "\n"


def _verdict(summary: Summary) -> str:
    """How the run ended, in one line."""
    counts: Counter[str] = Counter()
    for row in summary.rows:
        counts.update(row.counts)
    told = [
        f"{SIGNS[standing]} {counts[standing]} {words}"
        for standing, words in _WORDS.items()
        if counts[standing]
    ]
    good = f"{SIGNS[Standing.PASS.value]} {counts[Standing.PASS.value]} as planned"
    return f"**{', '.join([*told, good])}** of {counted(summary.claims, 'claim')}"


def _section(title: str, lines: Iterable[str]) -> str:
    return "\n".join([f"## {title}", "", *lines])


def _few(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:MOST]
    if len(lines) > MOST:
        yield f"- and {len(lines) - MOST} more (summary.json)"


def nested(told: Iterable[str]) -> Iterator[str]:
    """Causes as items, what is said of each as items below it, commands as code."""
    for line in told:
        what, _, rest = line.strip().partition(": ")
        if not line.startswith(" "):
            yield f"- {_markdown(line)}"
        elif what in ("look", "mend"):
            yield f"  - {what}: {_code(rest)}"
        else:
            yield f"  - {_markdown(line.strip())}"


def _code(command: str) -> str:
    """A command between as many backticks as it takes."""
    longest = max(map(len, re.findall("`+", command)), default=0)
    ticks = "`" * (longest + 1)
    # A backtick of its own at an end would count among them.
    room = " " if command.startswith("`") or command.endswith("`") else ""
    return f"{ticks}{room}{printable(command)}{room}{ticks}"


def _markdown(text: str) -> str:
    """The text as Markdown shows it: no tag, no picture, no link but a bare address, no call."""
    plain = printable(text).replace("&", "&amp;").replace("<", "&lt;")
    return uncalled(plain.replace("](", "]\\(").replace("`", "\\`"))
