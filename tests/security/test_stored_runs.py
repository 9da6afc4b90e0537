"""Runs that are read again after somebody else had them in hand: whole, or refused in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live import facts_for
from tests.properties.profiles import examples
from tests.report.runs import stored, told
from tests.security.hostile import changed
from tests.security.tally import tried
from tests.security.watch import nothing_done
from tests.told import http
from tests.told import told as answered
from tests.worlds import world
from tools import diff, merge, merge_results, metrics, notify, reverse, statement
from trueline.observe import store
from trueline.report import shard
from trueline.report.closed import NotClosed, closed
from trueline.report.journal import entries_of, gather
from trueline.report.run import RunFolder

VALUES = (
    b"null", b"[]", b"{}", b"-1", b"1e999", b'"\\ud800"', b"[" * 3000, b'{"a":' * 3000, b"true",
    b'"' + b"x" * 5000 + b'"', b"NaN", b'"\\u001b[2J\\u202e"', b"9" * 400, b'"../../x"', b"\xff",
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, text: bytes) -> bytes:
    """JSON with some of its values replaced by values of another kind, or its bytes changed."""
    if draw(st.booleans()):
        return draw(changed((text,)))
    for _ in range(draw(st.integers(1, 3))):
        ends = [place for place, byte in enumerate(text) if byte in b",}]"]
        starts = [place + 1 for place, byte in enumerate(text) if byte in b":,["]
        if not starts or not ends:
            break
        start = draw(st.sampled_from(starts))
        end = next((place for place in ends if place >= start), start)
        text = text[:start] + draw(st.sampled_from(VALUES)) + text[end:]
    return text


BAD = told("LB-003", "control/vault", "fail")
GOOD = told("LB-003", "control/loki", "pass")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunFolder, RunFolder]:
    """Two runs of one plan, one night after the other, with facts."""
    reports = tmp_path_factory.mktemp("reports")
    made = (stored(reports, "r1", BAD, GOOD), stored(reports, "r2", GOOD, BAD, nights=1))
    for folder in made:
        facts = dict(list(facts_for(world()).items())[:1])
        store.CLUSTERS.save(folder.facts / "clusters.json", facts)
        answers = answered({("runner", "one"): http(200, "hello")})
        store.ANSWERS.save(folder.facts / "answers.json", answers)
    return made


def parts(folder: RunFolder) -> tuple[Path, ...]:
    facts = (folder.facts / "clusters.json", folder.facts / "answers.json")
    return (folder.record, folder.summary_json, folder.journal, *facts)


def commands(folder: RunFolder, out: Path) -> dict[str, Callable[[], int]]:
    where = ["--reports", str(folder.path.parent)]
    return {
        "diff": lambda: diff.main(["r1", "r2", *where]),
        "metrics": lambda: metrics.main(["r2", "--output", str(out / "x.prom"), *where]),
        "notify": lambda: notify.main(["r2", "--stdout", *where]),
        "reverse": lambda: reverse.main(["r2", *where]),
        "statement": lambda: statement.main(["r2", "--output", str(out), *where]),
    }


@pytest.mark.parametrize("part", range(5), ids=["record", "summary", "journal", "facts", "answers"])
@examples(2)
@given(data=st.data())
def test_a_run_that_was_tampered_with_is_told_or_refused(
    runs: tuple[RunFolder, RunFolder], part: int, data: st.DataObject
) -> None:
    """Every command that reads a run ends with a status, and never with a traceback."""
    folder = runs[1]
    path = parts(folder)[part]
    whole = path.read_bytes()
    out = folder.path.parent.parent / "out"
    out.mkdir(exist_ok=True)
    path.write_bytes(data.draw(damaged(whole)))
    try:
        for name, command in commands(folder, out).items():
            tried("stored runs, by the commands that read them")
            assert command() in (0, 1, 2, 6), name
    finally:
        path.write_bytes(whole)


@examples(5)
@given(data=st.data())
def test_journals(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = Path(tmp_path_factory.getbasetemp()) / "journals"
    folder.mkdir(exist_ok=True)
    line = json.dumps({"kind": "claim", **json.loads(json.dumps(vars_of(BAD)))}).encode()
    phase = b'{"kind": "phase", "name": "wire", "seconds": 1.5}'
    lines = [data.draw(damaged(one)) for one in (line, phase)]
    (folder / "gw0.jsonl").write_bytes(b"\n".join(lines))
    tried("stored runs, part by part", 2)
    with nothing_done():
        for read in (lambda: gather(folder), lambda: entries_of(folder / "gw0.jsonl")):
            with suppress(ValueError):
                read()


def vars_of(entry: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(entry)


@pytest.mark.parametrize("part", ["clusters", "answers"])
@examples(5)
@given(data=st.data())
def test_facts(runs: tuple[RunFolder, RunFolder], part: str, data: st.DataObject) -> None:
    text = (runs[0].facts / f"{part}.json").read_bytes()
    known: store.Part[Any] = {"clusters": store.CLUSTERS, "answers": store.ANSWERS}[part]  # type: ignore[assignment]
    given_text = data.draw(damaged(text)).decode(errors="replace")
    tried("stored runs, part by part")
    with nothing_done(), suppress(store.DamagedStore):
        known.parse(given_text)


SHARE = shard.dump(shard.Share(run="r", shard=shard.Shard(1, 2), tests=(("a",), ("b",)))).encode()


@examples(5)
@given(damaged(SHARE))
def test_records_of_shards(data: bytes) -> None:
    tried("stored runs, part by part")
    with nothing_done(), suppress(ValueError):
        shard.load(data.decode(errors="replace"))


def refused(folder: RunFolder) -> str:
    with pytest.raises(NotClosed) as raised:
        closed(folder)
    return str(raised.value)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"seconds": "long"}, "seconds: Input should be a valid number, "),
        ({"tests": ["a"]}, "tests: Input should be a valid dictionary"),
        ({"not_run": "abc"}, "not_run: Input should be a valid tuple"),
        ({"deviations": {}}, "deviations lack advisory, exempted, fail, unknown"),
        ({"incidents": [{"requirement": 1, "subject": "", "reds": 1, "cause": ""}]},
         "causes.0.requirement: Input should be a valid string"),
        ({"began": "2027-03-14T02:17:00"}, "began has no offset from UTC"),
        ({"file": 5}, "file: Input should be a valid string"),
    ],
)  # fmt: skip
def test_what_is_of_another_kind_is_named(
    tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    folder = stored(tmp_path, "r1", BAD, **changes)
    tried("stored runs, part by part")
    assert why in refused(folder)


def test_a_claim_that_stands_in_no_way_is_refused(tmp_path: Path) -> None:
    folder = stored(tmp_path, "r1", told("LB-003", "control/vault", "owned"))
    tried("stored runs, part by part")
    assert "is not a valid Standing" in refused(folder)


# --- shards from other hosts ----------------------------------------------------------------------


@pytest.fixture
def target(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "whole", "r")


@pytest.fixture
def part_of(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "parts", "r-1of1")


LAUGHS = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<testsuites><testsuite name="&b;"/></testsuites>"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LAUGHS, "declares a document type: it is no file of pytest"),
        ("<testsuites>", "is no XML: no element found: line 1, column 12"),
    ],
)
def test_junit_of_a_shard(part_of: RunFolder, target: RunFolder, text: str, why: str) -> None:
    part_of.junit.write_text(text)
    tried("shards from other hosts")
    with pytest.raises(ValueError, match="junit") as raised:
        merge_results.junit({1: part_of}, {}, target)
    assert str(raised.value) == f"{part_of.junit} {why}"


def test_links_of_a_shard_are_not_followed(
    tmp_path: Path, part_of: RunFolder, target: RunFolder
) -> None:
    secret = tmp_path / "secret"
    secret.write_text('{"canary": 1}')
    part_of.allure.mkdir()
    for place in (part_of.allure / "a-attachment.txt", part_of.journals / "gw0.jsonl"):
        place.symlink_to(secret)
    (part_of.allure / "b-attachment.txt").write_text("plain")
    tried("shards from other hosts", 2)
    merge_results.allure([part_of], target)
    merge_results.journals({1: part_of}, target)
    assert [path.name for path in target.allure.iterdir()] == ["b-attachment.txt"]
    assert list(target.journals.iterdir()) == []


def test_shards_that_are_none_are_refused_in_words(
    runs: tuple[RunFolder, RunFolder], capsys: pytest.CaptureFixture[str]
) -> None:
    tried("shards from other hosts")
    assert merge.main(["r1", "--reports", str(runs[0].path.parent)]) == 4
    told = capsys.readouterr().err
    assert "r1 holds no run that has ended: " in told
    assert len(told.splitlines()) == 1
