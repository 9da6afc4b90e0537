"""What Allure is told. The only module here that imports it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import allure
import allure_commons
from allure_commons.types import LabelType, LinkType

from trueline.diagnose.telling import Told
from trueline.model.check import Check
from trueline.model.printable import printable
from trueline.report.allure_results import KINDS, TAGS, spoken
from trueline.report.journal import Entry
from trueline.report.labels import TEST
from trueline.report.raw import Raw

NOT_AS_PLANNED = "Not as planned"
DOUBT = "Could not tell"
DEFECT = "Product defect: trueline or a test itself went wrong"
SORTS = {"advisory": "Advised against", "exempted": "Excepted, until the exception expires"}
PICTURE = "picture-attachment.svg"

_IN_DOUBT = r"[\s\S]*could not (tell|be observed)[\s\S]*"

_SKIPPED = "Skipped: "

_TABLE = """<!doctype html><meta charset="utf-8"><style>
:root{color-scheme:light dark}
body{font:13px/1.5 system-ui,sans-serif;margin:8px}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid #8884;padding:4px 10px;text-align:left;vertical-align:top}
th{font-weight:600}td:last-child,.at{color:#888}.at{white-space:nowrap}
.fail{color:#d32f2f}.unknown{color:#b26a00}.pass{color:#2e7d32}
b{text-transform:uppercase;font-size:11px}
</style>"""


def marks(
    check: Check, area: str, page: str | None = None
) -> list[tuple[str, tuple[object, ...], dict[str, Any]]]:
    """The marks (name, arguments, keywords) that allure-pytest turns into labels and description.

    epic is the area, feature the requirement, story the promise of the check; `page` is where the
    page of the requirement is, as a link.
    """
    requirement = check.requirement
    labels = [
        (LabelType.SEVERITY, requirement.severity.value),
        (LabelType.EPIC, area),
        (LabelType.FEATURE, f"{requirement.id} {requirement.must}"),
        (LabelType.STORY, check.promise),
    ]
    if requirement.advisory:
        labels.append((LabelType.TAG, "advisory"))
    described = "".join(
        [
            f"<p><strong>{escape(requirement.id)}</strong> {_prose(requirement.must)}</p>",
            f"<p><em>Why:</em> {_prose(requirement.why)}</p>",
            f"<p><em>Source:</em> {_prose(requirement.source)}</p>",
            f"<p><em>If it does not hold:</em> {_prose(check.remedy)}</p>",
            *(["<p>This is advice: it never fails a run.</p>"] if requirement.advisory else []),
        ]
    )
    return [
        *(("allure_label", (value,), {"label_type": str(kind)}) for kind, value in labels),
        ("allure_description_html", (described,), {}),
        *([("allure_link", (page,), _linked(requirement.id))] if page else []),
    ]


def _linked(requirement: str) -> dict[str, Any]:
    return {"link_type": str(LinkType.LINK), "name": f"{requirement}: proof, causes and cure"}


def _prose(text: str) -> str:
    """Our own text, in which code stands between backquotes."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def title(check: Check, *, parametrised: bool) -> str:
    """A readable title; allure-pytest fills in the id of the parameters."""
    return spoken(check.name) + (": {param_id}" if parametrised else "")


def attach(entries: Sequence[Entry], *observed: Raw) -> None:
    """Attach one table of what was expected and observed to the running test, and what it saw."""
    for test in dict.fromkeys(entry.test for entry in entries):
        allure.dynamic.label(TEST, test)
    bad = sum(entry.standing not in ("pass", "not applicable") for entry in entries)
    name = f"{len(entries)} claim{'s' if len(entries) != 1 else ''}"
    allure.attach(
        _table(entries),
        name=f"{name}, {bad} of them not as expected" if bad else name,
        attachment_type=allure.attachment_type.HTML,
    )
    for one in observed:
        kind, ending = KINDS[one.kind]
        allure.attach(one.body, name=one.name, attachment_type=kind, extension=ending)


def _table(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr><td class="{escape(entry.verdict)}"><b>{escape(entry.standing)}</b>'
        f"<td>{escape(entry.subject)}<td>{escape(entry.expected)}<td>{escape(entry.observed)}"
        f'<td class="at">{escape(entry.at or "")}<td>{escape("; ".join(entry.evidence))}'
        for entry in entries
    )
    head = "<th><th>subject<th>expected<th>observed<th>declared<th>evidence"
    return f"{_TABLE}<table><tr>{head}{rows}</table>\n"


def shown(text: str | None) -> str | None:
    """Lines of a test that went wrong, each as it may be shown."""
    if text is None:
        return None
    return "\n".join(printable(line.replace("\t", "    ")) for line in text.split("\n"))


class NothingTold(Exception):
    """Fixtures of which nothing is left to tell: their file is not written."""


class Plain:
    """Takes Python out of what Allure shows: class names, quoted ids, the place of a skip.

    Fixtures that were set up as they should say nothing about a network, so they go as well; what
    ends them has no status yet when it is written.
    """

    def __init__(self, prefixes: Sequence[str]) -> None:
        self._prefixes = tuple(f"{prefix}: " for prefix in prefixes)

    @allure_commons.hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
    def report_result(self, result: Any) -> None:
        """Allure is about to write a result."""
        for parameter in result.parameters:
            parameter.value = parameter.value.strip("'")
        details = result.statusDetails
        if details is not None:
            details.message, details.trace = shown(details.message), shown(details.trace)
        message = getattr(details, "message", None) or ""
        if message.startswith(_SKIPPED):
            details.message, details.trace = message.removeprefix(_SKIPPED), None
        for prefix in self._prefixes:
            if message.startswith(prefix):
                details.message, details.trace = message.removeprefix(prefix), None

    @allure_commons.hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
    def report_container(self, container: Any) -> None:
        """Allure is about to write the fixtures of some tests. Raises NothingTold to `Spared`."""
        for steps in (container.befores, container.afters):
            steps[:] = [step for step in steps if step.status not in (None, "passed")]
        if not (container.befores or container.afters):
            raise NothingTold


class Spared:
    """Keeps from pytest what Allure could not write, where `noticed` says that it knows of it.

    Nor is written what tells nothing: else two of the four files of each test would be containers
    of fixtures that went as they should.
    """

    def __init__(self, noticed: Callable[[OSError], bool]) -> None:
        self._noticed = noticed

    def _write(self) -> Generator[None, object, object]:
        try:
            return (yield)
        except OSError as error:
            if not self._noticed(error):
                raise
            return None

    @allure_commons.hookimpl(wrapper=True)  # type: ignore[untyped-decorator]
    def report_result(self) -> Generator[None, object, object]:
        """A result is written."""
        return (yield from self._write())

    @allure_commons.hookimpl(wrapper=True)  # type: ignore[untyped-decorator]
    def report_container(self) -> Generator[None, object, object]:
        """The fixtures of some tests are written, if anything is to be told of them."""
        try:
            return (yield from self._write())
        except NothingTold:
            return None

    @allure_commons.hookimpl(wrapper=True)  # type: ignore[untyped-decorator]
    def report_attached_data(self) -> Generator[None, object, object]:
        """An attachment is written."""
        return (yield from self._write())


def register(plugin: Plain | Spared) -> None:
    """Let the plugin see every result before it is written."""
    allure_commons.plugin_manager.register(plugin)


def unregister(plugin: Plain | Spared) -> None:
    """The reverse of `register`."""
    allure_commons.plugin_manager.unregister(plugin)


def write_run(
    results: Path,
    environment: Mapping[str, str],
    incidents: Sequence[Told] = (),
    picture: str = "",
) -> None:
    """Write what belongs to the run as a whole; only one process may do it.

    Each incident becomes two categories: its cause, and what is blocked by it. The picture (SVG)
    becomes an attachment of the report as a whole.
    """
    results.mkdir(parents=True, exist_ok=True)
    text = "".join(
        f"{_property(key, key=True)}={_property(value)}\n" for key, value in environment.items()
    )
    (results / "environment.properties").write_text(text, encoding="utf-8")
    categories = [
        *(category for one in incidents for category in _categories(one)),
        {"name": NOT_AS_PLANNED, "matchedStatuses": ["failed"]},
        {"name": DOUBT, "matchedStatuses": ["broken"], "messageRegex": _IN_DOUBT},
        {"name": DEFECT, "matchedStatuses": ["broken"]},
        *(
            {"name": name, "matchers": {"statuses": ["passed"], "labels": {"tag": TAGS[standing]}}}
            for standing, name in SORTS.items()
        ),
    ]
    (results / "categories.json").write_text(
        json.dumps(categories, indent=2) + "\n", encoding="utf-8"
    )
    if picture:
        attach_picture(results, picture)


def attach_picture(results: Path, picture: str) -> None:
    """Let the report have a picture (SVG) as an attachment of the run as a whole.

    Allure 3 reads these from a file of its own; Allure 2 leaves it alone.
    """
    (results / PICTURE).write_text(picture, encoding="utf-8")
    attached = {"name": "Picture of the network", "source": PICTURE, "type": "image/svg+xml"}
    (results / "trueline-globals.json").write_text(
        json.dumps({"attachments": [attached]}, indent=2) + "\n", encoding="utf-8"
    )


def _categories(incident: Told) -> Iterator[dict[str, Any]]:
    what = f"{incident.requirement} {incident.subject}"
    sorts = (
        (f"Root cause: {what}", (incident.cause, *incident.also)),
        (f"Blocked by {what}", incident.blocked),
    )
    for name, lines in sorts:
        if lines:
            told = "|".join(re.escape(line) for line in lines)
            pattern = rf"[\s\S]*({told})[\s\S]*"
            yield {"name": name, "matchedStatuses": ["failed"], "messageRegex": pattern}


def _property(text: str, *, key: bool = False) -> str:
    """Escaped for a properties file, in which a space would end a key."""
    text = printable(" ".join(text.split())).replace("\\", "\\\\")
    return re.sub(r"([ =:#!])", r"\\\1", text) if key else text
