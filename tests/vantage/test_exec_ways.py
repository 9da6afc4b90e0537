"""Exec goes the way that the kubeconfig describes, as every other question does."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from kubernetes.client import ApiClient, Configuration, CoreV1Api
from kubernetes.stream import stream

from tests.kube.api import TOKEN, kubeconfig, make_pki
from tests.kube.proxy import proxy
from tests.kube.test_plugins import credential, plug_in
from tests.vantage.shell import PATIENCE, STDOUT, SUCCESS, Caller, Shell
from trueline.probes.kube_exec import ExecFailed, Session

NAME = "api.app.example"  # nobody here knows it: only a proxy leads to it


def ask(config: Path) -> str:
    command = Session(["true"], namespace="n", pod="p", context="app", kubeconfig=str(config))
    with closing(command):
        return command.say("", PATIENCE)


def well(caller: Caller) -> None:
    caller.accept()
    caller.say(STDOUT, "[]\n")
    caller.heard()
    caller.end(SUCCESS)


def refuses(caller: Caller) -> None:
    caller.refuse("401 Unauthorized")


def test_the_name_and_the_proxy_of_the_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    pki = make_pki(tmp_path, "ca", NAME)
    with Shell(well, pki) as shell, proxy(shell.url) as between:
        login = between.url.replace("http://", "http://me:secret@")
        more = {"proxy-url": login, "tls-server-name": NAME}
        assert ask(kubeconfig(tmp_path, "https://other.example:6443", pki.ca, cluster=more)) == "[]"
        assert (between.asked, between.logins) == (
            {"other.example:6443"},
            {"Basic bWU6c2VjcmV0"},  # me:secret
        )


def test_a_proxy_that_refuses(tmp_path: Path) -> None:
    with proxy("http://127.0.0.1:1", refuses=403) as between:
        config = kubeconfig(tmp_path, f"https://{NAME}", None, cluster={"proxy-url": between.url})
        with pytest.raises(ExecFailed) as raised:
            ask(config)
    assert str(raised.value) == (
        f"https://{NAME} cannot be reached through the proxy {between.url}: 403 Forbidden"
    )


def test_whom_one_acts_as(tmp_path: Path) -> None:
    user = {"token": TOKEN, "as": "boss", "as-groups": ["a", "b"]}
    pki = make_pki(tmp_path, "ca")
    with Shell(well, pki) as shell:
        assert ask(kubeconfig(tmp_path, shell.url, pki.ca, user=user)) == "[]"
    assert shell.token == f"Bearer {TOKEN}"
    assert shell.acting == [
        "Impersonate-User: boss",
        "Impersonate-Group: a",
        "Impersonate-Group: b",
    ]


def test_credentials_that_are_refused(tmp_path: Path) -> None:
    with Shell(refuses) as shell, pytest.raises(ExecFailed) as raised:
        ask(kubeconfig(tmp_path, shell.url, None))
    assert str(raised.value) == (f"{shell.url} does not accept the credentials of the kubeconfig")


def test_a_plug_in_is_asked_again_when_what_it_gave_is_refused(tmp_path: Path) -> None:
    runs, given = tmp_path / "runs", credential(token="N")
    script = f"echo run >> {runs}; echo '{given}' | sed s/N/$(wc -l < {runs})/"
    tokens: list[str] = []

    def second(caller: Caller) -> None:
        tokens.append(caller.header("authorization"))
        refuses(caller) if len(tokens) == 1 else well(caller)

    pki = make_pki(tmp_path, "ca")
    with Shell(second, pki, turns=2) as shell:
        user = plug_in(tmp_path, script)
        assert ask(kubeconfig(tmp_path, shell.url, pki.ca, user=user)) == "[]"
    assert tokens == ["Bearer 1", "Bearer 2"]


def test_the_credentials_follow_no_redirect(tmp_path: Path) -> None:
    with Shell(well) as other:

        def elsewhere(caller: Caller) -> None:
            caller.refuse(f"302 Found\r\nLocation: {other.url.replace('http', 'ws')}/")

        with Shell(elsewhere) as shell, pytest.raises(ExecFailed) as raised:
            ask(kubeconfig(tmp_path, shell.url, None))
        assert str(raised.value) == f"{shell.url} cannot be asked: Redirect limit exhausted"
        assert other.asked == {}
        assert ask(kubeconfig(tmp_path, other.url, None)) == "[]"


def test_whoever_else_uses_the_package_goes_its_own_way(tmp_path: Path) -> None:
    with Shell(well, turns=2) as shell:
        assert ask(kubeconfig(tmp_path, shell.url, None)) == "[]"
        theirs = Configuration(host=shell.url, api_key={"authorization": "Bearer theirs"})
        asking = CoreV1Api(ApiClient(theirs)).connect_get_namespaced_pod_exec
        session = stream(asking, "p", "n", command=["true"], _preload_content=False)
        assert session.readline_stdout(timeout=PATIENCE) == "[]"
        session.write_stdin("\n")
        session.run_forever(timeout=PATIENCE)
        session.close()
        session.sock.shutdown()
    assert shell.token == "Bearer theirs"
