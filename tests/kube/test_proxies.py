"""Proxies between here and an API server: which is used, who one is to it, and how it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kube.api import FakeApi, Pki, Served, kubeconfig, make_pki
from tests.kube.looking import dead, look, reasons
from tests.kube.proxy import proxy
from tests.vantage.servers import closed_port
from trueline.probes.kube_way import passes_by

# Nobody here knows this name: only the proxy, which is what it is for.
NAME = "api.app.example"
VARIABLES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return make_pki(tmp_path_factory.mktemp("pki"), "ca-of-app", NAME)


def test_the_proxy_of_the_context_is_used_whatever_the_environment_says(
    named: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with Served(named) as api, proxy(api.url) as between:
        more = {"proxy-url": between.url}
        assert reasons(look(kubeconfig(tmp_path, f"https://{NAME}", named.ca, cluster=more))) == {}
        assert between.asked == {f"{NAME}:443"}
        assert between.logins == {""}


@pytest.mark.parametrize("variable", ["https_proxy", "HTTPS_PROXY"])
def test_the_proxy_of_the_environment_is_used(
    named: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    with Served(named) as api, proxy(api.url) as between:
        login = between.url.replace("http://", "http://me:p%40ss@")
        monkeypatch.setenv(variable, login)
        monkeypatch.setenv("NO_PROXY", "other.example")
        assert reasons(look(kubeconfig(tmp_path, f"https://{NAME}:6443", named.ca))) == {}
        assert between.asked == {f"{NAME}:6443"}
        assert between.logins == {"Basic bWU6cEBzcw=="}  # me:p@ss


def test_a_server_on_this_host_is_asked_directly(
    api: FakeApi, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As kubectl does it: a local cluster of kind, behind a company's proxy."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert reasons(look(config)) == {}


def test_a_proxy_that_refuses_is_told_without_its_password(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxy("http://127.0.0.1:1", refuses=407) as between:
        login = between.url.replace("http://", "http://me:secret@")
        config = kubeconfig(tmp_path, f"https://{NAME}", pki.ca, cluster={"proxy-url": login})
        assert dead(look(config)) == (
            f"cluster app cannot be observed: https://{NAME} cannot be reached through the proxy"
            f" {between.url}: 407 Proxy Authentication Required"
        )


def test_a_proxy_that_is_not_there(pki: Pki, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    config = kubeconfig(tmp_path, f"https://{NAME}", pki.ca, cluster={"proxy-url": url})
    assert dead(look(config)) == (
        f"cluster app cannot be observed: https://{NAME} cannot be reached through the proxy {url}:"
        " [Errno 111] Connection refused"
    )


def test_a_proxy_of_the_environment_that_is_not_understood(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://me:secret@127.0.0.1:1080")
    config = kubeconfig(tmp_path, f"https://{NAME}", pki.ca)
    assert dead(look(config)) == (
        f"cluster app cannot be observed: context 'app' of {config}: its HTTPS_PROXY is no URL of"
        " http"
    )


@pytest.mark.parametrize(
    ("host", "rules", "passes"),
    [
        ("api.app.example", "", False),
        ("api.app.example", "*", True),
        ("api.app.example", " , app.example", True),
        ("api.app.example", ".app.example", True),
        ("api.app.example", "*.app.example", True),
        ("app.example", "app.example", True),
        ("app.example", ".app.example", False),
        ("snapp.example", "app.example", False),
        ("api.app.example", "API.App.Example:6443", True),
        ("api.app.example", "api.app.example:443", False),
        ("192.0.2.7", "192.0.2.0/24", True),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.7:6443", True),
        ("192.0.2.7", "198.51.100.0/24", False),
        ("2001:db8::7", "2001:db8::/32", True),
        ("localhost", "", True),
        ("127.0.0.2", "", True),
        ("::1", "", True),
    ],
)
def test_who_is_asked_beside_the_proxy(host: str, rules: str, passes: bool) -> None:
    assert passes_by(host, 6443, rules) is passes
