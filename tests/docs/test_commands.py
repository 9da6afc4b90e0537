"""The commands of the documents: each is one that there is, and takes what it is given."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.commands import ROOT, Command, commands
from tests.small import judged

ANY_TOOL = "python -m tools.x"
EVERY = sorted({str(one): one for one in commands() if str(one) != ANY_TOOL}.values(), key=str)
PROGRAMS = ("python", "python3", ".venv/bin/python")
PYTESTS = ("pytest", ".venv/bin/pytest")

# Programs of others. What is said to them is held to the files that they are given.
_POD = "kubectl --context control -n trueline"
FOREIGN = {
    "podman build -t registry.example/trueline:1 -f deploy/trueline/Containerfile .",
    "podman build -t registry.example/trueline-probe:1 deploy/probe",
    "podman save --format oci-archive -o trueline.tar registry.example/trueline:1",
    "podman load -i trueline.tar",
    "pip download -d wheels -r requirements.lock",
    "podman import base.tar localhost/python:debian",
    "podman build --pull=never --volume ./wheels:/wheels:ro"
    " --build-arg BASE=localhost/python:debian --build-arg PIP_NO_INDEX=1"
    " --build-arg PIP_FIND_LINKS=/wheels -t localhost/trueline:1"
    " -f deploy/trueline/Containerfile .",
    "kubectl --context a create namespace trueline",
    "kubectl --context a apply -f discover.yaml",
    "kubectl --context a -n trueline create token trueline-discover",
    "kubectl --context app create namespace trueline",
    "kubectl --context app apply -l trueline/cluster=app -f deploy/rbac.yaml",
    "kubectl --context app -n trueline create token trueline --duration 720h",
    "kubectl --context control apply -f deploy/cronjob.yaml",
    "kubectl --context control apply -f deploy/reader.yaml",
    f"{_POD} create configmap trueline-plan --from-file=topology.yaml",
    f"{_POD} create secret generic trueline-kubeconfig --from-file=kubeconfig=my-kubeconfig.yaml",
    f"{_POD} logs --follow --pod-running-timeout=5m job/trueline-merge-20270131-0217",
    f"{_POD} cp trueline-reader:/reports reports",
    f"{_POD} delete pod trueline-reader",
    f"{_POD} get lease trueline -o yaml",
    "kubectl --context app apply -l trueline/cluster=app -f rbac.yaml",
    ".venv/bin/pip install -r requirements.lock",
    "python3 -m venv .venv",
    "pip install .",
}


class Accepted(Exception):
    """A parser took the words."""


def _of(*programs: str) -> list[Command]:
    return [one for one in EVERY if one.words[0] in programs and str(one) not in FOREIGN]


def test_the_documents_name_commands() -> None:
    assert len(EVERY) > 30
    ours = (*PROGRAMS, *PYTESTS, "make", "trueline")
    assert {str(one) for one in EVERY if one.words[0] not in ours or "venv" in one.words} == FOREIGN


@pytest.mark.parametrize("command", _of("make"), ids=str)
def test_make_has_the_target(command: Command) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    names = [word for word in command.words[1:] if "=" not in word]
    assert set(names) <= set(targets), command.at


@pytest.mark.parametrize("command", _of(*PROGRAMS), ids=str)
def test_a_tool_takes_what_it_is_given(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command.words[1] == "-m", command.at
    name, words = command.words[2], list(command.words[3:])
    if words and "exec" in words and "--" in words:  # what is run inside has a test of its own
        words = [*words[: words.index("--")], "--", "true"]
    if name == "pytest":
        return
    original: Callable[..., Any] = argparse.ArgumentParser.parse_args

    def parse(self: argparse.ArgumentParser, *given: Any, **more: Any) -> None:
        original(self, *given, **more)
        raise Accepted

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)
    monkeypatch.setattr(sys, "argv", [name, *words])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    module = importlib.import_module(_module(name))
    with pytest.raises(Accepted):
        module.main(words) if _takes(module.main) else module.main()


def _module(name: str) -> str:
    packages = {
        "tools.lab": "tools.lab.cli",
        "tools.bench": "tools.bench.__main__",
        "tools.resilience": "tools.resilience.__main__",
    }
    return packages.get(name, name)


def _takes(function: Callable[..., object]) -> bool:
    return function.__code__.co_argcount > 0


def _pytests() -> list[tuple[str, ...]]:
    """What pytest is given, on its own and inside the lab."""
    found = [one.words[1:] for one in _of(*PYTESTS)]
    for one in _of(*PROGRAMS):
        text = list(one.words)
        if "pytest" in text:
            found.append(tuple(text[text.index("pytest") + 1 :]))
    return sorted(set(found))


def test_pytest_takes_what_it_is_given() -> None:
    """Each option is known, each path is there."""
    words = {word for given in _pytests() for word in given}
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert all((ROOT / word).exists() for word in words if word.startswith("suites"))
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    known = set(re.findall(r"(?<![\w-])-{1,2}[a-zA-Z][\w-]*", told))
    assert options <= known


def test_the_plan_alone_is_judged_as_the_first_run_says(tmp_path: Path) -> None:
    """`pytest suites/plan --topology my.yaml`, with the plan of the project as one's own."""
    plan = tmp_path / "my.yaml"
    text = (ROOT / "topology.yaml").read_text()
    plan.write_text(text.replace("runs_in: lab\n", ""))
    done = judged(plan, tmp_path / "reports")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_roles_have_the_label_that_kubectl_is_told() -> None:
    found = [one.split() for one in FOREIGN if one.endswith("rbac.yaml")]
    assert len(found) == 2
    for words in found:
        label, _, cluster = words[5].partition("=")
        made = yaml.safe_load_all((ROOT / "deploy" / "rbac.yaml").read_text())
        assert {one["metadata"]["labels"][label] for one in made} == {cluster, "control"}
