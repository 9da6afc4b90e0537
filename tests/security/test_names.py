"""Names that were chosen to mislead whoever reads: harmless in everything that a run writes."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given

from tests.plugin.project import Project
from tests.properties.profiles import examples
from tests.report import exposition_format
from tests.report.pictures import incident
from tests.report.rulings import BAD, GAP, OWNER, TODAY, judgement
from tests.report.runs import cause, ended
from tests.report.test_summary import summarized
from tests.security.hostile import ESCAPES, MARKUP, names
from tests.security.tally import tried
from tests.worlds import world
from trueline.compare.news import Kind, News
from trueline.diagnose.commands import COMMANDS, MENDS, commands
from trueline.diagnose.telling import lines as causes
from trueline.model.lease import Hold
from trueline.model.printable import one_line, printable
from trueline.probes.kube_lease import HOLDS, held
from trueline.report import allure_sink, notice, summary
from trueline.report.exposition import text as metrics
from trueline.report.journal import Entry, Journal
from trueline.report.notice import Notice
from trueline.report.picture import picture
from trueline.report.ruling import rule
from trueline.report.statement_page import page
from trueline.report.summary_text import as_markdown, nested

ROW = "names in every sink of a report"
TAGS = {"html", "meta", "style", "table", "tr", "td", "th", "b", "p", "strong", "em", "pre", "code"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journal")


def entries_about(name: str, folder: Path) -> tuple[Entry, ...]:
    """What is written down of a claim that fails and of four in doubt, all about the name."""
    bad = replace(BAD, subject=name, observed=name, expected=name, evidence=(name,))
    doubts = [replace(GAP, subject=f"{name}{n}", observed=name) for n in range(4)]
    journal = Journal(folder, run="r1", worker="main")
    made: list[Entry] = []
    for claim in (bad, *doubts):
        rulings = rule(judgement(claim, check=OWNER), name, (), TODAY)
        made += journal.claims("suites/l2/t.py::a", OWNER, name, rulings, clusters=[], seconds=0.0)
    (folder / "main.jsonl").unlink()
    return tuple(made)


def harmless(text: str) -> bool:
    """Whether a text may be sent to a terminal: its lines hold printable characters alone."""
    return all(line.isprintable() for line in text.split("\n"))


class Tags(HTMLParser):
    """Collects what HTML would become."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def sinks(name: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Everything that is written of a run about the name, by the sink that it goes to."""
    entries = entries_about(name, folder)
    one = entries[0]
    told = replace(incident("LB-003", one.line), cause=one.line, subject=one.subject)
    closed = summarized(folder, entries=list(entries), incidents=[told])
    shown = [*causes([told]), *(line for found in closed.told.values() for line in found)]
    shown += [*summary.table(closed), *summary.closing(closed)]
    yield "terminal", "\n".join(shown)
    yield "summary.md", as_markdown(closed)
    run = ended(*entries, plan=name, causes=(cause("LB-003", one.subject),))
    yield "metrics", metrics(run, (), ())
    news = (News(kind=Kind.FAILS, requirement="LB-003", subject=name, line=name, age=None),)
    told_of = Notice(run=run, against=None, news=news)
    yield "notice", notice.text(told_of)
    yield "slack", json.loads(notice.slack(told_of))["text"]
    yield "webhook", "\n".join(texts(json.loads(notice.as_json(told_of))))
    yield "picture.svg", picture(world(), entries, (told,), run="r1")
    yield "claims as HTML", allure_sink._table(entries)
    results = folder / "results"
    allure_sink.write_run(results, {"A": name, f"{name} B": "b"}, (told,))
    yield "environment", (results / "environment.properties").read_text(encoding="utf-8")
    categories = json.loads((results / "categories.json").read_text(encoding="utf-8"))
    yield "categories", "\n".join(texts(categories))


def texts(value: object) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def without_code(markdown: str) -> str:
    """Markdown with a space for what stands between backticks, and for what is escaped."""
    plain = re.sub(r"(?s)```.*?```", "", markdown)
    # No letter is escaped (CommonMark 2.4), and an underscore is one to who looks for names.
    plain = re.sub(r"\\([!-/:-@[-^`{-~]|_)", lambda one: "_" if one[1] == "_" else " ", plain)
    return re.sub(r"(`+)[^`].*?\1", " ", plain)


@examples(2)
@given(names)
def test_every_sink(folder: Path, name: str) -> None:
    found = dict(sinks(name, folder))
    tried(ROW, len(found))
    assert {sink for sink, text in found.items() if not harmless(text)} == set()
    plain = without_code(found["summary.md"]).replace("[picture.svg](picture.svg)", "")
    assert "<" not in plain
    assert "](" not in plain
    assert not re.search(r"(?<!\w)@\w", plain)
    assert not {"<", ">"} & set(found["slack"])
    exposition_format.read(found["metrics"])
    drawn = ElementTree.fromstring(found["picture.svg"])
    kinds = {one.tag.rpartition("}")[2] for one in drawn.iter()}
    assert kinds <= {"svg", "g", "rect", "text", "title", "desc", "line", "style", "path", "circle"}
    table = Tags(found["claims as HTML"])
    assert table.tags <= TAGS
    assert table.attributes <= {"class", "charset"}
    assert len(found["environment"].splitlines()) == 2


