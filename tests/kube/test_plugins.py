"""Credential plug-ins: real commands, what they are told and give, and one line when they fail."""

from __future__ import annotations

import json
import os
import select
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kube.api import Answer, FakeApi, Pki, Served, kubeconfig, status
from tests.kube.looking import dead, look, reasons
from trueline.probes import kube_client, kube_plugin

VERSION = "client.authentication.k8s.io/v1"
GARBLED = "did not write an ExecCredential with a status"
NOTHING = "gave neither a token nor a certificate with its key"
IDENTITY = "/api/v1/namespaces/kube-system"


def credential(**given: str) -> str:
    """What a plug-in writes."""
    return json.dumps({"apiVersion": VERSION, "kind": "ExecCredential", "status": given})


def plug_in(folder: Path, script: str, **more: Any) -> dict[str, Any]:
    """A user whose plug-in is a shell script, beside the kubeconfig."""
    path = folder / "plug-in"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    base = {"apiVersion": VERSION, "command": "./plug-in", "interactiveMode": "Never"}
    return {"exec": {**base, **more}}


def failure(folder: Path, user: dict[str, Any]) -> str:
    """Why nothing was seen, from what is wrong with the plug-in on."""
    config = kubeconfig(folder, "https://127.0.0.1:1", None, user=user)
    begin = f"cluster app cannot be observed: context 'app' of {config}: "
    found = dead(look(config))
    assert found.startswith(begin)
    return found.removeprefix(begin)


