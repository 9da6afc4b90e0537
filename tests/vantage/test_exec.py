"""Exec against a server that speaks its protocol: every way it ends, and no socket left open."""

from __future__ import annotations

import gc
import socket
from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from tests.kube.api import TOKEN, kubeconfig, make_pki
from tests.vantage.shell import (
    FAILURE,
    PATIENCE,
    STATUS,
    STDERR,
    STDOUT,
    SUCCESS,
    Caller,
    Script,
    Shell,
)
from trueline.probes.kube_exec import ExecFailed, Session


def ask(url: str, folder: Path, *, ca: Path | None = None, timeout: float = PATIENCE) -> str:
    with closing(session(url, folder, ca=ca)) as command:
        return command.say("", timeout)


def session(url: str, folder: Path, *, ca: Path | None = None) -> Session:
    return Session(
        ["python3", "-c", "print('[]')"],
        namespace="trueline",
        pod="probe",
        context="app",
        kubeconfig=str(kubeconfig(folder, url, ca)),
    )


def reason(script: Script, folder: Path, *, timeout: float = PATIENCE) -> str:
    """Why the command could not be run; the connection is closed all the same."""
    with Shell(script) as shell:
        with pytest.raises(ExecFailed) as raised:
            ask(shell.url, folder, timeout=timeout)
        assert shell.hung_up.wait(PATIENCE)
        return str(raised.value).replace(shell.url, "URL")


def well(caller: Caller) -> None:
    caller.accept()
    caller.say(STDERR, "a warning\n")
    caller.say(STDOUT, "[1, ")
    caller.say(STDOUT, "2]\n")
    caller.heard()
    caller.end(SUCCESS)


def test_the_output_of_a_command_that_ends_well(tmp_path: Path) -> None:
    with Shell(well) as shell:
        assert ask(shell.url, tmp_path) == "[1, 2]"
        assert shell.hung_up.wait(PATIENCE)
    assert shell.asked["path"] == ["/api/v1/namespaces/trueline/pods/probe/exec"]
    assert shell.asked["command"] == ["python3", "-c", "print('[]')"]
    gc.collect()  # a socket that was left open would be told of now, and be an error


def ends_with_its_line(caller: Caller) -> None:
    caller.accept()
    caller.say(STDOUT, "[]\n")
    caller.end(SUCCESS)


def test_a_command_that_does_not_wait_is_understood_as_well(tmp_path: Path) -> None:
    with Shell(ends_with_its_line) as shell:
        assert ask(shell.url, tmp_path).strip() == "[]"


def splits_a_letter(caller: Caller) -> None:
    caller.accept()
    for part in (b"\xc3", b"\xa9\n"):
        caller.socket.sendall(bytes([0x82, 1 + len(part), STDOUT]) + part)
    caller.heard()
    caller.end(SUCCESS)


def test_a_letter_that_comes_in_two_messages(tmp_path: Path) -> None:
    with Shell(splits_a_letter) as shell:
        assert ask(shell.url, tmp_path) == "\u00e9"


def test_the_api_shows_the_certificate_of_its_ca(tmp_path: Path) -> None:
    pki, other = make_pki(tmp_path, "ca-of-app"), make_pki(tmp_path, "another-ca")
    with Shell(well, pki) as shell:
        assert ask(shell.url, tmp_path, ca=pki.ca) == "[1, 2]"
    assert shell.token == f"Bearer {TOKEN}"
    with Shell(well, pki) as shell, pytest.raises(ExecFailed) as raised:
        ask(shell.url, tmp_path, ca=other.ca)
    assert str(raised.value).startswith(
        f"{shell.url} shows a certificate that cannot be verified: "
    )
    assert shell.asked == {}


def no_pod(caller: Caller) -> None:
    message = 'pods "probe" not found'
    caller.refuse("404 Not Found", {"kind": "Status", "message": message, "code": 404})


def forbidden(caller: Caller) -> None:
    caller.refuse("403 Forbidden")


def fails(caller: Caller) -> None:
    caller.accept()
    caller.say(STDERR, "Traceback (most recent call last):\n")
    caller.say(STDERR, "ModuleNotFoundError: No module named 'json'\n\n")
    caller.end(FAILURE)


