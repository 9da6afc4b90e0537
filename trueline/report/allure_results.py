"""What is told of a test in its Allure result once the whole run is known.

A worker writes a result when its test ends, and knows nothing of the others. At the end of the run
those results that are not as expected get what it takes to read them alone: expected and observed
as a table, the incident that they belong to, the ladder below them, and what was observed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from trueline.diagnose.below import Ladder, Stage
from trueline.diagnose.evidence import Rung
from trueline.diagnose.telling import Told
from trueline.model.observation import ClusterFacts, Wire
from trueline.report import raw
from trueline.report.journal import Entry
from trueline.report.labels import TEST
from trueline.report.summary import counted

FIRST = "trueline"  # the key of what a worker wrote; Allure reads no such key
TOLD = ("fail", "unknown", "advisory", "exempted")
TAGS = {"advisory": "advised against", "exempted": "excepted"}
ROWS = 20  # of one table
CLAIMS = 5  # of one rung that does not hold
ROOM = 4_000_000  # octets of what was observed: a page that is to be mailed and opened anywhere

_MORE = ("descriptionHtml", "labels", "steps", "attachments")
_STATUS = {"pass": "passed", "fail": "failed", "unknown": "broken"}
_WORST = ("failed", "broken", "passed", "skipped")
KINDS = {
    "json": ("application/json", "json"),
    "text": ("text/plain", "txt"),
    "pcap": ("application/vnd.tcpdump.pcap", "pcap"),
}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a whole run knows.

    `ways` has the rungs that lead to the cause of an incident, by the line of that cause.
    """

    claims: Sequence[Entry]
    incidents: Sequence[Told] = ()
    ways: Mapping[str, Sequence[Rung]] = field(default_factory=dict)
    clusters: Mapping[str, ClusterFacts] = field(default_factory=dict)
    wire: Wire = field(default_factory=dict)


def complete(results: Path, known: Known) -> None:
    """Tell more in the results of tests of which a claim is not as expected.

    What a worker wrote is kept beside it, so that a result that was told for a part of a run is
    told anew for the whole.
    """
    bad: dict[str, list[Entry]] = {}
    for entry in known.claims:
        if entry.standing in TOLD:
            bad.setdefault(entry.test, []).append(entry)
    if not bad:
        return
    ladder, store = Ladder(known.claims), _Store(results)
    for path in sorted(results.glob("*-result.json")):
        try:
            result: Json = from_json(path.read_text(encoding="utf-8"))
        except ValueError:  # cut short by the end of a worker, or of the disk
            continue
        if not _whole(result):
            continue
        names = [one["value"] for one in result["labels"] if one["name"] == TEST]
        claims = bad.get(names[0]) if names else None
        if claims:
            first = result.get(FIRST) or {key: result[key] for key in _MORE if key in result}
            again = {key: value for key, value in result.items() if key not in _MORE}
            result = {**again, **first, FIRST: dict(first)}
            # Not by the uuid that it says: that of a result of another host may be a path.
            name = path.name.removesuffix("-result.json")
            _tell(result, claims, known, ladder, store, name)
            _replace(path, json.dumps(result))


def _whole(result: Any) -> bool:
    """Whether it is a result as Allure writes them; those of merged shards are from other hosts."""
    if not isinstance(result, dict) or not isinstance(result.get("start"), int):
        return False
    labels = result.get("labels")
    if not isinstance(labels, list) or not all(isinstance(one, dict) for one in labels):
        return False
    return all(isinstance(one.get(key), str) for one in labels for key in ("name", "value"))


def spoken(check: str) -> str:
    """The name of a check as a sentence begins."""
    text = check.replace("_", " ")
    return f"{text[:1].upper()}{text[1:]}"


def _tell(
    result: Json,
    bad: Sequence[Entry],
    known: Known,
    ladder: Ladder[Entry],
    store: _Store,
    name: str,
) -> None:
    result["descriptionHtml"] = "".join(
        [_table(bad), *_incident(bad, known.incidents), result.get("descriptionHtml", "")]
    )
    tags = dict.fromkeys(TAGS[entry.standing] for entry in bad if entry.standing in TAGS)
    result["labels"] = [*result["labels"], *({"name": "tag", "value": tag} for tag in tags)]
    steps = [*_way(bad, known.ways), *_ladder(bad, ladder)]
    at = {"start": result["start"], "stop": result["start"]}  # known afterwards: they took no time
    result["steps"] = [*(_timed(step, at) for step in steps), *result.get("steps", ())]
    observed = [*raw.frames(bad, known.wire), *raw.facts(bad, known.clusters)]
    kept = [store.keep(f"{name}-{place}", one) for place, one in enumerate(observed)]
    result["attachments"] = [*result.get("attachments", ()), *kept]


