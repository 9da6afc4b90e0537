"""Kubeconfigs as they are met: several files and contexts, every credential, and TLS."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kube.api import TOKEN, Answer, FakeApi, Pki, Served, kubeconfig, make_pki, status
from tests.kube.looking import APP, dead, look, reasons
from tests.plugin.project import ROOT
from trueline.probes import kube_client

IDENTITY = "/api/v1/namespaces/kube-system"
UNREAD = "cannot be read: No such file or directory"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def written(path: Path, **parts: dict[str, Any]) -> Path:
    """A kubeconfig with the given clusters, users and contexts, each by its name."""
    path.parent.mkdir(exist_ok=True)
    lists = {
        f"{kind}s": [{"name": name, kind: values} for name, values in named.items()]
        for kind, named in parts.items()
    }
    path.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Config", **lists}))
    return path


def told(facts: Any) -> str:
    """Why nothing was seen, without the words that all such reasons begin with."""
    return dead(facts).removeprefix("cluster app cannot be observed: ")


# --- files and contexts ---------------------------------------------------------------------------


def test_several_files_are_one_kubeconfig_and_the_first_has_the_say(
    api: FakeApi, pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Context, cluster and user in three files, each with paths that start at its own folder."""
    shutil.copy(pki.ca, tmp_path / "ca.crt")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "token").write_text("of-the-third-file")
    cluster = {"server": api.url, "certificate-authority": "../ca.crt"}
    files = (
        tmp_path / "missing",
        written(tmp_path / "a" / "config", context={"app": {"cluster": "k", "user": "me"}}),
        written(
            tmp_path / "b" / "config",
            cluster={"k": cluster},
            context={"app": {"cluster": "other"}, "more": {"cluster": "k"}},
        ),
        written(
            tmp_path / "c" / "config",
            cluster={"k": {"server": "https://127.0.0.1:1"}},
            user={"me": {"tokenFile": "token"}},
        ),
    )
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, files)))
    assert reasons(look(None)) == {}
    assert api.authorization == {"Bearer of-the-third-file"}


def test_each_context_has_its_own_cluster_and_user(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    ca = {"certificate-authority": str(pki.ca)}
    config = written(
        tmp_path / "config",
        cluster={"k1": {"server": "https://127.0.0.1:1", **ca}, "k2": {"server": api.url, **ca}},
        user={"one": {"token": "t1"}, "two": {"token": "t2"}},
        context={
            "control": {"cluster": "k1", "user": "one"},
            "app": {"cluster": "k2", "user": "two"},
        },
    )
    assert reasons(look(config)) == {}
    assert api.authorization == {"Bearer t2"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the kubeconfig CONFIG is empty or no kubeconfig"),
        ("- a list", "the kubeconfig CONFIG is empty or no kubeconfig"),
        ("\x00", "the kubeconfig CONFIG is not YAML"),
        ("contexts: 5", "context 'app' of CONFIG: its contexts are no list"),
        ("contexts: [{nam: x}]", "context 'app' of CONFIG: one of its contexts has no name"),
        (
            "contexts: [{name: app, context: 7}]",
            "context 'app' of CONFIG: its context 'app' is no mapping",
        ),
        (
            "contexts: [{name: app, context: {cluster: k, user: u}}]",
            "context 'app' of CONFIG: there is no cluster 'k' in it",
        ),
        (
            "contexts: [{name: app, context: {cluster: k, user: u}}]\nclusters: [{name: k}]",
            "context 'app' of CONFIG: there is no user 'u' in it",
        ),
        (
            "contexts: [{name: app, context: {cluster: k}}]\nclusters: [{name: k}]",
            "context 'app' of CONFIG: its server is no URL of http or https",
        ),
        (
            "contexts: [{name: app, context: {cluster: k}}]\n"
            "clusters: [{name: k, cluster: {server: 'https://127.0.0.1:port'}}]",
            "context 'app' of CONFIG: its server is no URL of http or https",
        ),
    ],
)
def test_a_broken_kubeconfig(tmp_path: Path, text: str, reason: str) -> None:
    config = tmp_path / "broken"
    config.write_text(text)
    assert told(look(config)).replace(str(config), "CONFIG") == reason


def test_a_kubeconfig_that_is_no_file(tmp_path: Path) -> None:
    assert told(look(tmp_path)) == f"the kubeconfig {tmp_path} is no file"


# --- TLS ------------------------------------------------------------------------------------------


def test_the_server_shows_the_name_that_the_kubeconfig_gives(tmp_path: Path) -> None:
    pki = make_pki(tmp_path, "ca", "api.app.example")
    with Served(pki) as api:
        named = kubeconfig(
            tmp_path, api.url, pki.ca, cluster={"tls-server-name": "api.app.example"}
        )
        assert reasons(look(named)) == {}
        api.asked.clear()
        other = kubeconfig(
            tmp_path, api.url, pki.ca, cluster={"tls-server-name": "api.other.example"}
        )
        assert told(look(other)) == (
            f"{api.url} shows a certificate that cannot be verified: certificate verify failed:"
            " Hostname mismatch, certificate is not valid for 'api.other.example'."
        )
        assert api.asked == []