def fails_silently(caller: Caller) -> None:
    caller.accept()
    caller.end(FAILURE)


def tells_nothing(caller: Caller) -> None:
    caller.accept()
    caller.say(STDOUT, "[]")
    caller.end()


def tells_something_else(caller: Caller) -> None:
    caller.accept()
    caller.say(STATUS, "3")
    caller.end()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (no_pod, 'pods "probe" not found'),
        (forbidden, "URL answers 403"),
        (fails, "ModuleNotFoundError: No module named 'json'"),
        (fails_silently, "command terminated with exit code 1"),
        (tells_nothing, "it told no exit status"),
        (tells_something_else, "it told no exit status"),
    ],
)
def test_a_command_that_is_refused_or_fails_has_one_short_reason(
    tmp_path: Path, script: Script, told: str
) -> None:
    assert reason(script, tmp_path) == told


def breaks_off(caller: Caller) -> None:
    caller.accept()
    caller.say(STDOUT, "[1, ")
    caller.socket.shutdown(socket.SHUT_WR)


def test_a_connection_that_breaks_is_no_answer(tmp_path: Path) -> None:
    assert reason(breaks_off, tmp_path).startswith(
        "the connection broke before the command answered: "
    )


def hangs(caller: Caller) -> None:
    caller.accept()
    caller.say(STDOUT, "[1, ")


def stops_in_a_message(caller: Caller) -> None:
    caller.accept()
    caller.socket.sendall(b"\x82\x7e")


@pytest.mark.parametrize("script", [hangs, stops_in_a_message])
def test_a_command_that_never_answers_is_not_waited_for(tmp_path: Path, script: Script) -> None:
    assert reason(script, tmp_path, timeout=2.0) == "the command did not answer within 2 s"


def answers_twice(caller: Caller) -> None:
    caller.accept()
    for word in ("one", "two"):
        caller.heard()
        caller.say(STDOUT, f"{word}\n")


def test_a_command_that_stays_answers_again_over_the_same_connection(tmp_path: Path) -> None:
    with Shell(answers_twice) as shell, closing(session(shell.url, tmp_path)) as command:
        assert not command.runs()
        assert command.say("1\n", PATIENCE) == "one"
        assert command.runs()
        assert command.say("2\n", PATIENCE) == "two"
        command.close()
        assert not command.runs()
        assert shell.hung_up.wait(PATIENCE)


def test_a_command_that_ended_meanwhile_runs_no_more_and_can_be_started_again(
    tmp_path: Path,
) -> None:
    with (
        Shell(ends_with_its_line, turns=2) as shell,
        closing(session(shell.url, tmp_path)) as command,
    ):
        assert command.say("", PATIENCE) == "[]"
        deadline = monotonic() + PATIENCE
        while command.runs():  # its end may be under way still
            assert monotonic() < deadline
        command.close()
        assert command.say("", PATIENCE) == "[]"


def test_after_a_failure_the_connection_is_closed(tmp_path: Path) -> None:
    with Shell(fails) as shell, closing(session(shell.url, tmp_path)) as command:
        with pytest.raises(ExecFailed):
            command.say("", PATIENCE)
        assert not command.runs()
        assert shell.hung_up.wait(PATIENCE)


def test_an_api_that_answers_too_late_is_hung_up_on(tmp_path: Path) -> None:
    over = Event()

    def late(caller: Caller) -> None:
        over.wait(PATIENCE)
        caller.accept()

    with Shell(late) as shell:
        with pytest.raises(ExecFailed) as raised:
            ask(shell.url, tmp_path, timeout=0.1)
        over.set()
        assert shell.hung_up.wait(PATIENCE)
    assert str(raised.value) == f"{shell.url} does not answer within 0.1 s"


def test_an_api_that_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(ExecFailed) as raised:
        ask(url, tmp_path)
    assert str(raised.value) == f"{url} refuses the connection"


def test_a_kubeconfig_that_is_not_there(tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    with pytest.raises(ExecFailed) as raised:
        Session(["true"], namespace="a", pod="b", context="c", kubeconfig=missing).say("", 1.0)
    assert str(raised.value) == f"no kubeconfig: {missing} does not exist"
