"""What Allure is told. The only module here that imports it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import allure
import allure_commons
from allure_commons.types import LabelType

from trueline.diagnose.telling import Told
from trueline.model.check import Check
from trueline.report.journal import Entry

DEFECT = "Product defect (does not conform)"
DOUBT = "Could not tell"
BROKEN = "Broken test or tool"

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


def marks(check: Check, area: str) -> list[tuple[str, tuple[object, ...], dict[str, Any]]]:
    """The marks (name, arguments, keywords) that allure-pytest turns into labels and description.

    epic is the area, feature the requirement, story the promise of the check.
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
    described = "\n\n".join(
        [
            f"**{requirement.id}** {requirement.must}",
            f"*Why:* {requirement.why}",
            f"*Source:* {requirement.source}",
            f"*If it does not hold:* {check.remedy}",
            *(["This is advice: it never fails a run."] if requirement.advisory else []),
        ]
    )
    return [
        *(("allure_label", (value,), {"label_type": str(kind)}) for kind, value in labels),
        ("allure_description", (described,), {}),
    ]


def title(check: Check, *, parametrised: bool) -> str:
    """A readable title; allure-pytest fills in the id of the parameters."""
    text = check.name.replace("_", " ")
    return f"{text[:1].upper()}{text[1:]}" + (": {param_id}" if parametrised else "")


def attach(entries: Sequence[Entry]) -> None:
    """Attach one table of what was expected and observed to the running test."""
    bad = sum(entry.standing not in ("pass", "not applicable") for entry in entries)
    name = f"{len(entries)} claim{'s' if len(entries) != 1 else ''}"
    allure.attach(
        _table(entries),
        name=f"{name}, {bad} of them not as expected" if bad else name,
        attachment_type=allure.attachment_type.HTML,
    )


def _table(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f'<tr><td class="{escape(entry.verdict)}"><b>{escape(entry.standing)}</b>'
        f"<td>{escape(entry.subject)}<td>{escape(entry.expected)}<td>{escape(entry.observed)}"
        f'<td class="at">{escape(entry.at or "")}<td>{escape("; ".join(entry.evidence))}'
        for entry in entries
    )
    head = "<th><th>subject<th>expected<th>observed<th>declared<th>evidence"
    return f"{_TABLE}<table><tr>{head}{rows}</table>\n"


class Plain:
    """Takes Python out of what Allure shows: class names, quoted ids, the place of a skip.

    Fixtures that were set up as they should say nothing about a network, so they go as well.
    """

    def __init__(self, prefixes: Sequence[str]) -> None:
        self._prefixes = tuple(f"{prefix}: " for prefix in prefixes)

    @allure_commons.hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
    def report_result(self, result: Any) -> None:
        """Allure is about to write a result."""
        for parameter in result.parameters:
            parameter.value = parameter.value.strip("'")
        details = result.statusDetails
        message = getattr(details, "message", None) or ""
        if message.startswith(_SKIPPED):
            details.message, details.trace = message.removeprefix(_SKIPPED), None
        for prefix in self._prefixes:
            if message.startswith(prefix):
                details.message, details.trace = message.removeprefix(prefix), None

    @allure_commons.hookimpl(tryfirst=True)  # type: ignore[untyped-decorator]
    def report_container(self, container: Any) -> None:
        """Allure is about to write the fixtures of some tests."""
        container.befores = [step for step in container.befores if step.status != "passed"]
        container.afters = [step for step in container.afters if step.status != "passed"]


def register(plugin: Plain) -> None:
    """Let the plugin see every result before it is written."""
    allure_commons.plugin_manager.register(plugin)


def unregister(plugin: Plain) -> None:
    """The reverse of `register`."""
    allure_commons.plugin_manager.unregister(plugin)


def write_run(
    results: Path, environment: Mapping[str, str], incidents: Sequence[Told] = ()
) -> None:
    """Write what belongs to the run as a whole; only one process may do it.

    Each incident becomes two categories: its cause, and what is blocked by it.
    """
    results.mkdir(parents=True, exist_ok=True)
    text = "".join(
        f"{_property(key, key=True)}={_property(value)}\n" for key, value in environment.items()
    )
    (results / "environment.properties").write_text(text, encoding="utf-8")
    categories = [
        *(category for one in incidents for category in _categories(one)),
        {"name": DEFECT, "matchedStatuses": ["failed"]},
        {"name": DOUBT, "matchedStatuses": ["broken"], "messageRegex": _IN_DOUBT},
        {"name": BROKEN, "matchedStatuses": ["broken"]},
    ]
    (results / "categories.json").write_text(
        json.dumps(categories, indent=2) + "\n", encoding="utf-8"
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
    text = text.replace("\\", "\\\\").replace("\n", " ")
    return re.sub(r"([ =:#!])", r"\\\1", text) if key else text