@pytest.mark.parametrize("more", [{}, {"certificate-authority-data": ""}])
def test_without_a_ca_of_its_own_the_ones_of_the_host_are_asked(
    api: FakeApi, tmp_path: Path, more: dict[str, Any]
) -> None:
    assert told(look(kubeconfig(tmp_path, api.url, None, cluster=more))).startswith(
        f"{api.url} shows a certificate that cannot be verified: certificate verify failed: "
    )
    assert api.asked == []


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"certificate-authority": "none.crt"},
            f"its certificate-authority FOLDER/none.crt {UNREAD}",
        ),
        (
            {"certificate-authority-data": "%"},
            "its certificate-authority-data is not PEM in base64",
        ),
        (
            {"certificate-authority-data": encoded("no certificate")},
            "its CA is no certificate: Empty certificate data",
        ),
        ({"proxy-url": "socks5://127.0.0.1:1080"}, "its proxy-url is no URL of http"),
    ],
)
def test_a_cluster_that_cannot_be_used(tmp_path: Path, more: dict[str, Any], reason: str) -> None:
    config = kubeconfig(tmp_path, "https://127.0.0.1:1", None, cluster=more)
    found = told(look(config)).replace(str(config), "CONFIG").replace(str(tmp_path), "FOLDER")
    assert found == f"context 'app' of CONFIG: {reason}"


# --- tokens ---------------------------------------------------------------------------------------


