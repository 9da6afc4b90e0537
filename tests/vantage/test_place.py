"""One probe code for every vantage point: the host and the pod path must tell the same story."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace

import pytest

from trueline.model.observation import TcpFact
from trueline.probes import kube_exec
from trueline.vantage.place import Host, Place, Pod, Unreachable


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def in_a_process(argv: list[str], **_: object) -> str:
    """What a pod does: run the probe's source text in a Python of its own."""
    done = subprocess.run([sys.executable, *argv[1:]], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(params=["host", "pod"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Place:
    if request.param == "host":
        return Host("here")
    monkeypatch.setattr(kube_exec, "run", in_a_process)
    return Pod("pods-control", "trueline/probe", "control", "kubeconfig", api_timeout=5)


def pod() -> Pod:
    return Pod("pods-control", "trueline/probe", "control", "kubeconfig", api_timeout=5)


def outline(fact: TcpFact) -> tuple[str, int, str, str | None]:
    return fact.address, fact.port, fact.outcome, fact.local


def test_every_place_tells_open_from_closed_in_the_order_asked(
    place: Place, listening: int, closed: int
) -> None:
    facts = place.connect([("127.0.0.1", closed), ("127.0.0.1", listening)], timeout=2)
    assert [outline(fact) for fact in facts] == [
        ("127.0.0.1", closed, "refused", None),
        ("127.0.0.1", listening, "connected", "127.0.0.1"),
    ]


def test_nothing_asked_is_nothing_answered(place: Place) -> None:
    assert place.connect([], timeout=1) == ()


def test_an_address_that_is_no_address_is_a_failure_with_its_reason() -> None:
    (fact,) = Host("here").connect([("256.1.1.1", 80)], timeout=2)
    assert fact.outcome == "failed"
    assert fact.detail


def test_a_pod_that_cannot_run_the_probe_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise kube_exec.ExecFailed('pods "probe" not found')

    monkeypatch.setattr(kube_exec, "run", refuse)
    with pytest.raises(Unreachable) as error:
        pod().connect([("127.0.0.1", 1)], timeout=1)
    assert str(error.value) == 'pod trueline/probe ran no probe: pods "probe" not found'


@pytest.mark.parametrize("answer", ["", "no json", json.dumps([{"address": "x"}]), "3"])
def test_a_pod_that_answers_something_else_is_unreachable(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr(kube_exec, "run", lambda *_, **__: answer)
    with pytest.raises(Unreachable, match="pod trueline/probe answered with something else"):
        pod().connect([("127.0.0.1", 1)], timeout=1)


ANSWER = TcpFact(address="10.96.0.1", port=443, outcome="refused", local=None, after=0.1, detail="")


@pytest.mark.parametrize("facts", [[], [ANSWER, ANSWER], [replace(ANSWER, port=80)]])
def test_a_pod_that_leaves_a_target_out_is_unreachable(
    monkeypatch: pytest.MonkeyPatch, facts: list[TcpFact]
) -> None:
    monkeypatch.setattr(kube_exec, "run", lambda *_, **__: json.dumps([asdict(x) for x in facts]))
    with pytest.raises(Unreachable) as error:
        pod().connect([("10.96.0.1", 443)], timeout=1)
    assert str(error.value) == (
        "pod trueline/probe answered for other targets than it was asked for"
    )


def test_the_exec_gets_the_pod_the_context_and_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def record(argv: list[str], **asked: object) -> str:
        seen.update(asked, program=argv[:2], batch=argv[3:])
        return json.dumps([asdict(ANSWER)])

    monkeypatch.setattr(kube_exec, "run", record)
    assert pod().connect([("10.96.0.1", 443)], timeout=1.2) == (ANSWER,)
    assert seen == {
        "program": ["python3", "-c"],
        "batch": ['[{"address": "10.96.0.1", "port": 443}]', "1.2"],
        "namespace": "trueline",
        "pod": "probe",
        "context": "control",
        "kubeconfig": "kubeconfig",
        "timeout": 6.2,
    }
