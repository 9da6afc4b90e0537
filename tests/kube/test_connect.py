"""Kubeconfigs, credentials and TLS: every way in, and one plain reason for each way it is shut."""

from __future__ import annotations

import hashlib
import socket
import ssl
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.kube.api import (
    TOKEN,
    FakeApi,
    Pki,
    Served,
    kubeconfig,
    make_pki,
    status,
)
from tests.kube.looking import APP, dead, look, reasons
from trueline.model.source import Source
from trueline.probes import kube_access, kube_client
from trueline.probes.kube_way import way_to

# --- the whole cluster cannot be asked ------------------------------------------------------------


def test_a_cluster_that_refuses_connections_is_one_gap(tmp_path: Path, pki: Pki) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    config = kubeconfig(tmp_path, f"https://127.0.0.1:{port}", pki.ca)
    assert dead(look(config)) == (
        f"cluster app cannot be observed: https://127.0.0.1:{port} refuses the connection"
    )


def test_a_cluster_that_never_answers_is_asked_once(api: FakeApi, config: Path) -> None:
    api.routes = {"/api/v1/namespaces/kube-system": lambda _: None}
    assert dead(look(config, timeout=0.2)) == (
        f"cluster app cannot be observed: {api.url} does not answer within 0.2 s"
    )
    assert len(api.asked) == 1


def test_a_balancer_without_a_server_hangs_up(tmp_path: Path, pki: Pki) -> None:
    with socket.create_server(("127.0.0.1", 0)) as balancer:

        def hang_up() -> None:
            taken, _ = balancer.accept()
            with taken:
                taken.recv(65536)

        thread = threading.Thread(target=hang_up)
        thread.start()
        url = f"https://127.0.0.1:{balancer.getsockname()[1]}"
        api = kube_client.connect("app", str(kubeconfig(tmp_path, url, pki.ca)), 2.0)
        with pytest.raises(kube_client.Dropped) as raised:
            api.get("/version")
        thread.join()
    assert str(raised.value) == f"{url} closed the connection before the TLS handshake was complete"


def test_credentials_that_are_not_accepted(api: FakeApi, config: Path) -> None:
    api.routes = {"/api/v1/namespaces/kube-system": status(401, "Unauthorized")}
    assert dead(look(config)) == (
        f"cluster app cannot be observed: {api.url} does not accept the credentials"
        " of the kubeconfig"
    )


def test_an_api_that_is_down_behind_its_balancer(api: FakeApi, config: Path) -> None:
    api.routes = {"/api/v1/namespaces/kube-system": (503, b"no healthy upstream")}
    assert dead(look(config)) == (
        f"cluster app cannot be observed: {api.url} answers 503 to"
        " /api/v1/namespaces/kube-system: no healthy upstream"
    )


def test_a_certificate_of_another_ca_is_not_trusted(api: FakeApi, tmp_path: Path) -> None:
    other = make_pki(tmp_path, "another-ca")
    reason = dead(look(kubeconfig(tmp_path, api.url, other.ca)))
    assert reason.startswith(
        f"cluster app cannot be observed: {api.url} shows a certificate that cannot be verified: "
    )
    assert api.asked == []


def test_verification_is_never_turned_off(api: FakeApi, tmp_path: Path) -> None:
    unsafe: dict[str, Any] = {"insecure-skip-tls-verify": True}
    config = kubeconfig(tmp_path, api.url, None, cluster=unsafe)
    assert dead(look(config)) == (
        f"cluster app cannot be observed: context 'app' of {config} turns TLS verification off;"
        " give it the CA"
    )
    assert api.asked == []


def test_a_name_that_does_not_resolve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    config = kubeconfig(tmp_path, "http://api.app.invalid:6443", None)
    assert dead(look(config)) == (
        "cluster app cannot be observed: http://api.app.invalid:6443 cannot be reached:"
        " its name does not resolve"
    )


@pytest.mark.parametrize(
    ("error", "plain"),
    [
        (OSError(113, "No route to host"), "cannot be reached: no route to host"),
        (OSError(101, "Network is unreachable"), "cannot be reached: no route to its network"),
        (OSError(5, "Input/output\nerror"), "cannot be asked: [Errno 5] Input/output error"),
    ],
)
def test_what_the_network_says_in_plain_words(
    config: Path, error: OSError, plain: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert kube_client.plain(error, 1.0, way_to("app", str(config))) == plain


def test_macos_says_no_route_where_it_lacks_a_permission(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    said = kube_client.plain(OSError(65, "No route to host"), 1.0, way_to("app", str(config)))
    assert said == (
        "cannot be reached: no route to host, or macOS does not let this program there: "
        "allow it Local Network (System Settings, Privacy & Security)"
    )


# --- kubeconfigs ----------------------------------------------------------------------------------


def test_no_kubeconfig(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    assert dead(look(missing)) == (
        f"cluster app cannot be observed: no kubeconfig: {missing} does not exist"
    )


def test_no_such_context(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, api.url, pki.ca, context="lab")
    assert dead(look(config)) == (
        f"cluster app cannot be observed: the kubeconfig {config} has no context 'app'"
        " (it has: lab)"
    )
    config.write_text("apiVersion: v1\ncontexts: []\n")
    assert dead(look(config)).endswith("has no context 'app' (it has: none)")
    config.write_text("contexts: [\n")
    assert dead(look(config)) == (
        f"cluster app cannot be observed: the kubeconfig {config} is not YAML: line 2, column 1"
    )


def test_the_plan_may_name_a_kubeconfig_beside_itself(config: Path) -> None:
    cluster = replace(
        APP, kubeconfig=config.name, at=Source(str(config.parent / "topology.yaml"), 1)
    )
    assert reasons(look(None, cluster=cluster)) == {}


def test_home_is_the_last_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert dead(look(None)) == (
        "cluster app cannot be observed: no kubeconfig: ~/.kube/config does not exist"
    )


def test_without_tls_and_without_credentials(tmp_path: Path) -> None:
    with Served(None) as plain:
        config = kubeconfig(tmp_path, plain.url, None, user={"username": "none"})
        facts = look(config)
        assert reasons(facts) == {}
        assert facts.identity.value.ca_sha256 == ""
        assert plain.authorization == {""}


def test_a_bundle_of_cas_has_one_fingerprint(pki: Pki, tmp_path: Path) -> None:
    other = make_pki(tmp_path, "second")
    bundle = pki.ca.read_text() + "\n# the next one\n" + other.ca.read_text()
    expected = hashlib.sha256(pki.ca_der + other.ca_der).hexdigest()
    assert kube_access.ca_sha256(bundle) == expected


def test_of_a_bundle_only_the_certificates_are_kept(pki: Pki) -> None:
    pem = ssl.DER_cert_to_PEM_cert(pki.ca_der)
    bundle = f"a word about it\n{pem}-----BEGIN PRIVATE KEY-----\nx\n"
    assert [one.strip() for one in kube_access.certificates(bundle)] == [pem.strip()]
    assert kube_access.certificates("") == []


def test_a_cluster_without_load_balancer_is_looked_at_all_the_same(config: Path) -> None:
    facts = look(config, cluster=replace(APP, load_balancer=None))
    assert reasons(facts) == {}


def test_the_token_is_not_in_any_text_of_the_api(config: Path) -> None:
    assert TOKEN not in repr(kube_client.connect("app", str(config), 1.0))