@examples(2)
@given(names)
def test_a_statement(name: str) -> None:
    told = {
        "conclusion": "conforms", "not_proven_because": [printable(name)],
        "plan": {"name": printable(name), "file": "f", "sha256": "0"},
        "run": {"id": "r", "began": "a", "ended": "b", "facts_of": None,
                "judged_by_the_day": "d", "claims": 1},
        "observed": None, "tests": {}, "program": dict.fromkeys(
            ("release", "commit", "requirements_sha256")),
        "clusters": [{"name": printable(name), "not_observed": printable(name)}], "areas": [],
        "fail": [printable(name)], "unknown": [], "exempted": [], "advisory": [], "not_run": [],
        "broken": [], "exceptions": [], "skipped": [], "requirements_without_a_claim": [],
        "vantage_points": [], "signatories": [printable(name)],
    }  # fmt: skip
    made = page({"statement": told, "signature": None, "digest": "0"})
    tried(ROW)
    assert harmless(made)
    plain = without_code(made)
    assert "<" not in plain
    assert "](" not in plain
    assert not re.search(r"(?<!\w)@\w", plain)
    assert all(line.count("|") in (0, 3, 4, 5) for line in plain.splitlines())


@examples(2)
@given(names)
def test_what_apis_and_machines_say_is_told_on_one_line(name: str) -> None:
    tried(ROW, 3)
    assert one_line(name).isprintable()
    hold = Hold(run=name, group="g", since=1.0, until=2.0, alone=True)
    assert str(hold).isprintable()
    assert (allure_sink.shown(f"{name}\n\tE {name}") or "").replace("\n", "").isprintable()


@pytest.mark.parametrize("until", ["1e300", "Infinity", "1" * 400, "[" * 5000, "-1e20"])
def test_a_lease_with_a_time_that_there_is_none_is_nobody_s(until: str) -> None:
    text = f'[{{"run": "r", "group": "g", "since": 1, "until": {until}, "alone": true}}]'
    tried(ROW)
    assert held({"metadata": {"annotations": {HOLDS: text}}}) == ()


@pytest.mark.parametrize("name", MARKUP)
def test_a_command_to_be_pasted_does_what_it_says_and_no_more(name: str) -> None:
    """Names of Services and pools come from clusters, and a reader pastes these into a shell."""
    parts = (f"service:app/n/{name}", f"pool:app/{name}", f"name:{name}", "cluster:app")
    for table in (COMMANDS, MENDS):
        for requirement in table:
            for line in commands(requirement, parts, world(), table):
                tried(ROW)
                assert is_one_word(line, name), line


def is_one_word(line: str, name: str) -> bool:
    """Whether a name that is no plain word stands in a command as a part of one word, or not."""
    import shlex

    if name not in line and shlex.quote(name) not in line:
        return True
    return any(name in word for word in shlex.split(line)) and shlex.quote(name) in line


@pytest.mark.parametrize(
    ("command", "shown"),
    [("a `b` c", "``a `b` c``"), ("``x``", "``` ``x`` ```"), ("`", "`` ` ``"), ("a", "`a`")],
)
def test_a_command_stays_code(command: str, shown: str) -> None:
    tried(ROW)
    assert list(nested([f"    look: {command}"])) == [f"  - look: {shown}"]


def test_details_of_a_result_are_lines() -> None:
    result = SimpleNamespace(
        parameters=[],
        statusDetails=SimpleNamespace(message="a\x1b[2J\nb", trace="\u202e\tx"),
    )
    allure_sink.Plain([]).report_result(result)
    tried(ROW)
    assert result.statusDetails.message == "a\\x1b[2J\nb"
    assert result.statusDetails.trace == "\\u202e    x"


# --- a whole run ----------------------------------------------------------------------------------

CHECKS = """

NAME = {name!r}


@check(requirement(8), remedy="Rename it.")
def name_is_harmless(cluster):
    \"\"\"The name is harmless.\"\"\"
    yield equal(cluster, expected="a name", observed=NAME)
    yield unknown(cluster, expected=NAME, why=NAME)


@check(requirement(9), remedy="Rename it.")
def test_goes_wrong(cluster):
    \"\"\"A test goes wrong and quotes a name.\"\"\"
    raise RuntimeError(NAME)


@check(requirement(10), remedy="Rename it.")
def nothing_is_asked(cluster):
    \"\"\"Nothing is asked.\"\"\"
    yield not_applicable(cluster, why=NAME)
"""


def told_by(path: Path) -> str:
    """What a file tells a reader: of JSON every text in it, of others all."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return "\n".join(one for line in text.splitlines() for one in texts(json.loads(line)))
    return "\n".join(texts(json.loads(text))) if path.suffix == ".json" else text


def test_a_whole_run(pytester: pytest.Pytester) -> None:
    name = "".join((*ESCAPES, *MARKUP))
    project = Project(pytester, "name_is_harmless", "test_goes_wrong", "nothing_is_asked")
    demo = (project.path / "demo.py").read_text(encoding="utf-8")
    project.write("demo.py", demo + CHECKS.format(name=name))
    ended_run = project.run("suites", "-v", "-rA")
    written = [path for path in ended_run.folder.rglob("*") if path.is_file()]
    tried(ROW, len(written) + 1)
    assert ended_run.code == 1
    output = "\n".join([*ended_run.lines, *ended_run.errors])
    assert "evil.test" in output
    assert [line for line in output.split("\n") if not line.isprintable()] == []
    bad = {path.name for path in written if not harmless(told_by(path).replace("\t", ""))}
    assert bad == set()
    tables = [path for path in written if path.suffix == ".html"]
    assert tables
    assert all(Tags(path.read_text(encoding="utf-8")).tags <= TAGS for path in tables)
    (junit,) = (path for path in written if path.name == "junit.xml")
    cases = ElementTree.parse(junit).getroot().iter("testcase")
    assert len(list(cases)) == 6