def test_a_plug_in_gives_the_token(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    user = plug_in(tmp_path, f"echo '{credential(token='of-the-plug-in')}'")
    assert reasons(look(kubeconfig(tmp_path, api.url, pki.ca, user=user))) == {}
    assert api.authorization == {"Bearer of-the-plug-in"}


def test_a_plug_in_is_found_by_its_name_and_given_words_and_variables(
    api: FakeApi, pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    user = plug_in(
        tmp_path,
        f"echo '{credential(token='T')}' | sed s/T/$1-$REGION/",
        command="plug-in",
        args=["get-token"],
        env=[{"name": "REGION", "value": "here"}],
    )
    assert reasons(look(kubeconfig(tmp_path, api.url, pki.ca, user=user))) == {}
    assert api.authorization == {"Bearer get-token-here"}


def test_a_plug_in_is_told_of_the_cluster_when_it_wants_to(
    api: FakeApi, pki: Pki, tmp_path: Path
) -> None:
    user = plug_in(
        tmp_path,
        f"echo \"$KUBERNETES_EXEC_INFO\" > {tmp_path}/told; echo '{credential(token='t')}'",
        provideClusterInfo=True,
    )
    config = {"name": "client.authentication.k8s.io/exec", "extension": {"audience": "app"}}
    where = {"certificate-authority": str(pki.ca), "extensions": [config]}
    assert reasons(look(kubeconfig(tmp_path, api.url, None, user=user, cluster=where))) == {}
    told = json.loads((tmp_path / "told").read_text())
    assert told["apiVersion"] == VERSION
    assert told["spec"]["interactive"] is False
    cluster = told["spec"]["cluster"]
    assert (cluster["server"], cluster["config"]) == (api.url, {"audience": "app"})
    assert sorted(cluster) == ["certificate-authority-data", "config", "server"]


def test_a_plug_in_gives_a_certificate(pki: Pki, tmp_path: Path) -> None:
    certificate, key = pki.client("plugged")
    answer = tmp_path / "answer"
    answer.write_text(credential(clientCertificateData=certificate, clientKeyData=key))
    user = plug_in(tmp_path, f"cat {answer}")
    with Served(pki, clients=True) as api:
        assert reasons(look(kubeconfig(tmp_path, api.url, pki.ca, user=user))) == {}
        assert (api.callers, api.authorization) == ({"plugged"}, {""})


@pytest.mark.parametrize(
    ("until", "runs"),
    [("", 1), ("2999-01-01T00:00:00Z", 1), ("2001-01-01T00:00:00Z", 2)],
)
def test_a_plug_in_is_asked_again_when_what_it_gave_has_ended(
    api: FakeApi, pki: Pki, tmp_path: Path, until: str, runs: int
) -> None:
    answer = credential(token="t", **({"expirationTimestamp": until} if until else {}))
    user = plug_in(tmp_path, f"echo run >> {tmp_path}/runs; echo '{answer}'")
    config = kubeconfig(tmp_path, api.url, pki.ca, user=user)
    for _ in range(2):
        assert reasons(look(config)) == {}
    assert (tmp_path / "runs").read_text().splitlines() == ["run"] * runs


def test_a_plug_in_is_asked_again_when_what_it_gave_is_refused(
    api: FakeApi, pki: Pki, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    given = credential(token="N")
    script = f"echo run >> {runs}; echo '{given}' | sed s/N/$(wc -l < {runs})/"
    config = kubeconfig(tmp_path, api.url, pki.ca, user=plug_in(tmp_path, script))
    answers: Iterator[Answer] = iter([status(401, "Unauthorized"), (200, {"metadata": {}})])
    api.routes = {IDENTITY: lambda _: next(answers)}
    assert kube_client.connect("app", str(config), 5.0).get(IDENTITY) == {"metadata": {}}
    assert api.authorization == {"Bearer 1", "Bearer 2"}


def test_a_plug_in_is_not_run_beside_a_token(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    user = {"token": "t", **plug_in(tmp_path, "exit 1")}
    assert reasons(look(kubeconfig(tmp_path, api.url, pki.ca, user=user))) == {}


def test_a_plug_in_cannot_ask_anybody(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    """It has neither standard input nor a terminal, in whatever shell the run was started."""
    answer = credential(token="nobody")
    script = f"read line; (: < /dev/tty) 2>/dev/null || [ -n \"$line\" ] || echo '{answer}'"
    for mode in ("Never", "IfAvailable"):
        user = plug_in(tmp_path, script, interactiveMode=mode)
        assert reasons(look(kubeconfig(tmp_path, api.url, pki.ca, user=user))) == {}
    assert api.authorization == {"Bearer nobody"}


@pytest.mark.parametrize(
    ("script", "more", "reason"),
    [
        ("echo at first >&2; echo 'session expired' >&2; exit 255", {}, "failed: session expired"),
        ("exit 3", {}, "failed: exit status 3"),
        ("echo hello", {}, GARBLED),
        ("echo '[]'", {}, GARBLED),
        (f"echo '{credential(expirationTimestamp='soon')}'", {}, GARBLED),
        (f"echo '{credential()}'", {}, NOTHING),
        (f"echo '{credential(clientCertificateData='c')}'", {}, NOTHING),
        (
            f"echo '{credential(token='t')}'",
            {"apiVersion": f"{VERSION}beta1"},
            f"answers in {VERSION}, and the kubeconfig wants {VERSION}beta1",
        ),
        (
            "",
            {"interactiveMode": "Always"},
            "asks a person (interactiveMode: Always), and a run has none",
        ),
        (
            "",
            {"command": "./other", "installHint": "Get it\nfrom us."},
            "is not installed: Get it from us.",
        ),
        ("", {"command": "no-such-plug-in"}, "is not installed: No such file or directory"),
        ("", {"command": "./"}, "cannot be run: Permission denied"),
    ],
)
def test_a_plug_in_that_fails_is_told_in_one_line(
    tmp_path: Path, script: str, more: dict[str, Any], reason: str
) -> None:
    user = plug_in(tmp_path, script, **more)
    command = more.get("command", "./plug-in")
    assert failure(tmp_path, user) == f"its credential plug-in {command} {reason}"


@pytest.mark.parametrize("spec", ["aws", {"apiVersion": VERSION}, {"command": "./plug-in"}])
def test_a_plug_in_that_is_none(tmp_path: Path, spec: object) -> None:
    assert failure(tmp_path, {"exec": spec}) == "its exec names no command or no apiVersion"


def test_a_plug_in_that_hangs_does_not_hang_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it started ends with it, and lets go of the pipe."""
    monkeypatch.setattr(kube_plugin, "PLUG_IN_TIME", 0.1)
    for name in ("held", "never"):
        os.mkfifo(tmp_path / name)
    held = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    user = plug_in(tmp_path, f"(exec 3> {tmp_path}/held; read line < {tmp_path}/never) & wait")
    assert failure(tmp_path, user) == "its credential plug-in ./plug-in did not end within 0.1 s"
    assert select.select([held], [], [], 10)[0] == [held]
    assert os.read(held, 1) == b""
    os.close(held)


def test_what_a_plug_in_gave_is_in_no_text(pki: Pki, tmp_path: Path) -> None:
    user = plug_in(tmp_path, f"echo '{credential(token='of-the-plug-in')}'")
    config = kubeconfig(tmp_path, "https://127.0.0.1:1", pki.ca, user=user)
    connection = kube_client.connect("app", str(config), 1.0)
    assert "of-the-plug-in" not in repr((connection, connection.way, kube_plugin._kept))
