"""Places: one batch and one source text, wherever they run."""

from __future__ import annotations

import base64
import json
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.kube.api import kubeconfig
from tests.vantage.servers import closed_port
from tests.vantage.shell import FAILURE, STDERR, STDOUT, SUCCESS, Caller, Shell
from trueline.model.probe import Probe, Step
from trueline.vantage.place import Host, Ssh
from trueline.vantage.pod import Pod
from trueline.vantage.program import Unreachable, longest

BATCH = {
    "one": Probe(steps=(Step(transport="resolve", host="127.0.0.1"),), connect=1.0, answer=2.0)
}
ANSWER = {
    "one": {"replies": [{"outcome": "answered", "reached": "resolve", "seconds": {}}], "at": 1.0}
}


def pod(url: str, folder: Path) -> Pod:
    config = str(kubeconfig(folder, url, None))
    return Pod("trueline/probe", "app", config, api_timeout=5.0, container="probe")


def test_a_batch_cannot_take_longer_than_its_longest_conversation() -> None:
    assert longest({}) == 0.0
    assert longest(BATCH) == 6.0


def test_every_probe_of_a_batch_is_answered_under_its_name() -> None:
    refused = Step(transport="tcp", host="127.0.0.1", port=closed_port())
    batch = BATCH | {"two": Probe(steps=(refused,), connect=1.0, answer=1.0)}
    answers = Host().ask(batch)
    assert {name: answer.last.outcome for name, answer in answers.items()} == {
        "one": "answered",
        "two": "refused",
    }


def test_a_pod_is_given_the_program_and_the_batch(tmp_path: Path) -> None:
    def script(caller: Caller) -> None:
        caller.accept()
        caller.say(STDOUT, json.dumps(ANSWER)[:60])
        caller.say(STDOUT, json.dumps(ANSWER)[60:])
        caller.end(SUCCESS)

    with Shell(script) as shell:
        answers = pod(shell.url, tmp_path).ask(BATCH)
    assert answers["one"].last.outcome == "answered"
    assert shell.asked["command"] == [
        "python3",
        "-c",
        "import sys, json; exec(json.loads(sys.stdin.readline()))",
    ]
    assert (shell.asked["container"], shell.asked["stdin"]) == (["probe"], ["true"])


def test_a_pod_that_is_talked_with_is_given_the_program_once(tmp_path: Path) -> None:
    given: list[int] = []

    def script(caller: Caller) -> None:
        caller.accept()
        for _ in range(2):
            given.append(caller.length())
            caller.say(STDOUT, json.dumps(ANSWER)[:60])
            caller.say(STDOUT, json.dumps(ANSWER)[60:] + "\n")

    with Shell(script) as shell, closing(pod(shell.url, tmp_path).talk()) as talk:
        first, second = talk.ask(BATCH), talk.ask(BATCH)
    assert first == second
    assert given[0] > 10_000 > given[1]


def test_a_pod_in_which_the_program_ended_is_given_it_again(tmp_path: Path) -> None:
    def script(caller: Caller) -> None:
        caller.accept()
        caller.end(SUCCESS, line=json.dumps(ANSWER) + "\n")

    with Shell(script, turns=2) as shell, closing(pod(shell.url, tmp_path).talk()) as talk:
        assert talk.ask(BATCH) == talk.ask(BATCH)


def test_a_host_that_is_talked_with_is_asked_as_any() -> None:
    with closing(Host().talk()) as talk:
        step = Step(transport="tcp", host="127.0.0.1", port=closed_port())
        batch = {"two": Probe(steps=(step,), connect=2.0, answer=2.0)}
        assert [talk.ask(batch)["two"].last.outcome for _ in range(2)] == ["refused", "refused"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{", "pod trueline/probe answered with something else: Input data was truncated"),
        ("[]", "pod trueline/probe answered with something else: Expected `object`, got `array`"),
        ("{}", "pod trueline/probe answered other probes than it was asked"),
    ],
)
def test_a_pod_that_answers_something_else(tmp_path: Path, said: str, why: str) -> None:
    def script(caller: Caller) -> None:
        caller.accept()
        caller.say(STDOUT, said)
        caller.end(SUCCESS)

    with Shell(script) as shell, pytest.raises(Unreachable) as raised:
        pod(shell.url, tmp_path).ask(BATCH)
    assert str(raised.value) == why


def test_a_pod_without_python_says_so(tmp_path: Path) -> None:
    def script(caller: Caller) -> None:
        caller.accept()
        caller.say(STDERR, "sh: python3: not found\n")
        caller.end(FAILURE)

    with Shell(script) as shell, pytest.raises(Unreachable) as raised:
        pod(shell.url, tmp_path).ask(BATCH)
    assert str(raised.value) == "pod trueline/probe ran no probe: sh: python3: not found"


def stand_in_for_ssh(folder: Path, script: str) -> str:
    """A program in the place of ssh: it shows how the product calls ssh, not that ssh works."""
    program = folder / "ssh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_a_machine_behind_ssh_runs_the_same_program(tmp_path: Path) -> None:
    folder = Path(sys.executable).parent
    script = f'echo "$@" > {tmp_path}/words; PATH={folder}:$PATH; eval "$7"'
    answers = Ssh("a@b", 5.0, stand_in_for_ssh(tmp_path, script)).ask(BATCH)
    assert json.loads(base64.b64decode(answers["one"].last.received)) == ["127.0.0.1"]
    words = (tmp_path / "words").read_text()
    assert words.startswith("-o BatchMode=yes -o ConnectTimeout=5 -- a@b python3 -c ")


def test_a_machine_behind_ssh_that_lets_nobody_in(tmp_path: Path) -> None:
    script = "echo 'a@b: Permission denied (publickey).' >&2; exit 255"
    with pytest.raises(Unreachable) as raised:
        Ssh("a@b", 5.0, stand_in_for_ssh(tmp_path, script)).ask(BATCH)
    assert str(raised.value) == "a@b ran no probe: a@b: Permission denied (publickey)."


def test_a_host_without_ssh(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as raised:
        Ssh("a@b", 5.0, str(tmp_path / "no-ssh")).ask(BATCH)
    assert str(raised.value) == f"there is no {tmp_path}/no-ssh on this host"


def test_a_program_that_cannot_be_run_says_so(tmp_path: Path) -> None:
    (tmp_path / "ssh").write_text("")
    with pytest.raises(Unreachable) as raised:
        Ssh("a@b", 5.0, str(tmp_path / "ssh")).ask(BATCH)
    assert str(raised.value).startswith(f"{tmp_path}/ssh cannot be run: ")


def test_a_machine_behind_ssh_that_says_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unreachable) as raised:
        Ssh("a@b", -5.9, stand_in_for_ssh(tmp_path, "exec sleep 60")).ask(BATCH)
    assert str(raised.value) == "a@b did not answer within 0.1 s"


def test_a_machine_behind_ssh_is_logged_into_once_for_all_batches(tmp_path: Path) -> None:
    said = json.dumps(ANSWER)
    script = f"echo >> {tmp_path}/logins; read -r program; while read -r _; do echo '{said}'; done"
    with closing(Ssh("a@b", 5.0, stand_in_for_ssh(tmp_path, script)).talk()) as talk:
        assert talk.ask(BATCH) == talk.ask(BATCH)
    assert (tmp_path / "logins").read_text() == "\n"
