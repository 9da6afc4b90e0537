"""What is told in a result once the whole run is known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.report.test_raw import LIST, SWEEP, cluster, entry, wire
from trueline.diagnose.evidence import Rung
from trueline.diagnose.telling import Told
from trueline.report import allure_results
from trueline.report.allure_results import Known, complete
from trueline.report.journal import Entry

RED = entry(needs=("address:192.0.2.9", "pool:app/p"), evidence=(SWEEP, LIST))
POOL = entry(
    test="t.py::pool",
    check="pool_is_as_planned",
    requirement="LB-004",
    subject="app/p",
    expected="nothing",
    observed="<b>one</b>",
    at=None,
    line="LB-004 app/p: expected nothing, observed <b>one</b>. Shrink it.",
    takes=("pool:app/p",),
)
WELL = entry(
    test="t.py::itself",
    check="is_itself",
    requirement="PLAN-020",
    standing="pass",
    verdict="pass",
    takes=("pool:app/p",),
)
CAUSE = Told(
    cause=POOL.line,
    requirement="LB-004",
    subject="app/p",
    reds=2,
    also=(),
    look=("kubectl get pools", "kubectl get services"),
    follows=("L2-004",),
    doubts=(),
    blocked=(RED.line,),
    says=("It says <so>.",),
    mend=("kubectl apply",),
)


def told(tmp_path: Path, known: Known, *tests: str) -> dict[str, dict[str, Any]]:
    """The results of tests, as they are told in the end."""
    for number, test in enumerate(tests):
        result = {
            "name": test,
            "uuid": f"u{number}",
            "labels": [{"name": "test", "value": test}],
            "descriptionHtml": "<p>why</p>",
            "start": 5,
            "stop": 9,
        }
        (tmp_path / f"{number}-result.json").write_text(json.dumps(result))
    complete(tmp_path, known)
    found = [json.loads(path.read_text()) for path in sorted(tmp_path.glob("*-result.json"))]
    return {one["name"]: one for one in found}


def steps(result: dict[str, Any]) -> list[str]:
    """Steps as an indented list of status and name."""

    def lines(found: list[dict[str, Any]], depth: int) -> list[str]:
        return [
            line
            for one in found
            for line in (
                f"{'  ' * depth}{one['status']} {one['name']}",
                *lines(one["steps"], depth + 1),
            )
        ]

    return lines(result["steps"], 0)


def test_a_red_has_its_table_its_cause_its_ladder_and_what_was_seen(tmp_path: Path) -> None:
    known = Known(
        claims=(RED, POOL, WELL), incidents=(CAUSE,), clusters={"app": cluster("app")}, wire=wire()
    )
    red = told(tmp_path, known, RED.test)[RED.test]
    cell = '<td style="white-space:normal;overflow-wrap:break-word">'
    assert red["descriptionHtml"] == (
        '<table style="display:table;width:100%">'
        "<tr><th>subject<th>expected<th>observed<th>declared"
        f"<tr>{cell}app/web{cell}one node answers for 192.0.2.9"
        f"{cell}<strong>nobody answers</strong>{cell}topology.yaml:4</table>"
        "<p><strong>Blocked by</strong> LB-004 app/p: expected nothing, observed "
        "&lt;b&gt;one&lt;/b&gt;. Shrink it.</p>"
        "<p><strong>It says</strong> It says &lt;so&gt;.</p>"
        "<p><em>Look:</em></p><pre>kubectl get pools\nkubectl get services</pre>"
        "<p><em>Mend:</em></p><pre>kubectl apply</pre>"
        "<p>why</p>"
    )
    assert steps(red) == [
        "failed Below it, from the ground up: 2 checks, 1 of them not as planned",
        "  passed The plan: 1 check",
        "    passed PLAN-020 Is itself: app/web",
        "  failed The load balancer: 1 check",
        "    failed LB-004 Pool is as planned: 1 of 1 claim",
        "      failed app/p: expected nothing, observed <b>one</b>",
    ]
    assert {(one["start"], one["stop"]) for one in red["steps"]} == {(5, 5)}
    assert [(one["name"], one["type"]) for one in red["attachments"]] == [
        ("ARP for 192.0.2.9", "text/plain"),
        ("ARP for 192.0.2.9 (capture)", "application/vnd.tcpdump.pcap"),
        ("pools of cluster app", "application/json"),
    ]
    assert all((tmp_path / one["source"]).exists() for one in red["attachments"])
    assert not list(tmp_path.glob("*.part"))


def test_a_cause_says_what_follows_and_shows_the_way_to_it(tmp_path: Path) -> None:
    rungs = (
        Rung(what="its Service holds it", holds=True, seen="a/b"),
        Rung(what="no other cluster gives it away", holds=True, seen=""),
        Rung(what="a pool has it", holds=None, seen="not listed"),
        Rung(what="one machine answers", holds=False, seen="none does"),
    )
    known = Known(claims=(POOL,), incidents=(CAUSE,), ways={POOL.line: rungs})
    cause = told(tmp_path, known, POOL.test)[POOL.test]
    assert (
        "<p><strong>Root cause</strong> of 2 reds; what follows from it: L2-004</p>"
        in (cause["descriptionHtml"])
    )
    assert "<strong>&lt;b&gt;one&lt;/b&gt;</strong>" in cause["descriptionHtml"]
    assert steps(cause) == [
        "failed The way to it, rung by rung",
        "  passed its Service holds it: a/b",
        "  passed no other cluster gives it away: yes",
        "  skipped a pool has it: not listed",
        "  failed one machine answers: none does",
    ]


def test_another_cause_of_an_incident_says_to_which_it_belongs(tmp_path: Path) -> None:
    belongs = replace(CAUSE, also=(RED.line,), blocked=(), look=(), mend=(), says=())
    known = Known(claims=(RED,), incidents=(belongs,))
    html = told(tmp_path, known, RED.test)[RED.test]["descriptionHtml"]
    assert "</table><p><strong>Belongs to</strong> LB-004 app/p: " in html


def test_what_was_told_of_a_part_is_told_anew_of_the_whole(tmp_path: Path) -> None:
    part = Known(claims=(RED,), wire=wire())
    assert steps(told(tmp_path, part, RED.test)[RED.test]) == []
    whole = Known(claims=(RED, POOL), incidents=(CAUSE,), wire=wire())
    complete(tmp_path, whole)
    complete(tmp_path, whole)
    twice = json.loads((tmp_path / "0-result.json").read_text())
    assert twice == told(tmp_path, whole, RED.test)[RED.test]
    assert twice["descriptionHtml"].count("<table") == 1
    assert len(list(tmp_path.glob("*-attachment.*"))) == len(twice["attachments"]) == 2


def test_a_result_that_was_cut_short_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "00-result.json").write_text('{"labels": [')
    (tmp_path / "1-result.json").write_text(
        json.dumps({"uuid": "u", "labels": [{"name": "test", "value": RED.test}], "start": 1})
    )
    complete(tmp_path, Known(claims=(RED,)))
    assert "nobody answers" in (tmp_path / "1-result.json").read_text()


def test_what_is_as_expected_is_left_alone(tmp_path: Path) -> None:
    known = Known(claims=(RED, WELL))
    found = told(tmp_path, known, WELL.test, "t.py::another")
    assert [one["descriptionHtml"] for one in found.values()] == ["<p>why</p>"] * 2
    assert told(tmp_path, Known(claims=(WELL,)), WELL.test)[WELL.test]["stop"] == 9


@pytest.mark.parametrize(
    ("standing", "status", "how"),
    [
        ("unknown", "broken", "1 of them could not tell"),
        ("exempted", "skipped", "none of them to blame"),
        ("advisory", "skipped", "none of them to blame"),
    ],
)
def test_the_ladder_tells_a_doubt_from_a_defect(
    tmp_path: Path, standing: str, status: str, how: str
) -> None:
    known = Known(claims=(RED, replace(POOL, standing=standing)))
    found = steps(told(tmp_path, known, RED.test)[RED.test])
    assert found[0] == f"{status} Below it, from the ground up: 1 check, {how}"
    assert found[2].strip().startswith(f"{status} LB-004")


@pytest.mark.parametrize(
    ("standing", "tag"), [("advisory", "advised against"), ("exempted", "excepted")]
)
def test_advice_and_exceptions_are_tagged_for_their_category(
    tmp_path: Path, standing: str, tag: str
) -> None:
    made = told(tmp_path, Known(claims=(replace(POOL, standing=standing),)), POOL.test)
    assert made[POOL.test]["labels"][-1] == {"name": "tag", "value": tag}


def many(claim: Entry, count: int) -> tuple[Entry, ...]:
    return tuple(replace(claim, subject=f"app/{number}") for number in range(count))


def test_what_is_much_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allure_results, "ROOM", 300)
    reds = many(RED, 22)
    known = Known(claims=(*reds, *many(POOL, 7), *many(WELL, 2)), wire=wire())
    red = told(tmp_path, known, RED.test)[RED.test]
    assert red["descriptionHtml"].count("<tr>") == 21
    assert "</table><p>and 2 more, in the table of all claims below</p>" in red["descriptionHtml"]
    assert steps(red)[2] == "    passed PLAN-020 Is itself: 2 claims"
    assert steps(red)[4] == "    failed LB-004 Pool is as planned: 7 of 7 claims"
    assert steps(red)[-1] == "      skipped and 2 more"
    text, capture = red["attachments"]
    assert "who has 192.0.2.9" in (tmp_path / text["source"]).read_text()
    assert (capture["name"], capture["type"]) == ("ARP for 192.0.2.9 (capture)", "text/plain")
    assert (tmp_path / capture["source"]).read_text() == (
        "Left out: this report holds so much already. See snapshot/ in the run folder.\n"
    )


def test_a_run_that_observed_nothing_has_nothing_to_attach(tmp_path: Path) -> None:
    red = told(tmp_path, Known(claims=(replace(RED, needs=()),)), RED.test)[RED.test]
    assert (red["attachments"], red["steps"]) == ([], [])
