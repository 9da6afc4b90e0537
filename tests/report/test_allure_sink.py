from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import allure
import pytest

from tests.report.rulings import ADVICE, BAD, GOOD, OWNER, TODAY, judgement
from trueline.model.check import Check
from trueline.model.claim import Claim
from trueline.report import allure_sink
from trueline.report.journal import Journal
from trueline.report.raw import Raw
from trueline.report.ruling import rule


def test_the_check_becomes_labels_and_text() -> None:
    marks = allure_sink.marks(OWNER, "metallb")
    assert [(name, args, kwargs) for name, args, kwargs in marks] == [
        ("allure_label", ("critical",), {"label_type": "severity"}),
        ("allure_label", ("metallb",), {"label_type": "epic"}),
        (
            "allure_label",
            ("LB-003 A reserved address MUST be held by its owner.",),
            {"label_type": "feature"},
        ),
        (
            "allure_label",
            ("Each reserved address is held by its owner.",),
            {"label_type": "story"},
        ),
        (
            "allure_description_html",
            (
                "<p><strong>LB-003</strong> A reserved address MUST be held by its owner.</p>"
                "<p><em>Why:</em> Two holders take turns.</p>"
                "<p><em>Source:</em> a document</p>"
                "<p><em>If it does not hold:</em> Release the address.</p>",
            ),
            {},
        ),
    ]


def test_the_page_of_the_requirement_is_linked() -> None:
    *_, link = allure_sink.marks(OWNER, "metallb", "../docs/LB-003.md")
    assert link == (
        "allure_link",
        ("../docs/LB-003.md",),
        {"link_type": "link", "name": "LB-003: proof, causes and cure"},
    )


def test_the_picture_is_an_attachment_of_the_run_as_a_whole(tmp_path: Path) -> None:
    allure_sink.write_run(tmp_path, {}, picture="<svg/>")
    (attached,) = json.loads((tmp_path / "trueline-globals.json").read_text())["attachments"]
    assert attached["name"] == "Picture of the network"
    assert attached["type"] == "image/svg+xml"
    assert (tmp_path / attached["source"]).read_text() == "<svg/>"


def test_advice_is_labelled_and_described_as_such() -> None:
    *_, label, (_, (text,), _) = allure_sink.marks(ADVICE, "metallb")
    assert label == ("allure_label", ("advisory",), {"label_type": "tag"})
    assert str(text).endswith("</p><p>This is advice: it never fails a run.</p>")


def test_our_own_text_shows_code_and_no_markup() -> None:
    check = Check(replace(OWNER.requirement, why="<b> & `get -o yaml`"), OWNER.judge, "See `a`.")
    *_, (_, (text,), _) = allure_sink.marks(check, "metallb")
    assert "<em>Why:</em> &lt;b&gt; &amp; <code>get -o yaml</code></p>" in str(text)
    assert str(text).endswith("See <code>a</code>.</p>")


@pytest.mark.parametrize(
    ("parametrised", "title"), [(True, " judge: {param_id}"), (False, " judge")]
)
def test_the_proposition_is_the_title(parametrised: bool, title: str) -> None:
    assert allure_sink.title(OWNER, parametrised=parametrised) == title


@pytest.mark.parametrize(
    ("claims", "name"),
    [([GOOD], "1 claim"), ([GOOD, BAD], "2 claims, 1 of them not as expected")],
)
def test_the_claims_are_one_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, claims: list[Claim], name: str
) -> None:
    journal = Journal(tmp_path, run="r", worker="main")
    rulings = rule(judgement(*claims), "s", (), TODAY)
    entries = journal.claims("t.py::t", OWNER, "s", rulings, clusters=[], seconds=0)
    given: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    monkeypatch.setattr(allure, "attach", lambda *args, **kwargs: given.append((args, kwargs)))
    named: list[tuple[str, str]] = []
    monkeypatch.setattr(allure.dynamic, "label", lambda *words: named.append(words))
    allure_sink.attach(entries, Raw("ARP for 192.0.2.1 (capture)", "pcap", b"frames"))
    assert named == [("test", "t.py::t")]
    assert given[1] == (
        (b"frames",),
        {
            "name": "ARP for 192.0.2.1 (capture)",
            "attachment_type": "application/vnd.tcpdump.pcap",
            "extension": "pcap",
        },
    )
    ((html,), options) = given[0]
    assert options == {"name": name, "attachment_type": allure.attachment_type.HTML}
    assert html.count("<tr>") == len(claims) + 1
    assert (
        '<tr><td class="pass"><b>pass</b><td>control/192.0.2.1<td>{a/b}<td>{a/b}'
        '<td class="at">topology.yaml:41<td>list'
    ) in html


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("m.Bad: LB-003 x", "a\ntrace"), ("LB-003 x", None)),
        (("Skipped: no mesh", "('f', 1, 'x')"), ("no mesh", None)),
        (("ValueError: x", "trace"), ("ValueError: x", "trace")),
        ((None, None), (None, None)),
    ],
)
def test_python_is_taken_out_of_what_allure_shows(
    before: tuple[str | None, str | None], after: tuple[str | None, str | None]
) -> None:
    details = SimpleNamespace(message=before[0], trace=before[1])
    parameter = SimpleNamespace(name="cluster", value="'north'")
    result = SimpleNamespace(statusDetails=details, parameters=[parameter])
    allure_sink.Plain(["m.Bad"]).report_result(result)
    assert (details.message, details.trace) == after
    assert parameter.value == "north"


def test_only_fixtures_that_went_wrong_are_shown() -> None:
    good, bad = SimpleNamespace(status="passed"), SimpleNamespace(status="broken")
    ending = SimpleNamespace(status=None)
    container = SimpleNamespace(befores=[good, bad], afters=[ending, good])
    allure_sink.Plain(["m.Bad"]).report_container(container)
    assert (container.befores, container.afters) == ([bad], [])


def test_nothing_is_written_of_fixtures_that_went_as_they_should() -> None:
    container = SimpleNamespace(befores=[SimpleNamespace(status="passed")], afters=[])
    with pytest.raises(allure_sink.NothingTold):
        allure_sink.Plain(["m.Bad"]).report_container(container)


def test_a_result_without_details_is_left_alone() -> None:
    result = SimpleNamespace(statusDetails=None, parameters=[])
    allure_sink.Plain(["m.Bad"]).report_result(result)
    assert result.statusDetails is None


def test_the_run_as_a_whole_is_described(tmp_path: Path) -> None:
    allure_sink.write_run(tmp_path / "results", {"Plan sha256": "a\\b\nc", "Python": "3.11"})
    text = (tmp_path / "results" / "environment.properties").read_text()
    assert text == "Plan\\ sha256=a\\\\b c\nPython=3.11\n"
    assert json.loads((tmp_path / "results" / "categories.json").read_text()) == [
        {"name": "Not as planned", "matchedStatuses": ["failed"]},
        {
            "name": "Could not tell",
            "matchedStatuses": ["broken"],
            "messageRegex": r"[\s\S]*could not (tell|be observed)[\s\S]*",
        },
        {
            "name": "Product defect: trueline or a test itself went wrong",
            "matchedStatuses": ["broken"],
        },
        {
            "name": "Advised against",
            "matchers": {"statuses": ["passed"], "labels": {"tag": "advised against"}},
        },
        {
            "name": "Excepted, until the exception expires",
            "matchers": {"statuses": ["passed"], "labels": {"tag": "excepted"}},
        },
    ]