def _table(bad: Sequence[Entry]) -> str:
    cell = '<td style="white-space:normal;overflow-wrap:break-word">'
    rows = "".join(
        f"<tr>{cell}{escape(entry.subject)}{cell}{escape(entry.expected)}"
        f"{cell}<strong>{escape(entry.observed)}</strong>{cell}{escape(entry.at or '')}"
        for entry in bad[:ROWS]
    )
    more = len(bad) - ROWS
    rest = f"<p>and {more} more, in the table of all claims below</p>" if more > 0 else ""
    head = "<tr><th>subject<th>expected<th>observed<th>declared"
    return f'<table style="display:table;width:100%">{head}{rows}</table>{rest}'


def _incident(bad: Sequence[Entry], incidents: Iterable[Told]) -> Iterator[str]:
    """The first incident that one of the claims belongs to, and where to look."""
    lines = {entry.line for entry in bad}
    for one in incidents:
        if one.cause in lines:
            yield _paragraph("Root cause", f"of {counted(one.reds, 'red')}" + _follows(one))
        elif lines.intersection(one.also):
            yield _paragraph("Belongs to", one.cause)
        elif lines.intersection(one.blocked):
            yield _paragraph("Blocked by", one.cause)
        else:
            continue
        yield from (_paragraph("It says", said) for said in one.says)
        for heading, commands in (("Look", one.look), ("Mend", one.mend)):
            if commands:
                yield f"<p><em>{heading}:</em></p><pre>{escape(chr(10).join(commands))}</pre>"
        return


def _follows(one: Told) -> str:
    return f"; what follows from it: {', '.join(one.follows)}" if one.follows else ""


def _paragraph(head: str, text: str) -> str:
    return f"<p><strong>{escape(head)}</strong> {escape(text)}</p>"


def _way(bad: Sequence[Entry], ways: Mapping[str, Sequence[Rung]]) -> Iterator[Json]:
    """What leads to the cause, where one of the claims is it."""
    found = next((ways[entry.line] for entry in bad if ways.get(entry.line)), ())
    if found:
        status = {True: "passed", False: "failed", None: "skipped"}
        yield _group(
            "The way to it, rung by rung",
            [_step(f"{one.what}: {one.seen or 'yes'}", status[one.holds]) for one in found],
        )


def _ladder(bad: Sequence[Entry], ladder: Ladder[Entry]) -> Iterator[Json]:
    """What the claims stand on, from the ground up."""
    stages = ladder.below([entry for entry in bad if entry.needs])
    if not stages:
        return
    layers: dict[str, list[Json]] = {}
    for stage in stages:
        layers.setdefault(stage.layer, []).append(_stage(stage))
    found = [step["status"] for steps in layers.values() for step in steps]
    if wrong := found.count("failed"):
        how = f"{wrong} of them not as planned"
    elif doubts := found.count("broken"):
        how = f"{doubts} of them could not tell"
    else:
        how = "none of them to blame"
    yield _group(
        f"Below it, from the ground up: {counted(len(stages), 'check')}, {how}",
        [
            _group(f"{name[:1].upper()}{name[1:]}: {counted(len(steps), 'check')}", steps)
            for name, steps in layers.items()
        ],
    )


def _stage(stage: Stage[Entry]) -> Json:
    name = f"{stage.requirement} {spoken(stage.check)}"
    off = [claim for claim in stage.claims if claim.standing in TOLD]
    if not off:
        one = f": {stage.claims[0].subject}" if len(stage.claims) == 1 else ""
        return _step(name + (one or f": {counted(len(stage.claims), 'claim')}"), "passed")
    steps = [
        _step(
            f"{claim.subject}: expected {claim.expected}, observed {claim.observed}"
            + (f" ({claim.at})" if claim.at else ""),
            _STATUS.get(claim.standing, "skipped"),
        )
        for claim in off[:CLAIMS]
    ]
    if len(off) > CLAIMS:
        steps.append(_step(f"and {len(off) - CLAIMS} more", "skipped"))
    return _group(f"{name}: {len(off)} of {counted(len(stage.claims), 'claim')}", steps)


def _group(name: str, steps: list[Json]) -> Json:
    worst = min((step["status"] for step in steps), key=_WORST.index)
    return {**_step(name, worst), "steps": steps}


def _step(name: str, status: str) -> Json:
    return {"name": name, "status": status}


def _timed(step: Json, at: Json) -> Json:
    return {**step, **at, "steps": [_timed(below, at) for below in step.get("steps", ())]}


class _Store:
    """Attachments as files, one for each use: Allure 3 shows a file that is used twice but once."""

    def __init__(self, results: Path) -> None:
        self._results = results
        self._room = ROOM

    def keep(self, name: str, one: raw.Raw) -> Json:
        """The attachment as a result names it; `name` is that of no other in any run."""
        if len(one.body) > self._room:
            one = raw.Raw(one.name, "text", _LEFT_OUT)
        self._room -= len(one.body)
        kind, ending = KINDS[one.kind]
        source = f"{name}-attachment.{ending}"
        (self._results / source).write_bytes(one.body)
        return {"name": one.name, "source": source, "type": kind}


_LEFT_OUT = b"Left out: this report holds so much already. See snapshot/ in the run folder.\n"


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: an interruption must not cost a result."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