def test_a_token_file_comes_before_a_token_and_ends_with_a_newline(
    api: FakeApi, pki: Pki, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("of-the-file\n")
    user = {"tokenFile": "token", "token": "of-the-kubeconfig"}
    assert reasons(look(kubeconfig(tmp_path, api.url, pki.ca, user=user))) == {}
    assert api.authorization == {"Bearer of-the-file"}


def test_a_token_that_was_rotated_is_read_again(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    """By a connection that stands, as one does during the drills of an hour."""
    file = tmp_path / "token"
    file.write_text("first")
    config = kubeconfig(tmp_path, api.url, pki.ca, user={"tokenFile": "token"})
    connection = kube_client.connect("app", str(config), 5.0)
    assert connection.get(IDENTITY)
    file.write_text("second")
    answers: Iterator[Answer] = iter(
        [status(401, "Unauthorized"), (200, {"metadata": {"uid": "uid-1"}})]
    )
    api.routes = {IDENTITY: lambda _: next(answers)}
    assert connection.get(IDENTITY) == {"metadata": {"uid": "uid-1"}}
    assert api.authorization == {"Bearer first", "Bearer second"}


def test_a_token_that_is_refused_is_not_tried_again(api: FakeApi, config: Path) -> None:
    api.routes = {IDENTITY: status(401, "Unauthorized")}
    assert told(look(config)) == (f"{api.url} does not accept the credentials of the kubeconfig")
    assert len(api.asked) == 1


def token_until(end: int) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": end}).encode()).decode().rstrip("=")
    return f"e30.{claims}.c2ln"


def test_a_token_that_has_ended_is_told(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    api.routes = {IDENTITY: status(401, "Unauthorized")}
    config = kubeconfig(tmp_path, api.url, pki.ca, user={"token": token_until(1_700_000_000)})
    assert told(look(config)) == (
        f"{api.url} does not accept the credentials of the kubeconfig: its token ended on"
        " 2023-11-14 22:13 UTC, get a new one"
    )


def test_a_token_that_lasts_is_not_blamed(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    api.routes = {IDENTITY: status(401, "Unauthorized")}
    config = kubeconfig(tmp_path, api.url, pki.ca, user={"token": token_until(99_000_000_000)})
    assert told(look(config)).endswith("does not accept the credentials of the kubeconfig")


def test_a_name_and_a_password(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    user = {"username": "me", "password": "secret"}
    assert reasons(look(kubeconfig(tmp_path, api.url, pki.ca, user=user))) == {}
    assert api.authorization == {f"Basic {encoded('me:secret')}"}


def test_an_oidc_token_is_used_as_it_is(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    """Never refreshed: that may use up the refresh token of whoever has the kubeconfig."""
    provider = {"name": "oidc", "config": {"id-token": "an-id-token", "refresh-token": "r"}}
    config = kubeconfig(tmp_path, api.url, pki.ca, user={"auth-provider": provider})
    assert reasons(look(config)) == {}
    assert api.authorization == {"Bearer an-id-token"}


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        ({"tokenFile": "none"}, f"its tokenFile FOLDER/none {UNREAD}"),
        ({"tokenFile": "empty"}, "its tokenFile FOLDER/empty is empty"),
        ({"token": "two\nlines"}, "its token is none: it has characters of no token"),
        (
            {"auth-provider": {"name": "gcp"}},
            "its auth-provider 'gcp' is one that Kubernetes clients no longer have;"
            " use its credential plug-in (exec)",
        ),
        ({"as-groups": ["ops"]}, "it acts as groups, uid or extra of no user (as)"),
        ({"client-certificate-data": encoded("x")}, "a client certificate and its key go together"),
        (
            {"client-certificate": "/none.crt", "client-key": "/none.key"},
            f"its client-certificate /none.crt {UNREAD}",
        ),
        (
            {"client-certificate-data": encoded("x"), "client-key-data": encoded("y")},
            "its client certificate and key cannot be used: [SSL] PEM lib",
        ),
    ],
)
def test_a_user_who_cannot_be_one(
    pki: Pki, tmp_path: Path, user: dict[str, Any], reason: str
) -> None:
    (tmp_path / "empty").write_text("\n")
    config = kubeconfig(tmp_path, "https://127.0.0.1:1", pki.ca, user=user)
    found = told(look(config)).replace(str(config), "CONFIG").replace(str(tmp_path), "FOLDER")
    # Which line of OpenSSL complains is the business of its version.
    assert found.split(" (_ssl")[0] == f"context 'app' of CONFIG: {reason}"


# --- client certificates --------------------------------------------------------------------------


def test_a_client_certificate_inline_or_in_files_beside_the_kubeconfig(
    pki: Pki, tmp_path: Path
) -> None:
    certificate, key = pki.client("me")
    (tmp_path / "me.crt").write_text(certificate)
    (tmp_path / "me.key").write_text(key)
    inline = {
        "client-certificate-data": encoded(certificate),
        "client-key-data": encoded(key),
    }
    files = {"client-certificate": "me.crt", "client-key": "me.key"}
    for user in (inline, files):
        with Served(pki, clients=True) as api:
            assert reasons(look(kubeconfig(tmp_path, api.url, pki.ca, user=user))) == {}
            assert (api.callers, api.authorization) == ({"me"}, {""})


def test_a_client_certificate_that_has_ended(pki: Pki, tmp_path: Path) -> None:
    """An API server answers 401; what ends TLS in front of one hangs up with an alert."""
    certificate, key = pki.client("me", ends=datetime(2026, 1, 1, tzinfo=UTC))
    user = {"client-certificate-data": encoded(certificate), "client-key-data": encoded(key)}
    ended = "its client certificate ended on 2026-01-01 00:00 UTC, get a new one"
    with Served(pki) as api:
        api.routes = {IDENTITY: status(401, "Unauthorized")}
        config = kubeconfig(tmp_path, api.url, pki.ca, user=user)
        assert told(look(config)) == (
            f"{api.url} does not accept the credentials of the kubeconfig: {ended}"
        )
    with Served(pki, clients=True) as api:
        config = kubeconfig(tmp_path, api.url, pki.ca, user=user)
        assert told(look(config)) == f"{api.url} does not accept the client certificate: {ended}"


def test_a_key_does_not_stay_on_the_disk(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    certificate, key = pki.client("me")
    user = {"client-certificate-data": encoded(certificate), "client-key-data": encoded(key)}
    config = kubeconfig(tmp_path, "https://127.0.0.1:1", pki.ca, user=user)
    connection = kube_client.connect("app", str(config), 1.0)
    assert list(folder.iterdir()) == []
    assert "PRIVATE KEY" not in repr(connection)


# --- acting as another ----------------------------------------------------------------------------


def test_whom_one_acts_as_is_said_with_every_question(
    api: FakeApi, pki: Pki, tmp_path: Path
) -> None:
    user = {
        "token": TOKEN,
        "as": "system:serviceaccount:trueline:trueline",
        "as-uid": "7",
        "as-groups": ["ops", "night"],
        "as-user-extra": {"Scopes/A": ["view"]},
    }
    assert reasons(look(kubeconfig(tmp_path, api.url, pki.ca, user=user))) == {}
    assert api.acting == {
        (
            ("impersonate-user", "system:serviceaccount:trueline:trueline"),
            ("impersonate-uid", "7"),
            ("impersonate-group", "ops"),
            ("impersonate-group", "night"),
            ("impersonate-extra-scopes%2fa", "view"),
        )
    }


def test_who_may_not_act_as_another_is_told(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    message = 'users "boss" is forbidden: User "me" cannot impersonate resource "users"'
    api.routes = {IDENTITY: status(403, message)}
    user = {"token": TOKEN, "as": "boss"}
    facts = look(kubeconfig(tmp_path, api.url, pki.ca, user=user))
    assert reasons(facts)["identity"] == (
        f"the kubeconfig may not read {IDENTITY}: forbidden: {message}"
    )


# --- in a cluster ---------------------------------------------------------------------------------


def test_the_service_account_of_a_pod_is_used_by_the_example(
    api: FakeApi, pki: Pki, tmp_path: Path
) -> None:
    """`deploy/kubeconfig.example.yaml`, with the files that a pod is given."""
    (tmp_path / "token").write_text("of-the-service-account")
    shutil.copy(pki.ca, tmp_path / "ca.crt")
    text = (ROOT / "deploy" / "kubeconfig.example.yaml").read_text()
    text = text.replace("/var/run/secrets/kubernetes.io/serviceaccount/", "")
    config = tmp_path / "config"
    config.write_text(text.replace("https://192.0.2.10:6443", api.url))
    assert reasons(look(config, cluster=replace(APP, context="control"))) == {}
    assert api.authorization == {"Bearer of-the-service-account"}
