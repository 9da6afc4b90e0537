"""The CI templates, executed as far as a machine without clusters can.

The plan jobs run whole. The nightly jobs run whole on the facts of a stored run, in a copy of this
checkout, with `sudo` and preflight stood in for: what they write, send and exit with is looked at.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from tests.tools import ci_templates
from tests.tools.ci_templates import BASH, ROOT, Script
from tests.tools.receiver import receiving
from trueline.report.run import RunFolder

HEALTHY = ROOT / "tests" / "recorded" / "healthy"
COPIED = ("fixtures", "suites", "tools", "trueline")
FILES = ("conftest.py", "pyproject.toml", "topology.yaml")
SCRIPTS = list(ci_templates.every())
NAMES = [f"{one.job}: {one.name}" for one in SCRIPTS]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a run needs, with the Python of this test as its .venv."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        left_out = shutil.ignore_patterns("__pycache__", "lab")
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def run(script: Script, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """One script as the CI server runs it."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [*BASH, "-c", script.text],
        cwd=folder, env={**inherited, **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_every_script_is_read_by_the_shell(script: Script, tmp_path: Path) -> None:
    done = subprocess.run([*BASH, "-n", "-c", script.text], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


class _Parsed(Exception):
    """The arguments of a tool are such that it would begin."""


@pytest.mark.parametrize("script", SCRIPTS, ids=NAMES)
def test_every_tool_takes_its_arguments(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = argparse.ArgumentParser.parse_args

    def parse(self: argparse.ArgumentParser, *arguments: object) -> NoReturn:
        whole(self, *arguments)  # type: ignore[call-overload]
        raise _Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)
    for program, *words in script.commands:
        if program.endswith("/pytest"):
            continue
        module = importlib.import_module(words[1])
        monkeypatch.setattr(sys, "argv", [words[1], *words[2:]])
        with pytest.raises(_Parsed):
            module.main(*([words[2:]] if module.main.__defaults__ else []))


def test_every_run_of_the_suites_takes_its_arguments(checkout: Path) -> None:
    lines = [words for one in SCRIPTS for words in one.commands if words[0].endswith("/pytest")]
    assert len(lines) == 4
    for words in lines:
        given = [word.replace("$", "") for word in words]
        done = subprocess.run(
            [*given, "--list", "--area", "plan"],
            cwd=checkout, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_installed_is_there() -> None:
    for script in (one for one in SCRIPTS if "pip install" in one.text):
        names = script.text.split("-r ")[1].split()
        assert [name for name in names if not (ROOT / name).is_file()] == []


SERVERS = {
    "GITHUB_OUTPUT", "GITHUB_RUN_ATTEMPT", "GITHUB_RUN_ID", "GITHUB_STEP_SUMMARY", "CI_JOB_ID",
}  # fmt: skip


def test_every_variable_of_a_script_is_set_by_its_template() -> None:
    hub, lab = (ci_templates.load(path) for path in (ci_templates.GITHUB, ci_templates.GITLAB))
    for job, made in hub["jobs"].items():
        for step in made["steps"]:
            known = SERVERS | set(made.get("env", {})) | set(step.get("env", {}))
            assert variables(step.get("run", "")) <= known, job
            named = step.get("run", "").partition("--webhook-env ")[2].split()
            assert set(named) <= known, job
    for job in ("plan", "nightly"):
        known = SERVERS | set(lab[job].get("variables", {}))
        assert variables("\n".join(lab[job]["script"])) <= known


def variables(script: str) -> set[str]:
    return set(re.findall(r"\$\{?([A-Z_]+)", script))


def test_the_jobs_begin_when_they_should() -> None:
    on = ci_templates.load(ci_templates.GITHUB)["on"]
    assert on["pull_request"]["paths"] == on["push"]["paths"] == ["topology.yaml"]
    assert len(on["schedule"]) == 1
    plan, nightly = (ci_templates.load(ci_templates.GITLAB)[job] for job in ("plan", "nightly"))
    assert [rule["changes"] for rule in plan["rules"]] == [["topology.yaml"]] * 2
    assert nightly["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]


@pytest.mark.parametrize("broken", [False, True], ids=["as it is", "with overlapping networks"])
def test_the_plan_jobs_run(checkout: Path, tmp_path: Path, broken: bool) -> None:
    plan = checkout / "topology.yaml"
    text = (ROOT / "topology.yaml").read_text(encoding="utf-8")
    pods = "10.245.0.0/16"
    assert pods in text
    plan.write_text(text.replace(pods, "10.244.0.0/16") if broken else text, encoding="utf-8")
    summary = tmp_path / "summary.md"
    env = {
        "GITHUB_RUN_ID": f"7{int(broken)}",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_STEP_SUMMARY": str(summary),
        "PYTEST_ADDOPTS": "-k ranges" if broken else "",
    }
    _, judge, told = ci_templates.github("plan")
    assert judge.text in ci_templates.gitlab("plan")[0].text.replace(
        "$CI_JOB_ID", "$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT"
    )
    done = run(judge, checkout, **env)
    assert done.returncode == int(broken), done.stdout + done.stderr
    assert run(told, checkout, **env).returncode == 0
    assert summary.read_text(encoding="utf-8").startswith(f"# Run plan-7{int(broken)}-1\n")


SUDO = """\
#!/bin/sh
# Root and clusters are what this machine has not: preflight says so, all else runs as it is.
case "$*" in *tools.preflight*) exit 2 ;; esac
exec "$@"
"""
REPORT = """\
import sys

sys.exit("there is no command line of Allure here")
"""


def observed(folder: Path, *, plan: tuple[str, str] = ("", ""), without: str = "") -> Path:
    """A stored run of the healthy lab, with a word of its plan changed, or a part of it missing."""
    (folder / "snapshot").mkdir(parents=True)
    for name in ("clusters", "wire", "answers"):
        if name != without:
            packed = gzip.decompress((HEALTHY / f"{name}.json.gz").read_bytes())
            (folder / "snapshot" / f"{name}.json").write_bytes(packed)
    text = (HEALTHY / "topology.yaml").read_text(encoding="utf-8")
    assert plan[0] in text
    (folder / "topology.yaml").write_text(text.replace(*plan), encoding="utf-8")
    record = {"day": "2026-11-28", "file": "topology.yaml", "narrowed_by": []}
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return folder


def night(folder: Path, checkout: Path, stored: Path, hook: str) -> dict[str, str]:
    """The environment of a nightly job, with everything that it writes below `folder`."""
    (folder / "bin").mkdir()
    (folder / "bin" / "sudo").write_text(SUDO)
    (folder / "bin" / "sudo").chmod(0o755)
    (checkout / "tools" / "report.py").write_text(REPORT)
    return {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "TRUELINE_REPORTS": str(folder / "reports"),
        "TRUELINE_METRICS": str(folder / "trueline.prom"),
        "TRUELINE_RUN": "nightly-8",
        "TRUELINE_WEBHOOK": hook,
        "KUBECONFIG": str(folder / "kubeconfig"),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "PYTEST_ADDOPTS": f"--judge-again={stored} --area clusters",
    }


def looked_at(
    folder: Path, bodies: list[bytes], *, metric: str, news: str, conclusion: str
) -> None:
    """What a nightly job leaves: a closed run, metrics, one message, a statement."""
    run = RunFolder(folder / "reports" / "nightly-8")
    assert run.junit.exists()
    metrics = (folder / "trueline.prom").read_text(encoding="utf-8")
    assert metric in metrics
    (body,) = bodies
    assert news in json.loads(body)["text"]
    stated = json.loads((run.path / "statement.json").read_text(encoding="utf-8"))
    assert stated["statement"]["conclusion"] == conclusion


def test_the_nightly_job_of_github_runs(checkout: Path, tmp_path: Path) -> None:
    stored = observed(tmp_path / "stored", plan=('kubernetes: "1.34"', 'kubernetes: "1.33"'))
    ended = {}
    with receiving() as receiver:
        env = night(tmp_path, checkout, stored, receiver.url)
        for script in ci_templates.github("nightly")[1:]:
            status = {"STATUS": "1"} if script.name == "Verdict" else {}
            done = run(script, checkout, **env, **status)
            ended[script.name] = done.returncode
            assert receiver.url not in done.stdout + done.stderr
    assert ended == {
        "Preflight": 0, "Run": 0, "Metrics": 0, "Tell what changed": 0, "Statement": 0,
        "Report": 1, "Summary": 0, "Verdict": 1,
    }  # fmt: skip
    assert (tmp_path / "output").read_text() == "status=1\n"
    assert (tmp_path / "summary.md").read_text().startswith("# Run nightly-8\n")
    looked_at(
        tmp_path,
        receiver.bodies,
        metric='state="fail"} 1',
        news="\nnew failures: ",
        conclusion="does not conform",
    )


def test_the_nightly_job_of_gitlab_runs(checkout: Path, tmp_path: Path) -> None:
    stored = observed(tmp_path / "stored", without="clusters")
    with receiving() as receiver:
        env = night(tmp_path, checkout, stored, receiver.url)
        done = run(ci_templates.gitlab("nightly")[0], checkout, **env)
    assert done.returncode == 6, done.stdout + done.stderr
    assert receiver.url not in done.stdout + done.stderr
    assert (checkout / "nightly-report" / "junit.xml").exists()
    looked_at(
        tmp_path,
        receiver.bodies,
        metric='outcome="unknown"} 59',
        news="; 59 tests broken or with nothing to judge\n",
        conclusion="not proven",
    )
    allowed = ci_templates.load(ci_templates.GITLAB)["nightly"]["allow_failure"]
    assert allowed == {"exit_codes": 6}


@pytest.mark.parametrize("status", [0, 1, 2, 3, 4, 5, 6])
def test_every_exit_status_of_a_run_is_handled(tmp_path: Path, status: int) -> None:
    """Nothing is told of a run that was none, and no verdict is lost."""
    tool = tmp_path / ".venv" / "bin"
    tool.mkdir(parents=True)
    reports = tmp_path / "reports"
    for name, text in (
        ("pytest", f'#!/bin/sh\nmkdir -p "{reports}/nightly-8"\nexit {status}\n'),
        ("python", '#!/bin/sh\necho "$2"\n'),
    ):
        (tool / name).write_text(text)
        (tool / name).chmod(0o755)
    (tmp_path / "tools").mkdir()
    env = night(tmp_path, tmp_path, tmp_path, "")
    verdict = status in (0, 1, 6)
    steps = {one.name: one for one in ci_templates.github("nightly")}
    done = run(steps["Run"], tmp_path, **env)
    assert done.returncode == (0 if verdict else status)
    assert (tmp_path / "output").read_text() == f"status={status}\n"
    assert run(steps["Verdict"], tmp_path, STATUS=str(status)).returncode == status
    done = run(ci_templates.gitlab("nightly")[0], tmp_path, **env)
    assert done.returncode == status
    told = [line for line in done.stdout.splitlines() if line.startswith("tools.")]
    everything = ["tools.metrics", "tools.notify", "tools.statement", "tools.report"]
    assert told == (everything if verdict else [])


def test_a_run_that_never_began_is_no_verdict(tmp_path: Path) -> None:
    steps = {one.name: one for one in ci_templates.github("nightly")}
    done = run(steps["Verdict"], tmp_path, STATUS="")
    assert (done.returncode, done.stdout) == (3, "::error::there was no whole run\n")
