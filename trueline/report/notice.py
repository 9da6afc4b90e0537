"""News as a message: text for people, the body for Slack, and JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from trueline.compare.news import Kind, News
from trueline.model.printable import clipped, printable
from trueline.report.closed import Closed
from trueline.report.summary import counted

SCHEMA = 1
SHOWN = 8  # news of one kind that are told one by one
LINE = 400  # characters of one line; what is left out is in the report
MOST_BYTES = 64 * 1024
"""The most that is sent; with more news, fewer are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is to be told of a run, compared with `against` (the id of a run, or None)."""

    run: Closed
    against: str | None
    news: tuple[News, ...]

    @property
    def now(self) -> dict[str, int]:
        """How many claims of the run stand in a way that is not well."""
        counts = Counter(entry.standing for entry in self.run.entries)
        return {name: counts[name] for name in ("fail", "unknown", "exempted", "advisory")}


def text(notice: Notice, *, shown: int = SHOWN) -> str:
    """The message for people."""
    return "\n".join(_lines(notice, shown))


def slack(notice: Notice) -> bytes:
    """The body for an incoming webhook of Slack, or of what understands the same.

    Nothing in it is a mention, a link or mark-up, whatever the names in the network are.
    """

    def body(shown: int) -> bytes:
        told = text(notice, shown=shown)
        for letter, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            told = told.replace(letter, instead)
        return _encoded({"text": told, "mrkdwn": False})

    return _bounded(body, SHOWN, 1)


def as_json(notice: Notice) -> bytes:
    """The body for programs; `schema` grows when a field changes its meaning.

    `counts` has the number of news of each kind, `news` as many of them as there is room for.
    """

    def body(shown: int) -> bytes:
        return _encoded(
            {
                "schema": SCHEMA,
                "kind": "trueline changes",
                "plan": _line(notice.run.plan),
                "run": notice.run.run,
                "began": notice.run.began.isoformat(),
                "against": notice.against,
                "now": notice.now,
                "counts": {kind.name.lower(): len(found) for kind, found in _kinds(notice)},
                "news": [_plain(one) for _, found in _kinds(notice) for one in found[:shown]],
            }
        )

    return _bounded(body, 10 * SHOWN, SHOWN, 1)


def _bounded(body: Callable[[int], bytes], *steps: int) -> bytes:
    """The body with as many news of each kind as there is room for, tried step by step."""
    for shown in steps:
        made = body(shown)
        if len(made) <= MOST_BYTES:
            return made
    return body(0)


def _lines(notice: Notice, shown: int) -> Iterator[str]:
    run = notice.run
    since = f"since run {notice.against}" if notice.against else "(no earlier run to compare)"
    yield f"trueline, {_line(run.plan)}: {_headline(notice)} in run {run.run} {since}"
    yield f"now: {_standing(notice)}"
    causes = {(n.requirement, n.subject) for n in notice.news if n.kind is Kind.CAUSE}
    for kind, found in _kinds(notice):
        # A root cause is a failure as well, and is told once.
        told = [
            one
            for one in found
            if kind is not Kind.FAILS or (one.requirement, one.subject) not in causes
        ]
        if not told:
            continue
        yield f"{kind.value}: {len(found)}"
        for one in told[:shown]:
            yield f"- {_line(one.line)}{_aged(one)}"
        if len(told) > shown:
            yield f"  and {len(told) - shown} more"


def _standing(notice: Notice) -> str:
    """How the run stands. What was not judged is not well."""
    run = notice.run
    bad = [f"{number} {name}" for name, number in notice.now.items() if number]
    trouble = [
        f"{counted(len(tests), 'test')} {what}"
        for tests, what in (
            (run.broken, "broken or with nothing to judge"),
            (run.not_run, "not run"),
        )
        if tests
    ]
    claims = counted(len(run.entries), "claim")
    if bad:
        told = f"{', '.join(bad)}, of {claims}"
    elif trouble or not run.entries:
        told = f"nothing bad among {claims}"
    else:
        told = f"all well, of {claims}"
    return "; ".join([told, *trouble])


def _headline(notice: Notice) -> str:
    return ", ".join(f"{kind.value} {len(found)}" for kind, found in _kinds(notice))


def _kinds(notice: Notice) -> list[tuple[Kind, list[News]]]:
    """The news by kind; kinds without any are left out."""
    every = ((kind, [one for one in notice.news if one.kind is kind]) for kind in Kind)
    return [(kind, found) for kind, found in every if found]


def _aged(news: News) -> str:
    """How long a failure lasts or lasted, where it is older than the run that tells of it."""
    if news.age is None:
        return ""
    if news.kind in (Kind.CAUSE, Kind.FAILS):
        return f" [since {news.age}]" if news.age.runs > 1 else " [fails for the first time]"
    return f" [had failed since {news.age}]"


def _plain(news: News) -> dict[str, Any]:
    age = news.age
    return {
        "kind": news.kind.name.lower(),
        "requirement": news.requirement,
        "subject": _line(news.subject),
        "line": _line(news.line),
        "failing_since": age.first if age else None,
        "failing_runs": age.runs if age else None,
        "failing_hours": round(age.lasted.total_seconds() / 3600, 1) if age else None,
    }


def _line(words: str) -> str:
    return clipped(printable(words), LINE)


def _encoded(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
