"""A conformance statement as Markdown: what a person reads, signs and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from trueline.model.printable import uncalled

_LISTS = (
    ("fail", "Does not conform"),
    ("unknown", "Could not tell"),
    ("exempted", "Exempted"),
    ("advisory", "Advice"),
    ("not_run", "Tests that were not run"),
    ("broken", "Tests that went wrong, or had nothing to judge"),
)
_BLANK = "&nbsp;"
_MARKUP = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_[]|~"})


def page(document: Mapping[str, Any]) -> str:
    """The text of a document of `trueline.report.signature`. The same document, the same text."""
    told = document["statement"]
    parts = [
        "# Conformance statement",
        f"**{_text(told['plan']['name'])}: {told['conclusion']}**",
        *_why(told["not_proven_because"]),
        _facts(told, document),
        "## Clusters\n\n" + _clusters(told["clusters"]),
        "## Claims by area\n\n" + _areas(told["areas"]),
    ]
    parts += [_listed(title, told[name]) for name, title in _LISTS if told[name]]
    if told["exceptions"]:
        parts.append("## Exceptions of the plan\n\n" + _exceptions(told["exceptions"]))
    if told["skipped"]:
        parts.append("## Nothing is asked by the plan\n\n" + _skipped(told["skipped"]))
    unclaimed = told["requirements_without_a_claim"]
    if unclaimed:
        parts.append(
            "## Requirements without a claim\n\nThe plan declares nothing that they are about, or"
            f" their tests were left out: {', '.join(map(_text, unclaimed))}."
        )
    parts.append("## Looked from\n\n" + _vantages(told["vantage_points"]))
    parts.append("## Sign-off\n\n" + _signatories(told["signatories"]))
    return "\n\n".join(parts) + "\n"


def _why(doubts: Sequence[str]) -> list[str]:
    if not doubts:
        return []
    return ["Not all of the plan is proven:\n\n" + _items(doubts)]


def _facts(told: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    run, program, seen = told["run"], told["program"], told["observed"]
    signature = document["signature"]
    tests = ", ".join(f"{count} {outcome}" for outcome, count in told["tests"].items())
    rows = [
        ("Plan", f"{told['plan']['file']}, SHA-256 {told['plan']['sha256']}"),
        ("Run", f"{run['id']}, {run['began']} to {run['ended']}"),
        ("Facts of run", run["facts_of"] or run["id"]),
        ("Observed", f"{seen['from']} to {seen['to']}" if seen else "nothing"),
        ("Judged by the day", run["judged_by_the_day"]),
        ("Claims", str(run["claims"])),
        ("Tests", tests or "none"),
        ("trueline", f"{_known(program['release'])}, commit {_known(program['commit'])}"),
        ("Requirements", f"SHA-256 {_known(program['requirements_sha256'])}"),
        ("Digest", document["digest"]),
        ("Signed with", f"Ed25519 key {signature['key']}" if signature else "nothing"),
    ]
    return _table(["", ""], rows)


def _clusters(clusters: Iterable[Mapping[str, Any]]) -> str:
    def rows() -> Iterator[tuple[str, ...]]:
        for one in clusters:
            if "not_observed" in one:
                yield one["name"], f"not observed: {one['not_observed']}", "", ""
                continue
            told = "; ".join(
                f"{name} {', '.join(found) or 'not seen'}"
                for name, found in one["versions"].items()
            )
            yield one["name"], one["kube_system_uid"], one["ca_sha256"], told

    head = ["cluster", "UID of kube-system", "SHA-256 of the API's CA", "versions"]
    return _table(head, rows())


def _areas(areas: Sequence[Mapping[str, Any]]) -> str:
    named = ("area", "cluster", "claims")
    every = {name for one in areas for name in one} - set(named)
    order = ("pass", "unknown", "fail", "advisory", "exempted", "not applicable")
    columns = [*named, *(name for name in order if name in every)]
    return _table(columns, ([str(one.get(name, 0)) for name in columns] for one in areas))


def _exceptions(exceptions: Iterable[Mapping[str, Any]]) -> str:
    rows = (
        (
            one["requirement"],
            one["subject"],
            one["reason"],
            one["owner"],
            f"{one['expires']}{' (expired)' if one['expired'] else ''}",
            str(one["claims_exempted"]),
        )
        for one in exceptions
    )
    return _table(["requirement", "subject", "reason", "owner", "until", "claims exempted"], rows)


def _skipped(skipped: Iterable[Mapping[str, Any]]) -> str:
    rows = ((one["requirement"], one["reason"], str(one["claims"])) for one in skipped)
    return _table(["requirement", "why", "claims"], rows)


def _vantages(vantages: Iterable[Mapping[str, Any]]) -> str:
    rows = (
        (one["name"], "not observed", one["not_observed"])
        if "not_observed" in one
        else (one["name"], one["from"], one["to"])
        for one in vantages
    )
    return _table(["place", "first", "last"], rows)


def _signatories(names: Sequence[str]) -> str:
    rows = [(name, _BLANK, _BLANK) for name in names or (_BLANK, _BLANK)]
    return _table(["name and role", "date", "signature"], rows)


def _listed(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n{_items(lines)}"


def _items(lines: Iterable[str]) -> str:
    return "\n".join(f"- {_text(line)}" for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(map(_text, row)) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _known(text: str | None) -> str:
    return text or "not written down"


def _text(text: str) -> str:
    """Text in Markdown as itself: names that were observed are no mark-up and no HTML."""
    if text == _BLANK:
        return text
    told = text.translate(_MARKUP)
    return uncalled(told.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
