"""What is told of a run to which something happened: each promise can be broken."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tools.lab.lab import Lab
from tools.resilience import page
from tools.resilience.remains import remains
from tools.resilience.scenarios import SCENARIOS
from tools.resilience.trial import Claim, Left, Promise, Trial, broken, left, reasons
from trueline.report.run import RunFolder


def claim(test: str, standing: str = "pass", observed: str = "as planned") -> Claim:
    return {
        "test": test,
        "requirement": "CLU-001",
        "subject": "north",
        "verdict": standing,
        "standing": standing,
        "observed": observed,
    }


USUAL = Left(claims=(claim("a"), claim("b")), torn=0, not_run=frozenset(), whole=True)
PROMISE = Promise(codes=frozenset({0}), reason="refused")


def told(
    found: Left, code: int | None = 0, text: str = "", promise: Promise = PROMISE
) -> list[str]:
    return broken(promise, found, USUAL, code=code, text=text)


def of(*claims: Claim, torn: int = 0, whole: bool = True, not_run: str = "") -> Left:
    return Left(claims=claims, torn=torn, not_run=frozenset(not_run.split()), whole=whole)


def test_a_run_that_keeps_every_promise() -> None:
    assert told(USUAL) == []
    assert told(of(claim("a"), claim("b", "unknown", "refused"))) == []
    assert told(of(claim("a"), not_run="b")) == []


@pytest.mark.parametrize(
    ("found", "code", "text", "said"),
    [
        (USUAL, None, "", "it had not ended when its time was over"),
        (USUAL, 3, "", "it ended with 3"),
        (USUAL, 0, "INTERNALERROR> ", "its output holds a traceback"),
        (USUAL, 0, "\nTraceback (most recent call last):\n", "its output holds a traceback"),
        (of(*USUAL.claims, torn=2), 0, "", "2 lines of its journal cannot be read"),
        (of(claim("a"), whole=False), 0, "", "it did not close its folder"),
        (of(claim("a"), claim("b", "fail", "5")), 0, "", "red: CLU-001 north: 5"),
        (of(claim("a"), claim("b", "unknown", "?")), 0, "", "unknown: CLU-001 north: ?"),
        (of(claim("b")), 0, "", "nothing is said of 1 tests, a among them"),
    ],
)
def test_each_promise_can_be_broken(found: Left, code: int | None, text: str, said: str) -> None:
    assert told(found, code, text) == [said]


def test_what_a_killed_run_cannot_say_breaks_no_promise() -> None:
    promise = Promise(codes=frozenset({-9}), whole=False)
    assert told(of(claim("a"), whole=False), -9, promise=promise) == []


def test_a_red_may_be_true() -> None:
    promise = Promise(codes=frozenset({1}), reds=lambda one: one["requirement"] == "CLU-001")
    assert told(of(claim("a"), claim("b", "fail")), 1, promise=promise) == []


def test_what_is_left_where_an_api_was_away_ends_by_itself() -> None:
    def pod(name: str, **spec: int) -> dict[str, Any]:
        return {"metadata": {"namespace": "n", "name": name}, "spec": spec}

    items = [pod("a", activeDeadlineSeconds=600), pod("b", activeDeadlineSeconds=601), pod("c")]
    api = SimpleNamespace(get=lambda _: {"items": items})
    lab = cast(Lab, SimpleNamespace(clusters={"x": SimpleNamespace(name="x", api=api)}))
    told = [f"left: pod n/{name} of x" for name in "abc"]
    assert remains(lab, "r", away=False) == told
    assert remains(lab, "r", away=True) == told[1:]


def test_what_leads_to_an_api_that_is_away_is_red_in_truth() -> None:
    reds = SCENARIOS["api-gone"].promise.reds
    flow = {"requirement": "REACH-001", "about": ["path:pods:a/vault>api:b"]}
    assert reds(flow)
    assert reds({"requirement": "CLU-001", "about": ["cluster:b"]})
    assert not reds({"requirement": "REACH-001", "about": ["path:pods:a/x>reservation:b/y"]})
    assert not reds({"requirement": "L2-004"})


def test_reasons_are_counted_once() -> None:
    claims = [claim(name, "unknown", why) for name, why in (("a", "x"), ("b", "x"), ("c", "y"))]
    assert reasons([*claims, claim("d")]) == 2


def test_the_folder_of_a_run_that_was_killed(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "r")
    folder.journals.mkdir(parents=True)
    whole, cut = json.dumps(claim("a")), json.dumps(claim("b"))[:-7]
    (folder.journals / "gw0.jsonl").write_text(f'{whole}\n{{"phase": "wire"}}\n{cut}')
    found = left(folder)
    assert (found.tests, found.torn, found.whole) == (frozenset({"a"}), 1, False)


def test_the_folder_of_a_run_that_was_closed(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "r")
    folder.path.mkdir()
    folder.journal.write_text(json.dumps(claim("a")) + "\n")
    folder.summary_json.write_text('{"not_run": ["b"], "broken": ["c"]}')
    assert left(folder) == of(claim("a"), not_run="b c")


def test_the_page_tells_what_was_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "RECORD", tmp_path / "resilience.json")
    monkeypatch.setattr(page, "PAGE", tmp_path / "resilience.md")
    scenario = SCENARIOS["interrupted"]
    assert not page.kept(scenario)
    good = Trial(
        number=1, struck=2.5, seconds=4.0, code=2, claims=10, unknown=0, reasons=0, broken=()
    )
    page.keep(scenario, [good], seconds=20.04, more=120)
    assert page.kept(scenario)
    bad = Trial(
        number=2, struck=3.5, seconds=6.1, code=0, claims=12, unknown=3, reasons=1, broken=("no",)
    )
    page.keep(scenario, [good, bad], seconds=20.04, more=120)
    assert not page.kept(scenario)
    lines = (tmp_path / "resilience.md").read_text().splitlines()
    assert lines[10:] == [
        "1 scenarios, 2 trials: 1 kept every promise, 1 did not.",
        "",
        "| what happens | trials | exit status | claims kept | could not be told | longest "
        "(allowed) | promises broken |",
        "|---|---|---|---|---|---|---|",
        "| Ctrl-C | 2 | 0, 2 | 10 to 12 | 0 to 3, for 1 reasons at most | 6.1 s (140 s) | 1 |",
        "",
        "- Ctrl-C, trial 2: no",
    ]
