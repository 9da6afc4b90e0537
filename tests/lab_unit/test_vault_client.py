"""The lab's client of Vault and the canary's, both against a server with TLS of this process."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lab_unit.vaults import keeping, lab, server
from tools.lab import edge, netns
from tools.lab.products import login_canary
from tools.lab.products.vault_api import VaultApi, VaultError
from tools.lab.products.vault_open import passing

Answer = tuple[int, Any]
CANARY = "secret of the canary"
LOGIN = "POST /v1/auth/k8s-west/login"
READ = "GET /v1/kv/data/one"
LEAVE = "POST /v1/auth/token/revoke-self"


class Told:
    """What the server is to answer, and what it was asked: method and path, token, JSON."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, str | None, Any]] = []
        self.port = 0
        self.authority = ""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    topology, found = keeping(), Told()
    edge.mint(topology)
    chain, key = edge.certificate(lab(topology), server(topology).reservation)
    (tmp_path / "pair").write_text(chain + key)
    found.authority = edge.bundle(lab(topology), server(topology).reservation)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or "null")
            what = f"{self.command} {self.path}"
            found.asked.append((what, self.headers.get("X-Vault-Token"), body))
            status, value = found.answers.get(what, (404, {"errors": []}))
            text = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *args: object) -> None:
            pass

    daemon = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "pair")
    daemon.socket = context.wrap_socket(daemon.socket, server_side=True)
    found.port = daemon.server_address[1]
    thread = threading.Thread(target=daemon.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setattr(netns, "inside", lambda _pid, call: call())
    yield found
    daemon.shutdown()
    daemon.server_close()
    thread.join()


def api(told: Told, identity: str = "198.51.100.105") -> VaultApi:
    return VaultApi(1, "127.0.0.1", told.port, authority=told.authority, identity=identity)


def test_it_asks_below_v1_with_its_token(told: Told) -> None:
    told.answers |= {"GET /v1/a": (200, {"data": 1}), "POST /v1/b": (204, None)}
    client = api(told)
    assert client.get("a") == {"data": 1}
    client.token = "root"
    assert client.put("b", {"c": 2}) is None
    assert told.asked == [("GET /v1/a", None, None), ("POST /v1/b", "root", {"c": 2})]


def test_what_is_not_there_is_none(told: Told) -> None:
    assert api(told).find("nothing") is None


def test_an_answer_that_is_not_wanted_says_why(told: Told) -> None:
    told.answers["GET /v1/a"] = (403, {"errors": ["permission denied\n"]})
    with pytest.raises(VaultError) as caught:
        api(told).find("a")
    assert (caught.value.status, str(caught.value)) == (
        403,
        "GET /v1/a: 403 permission denied",
    )


def test_another_identity_is_not_asked(told: Told) -> None:
    with pytest.raises(VaultError) as caught:
        api(told, "198.51.100.106").get("a")
    assert caught.value.status == 0
    assert "IP address mismatch" in str(caught.value)
    assert told.asked == []


@pytest.mark.parametrize(("status", "ready"), [(200, True), (503, False), (400, False)])
def test_a_vault_that_is_not_ready_is_asked_again(told: Told, status: int, ready: bool) -> None:
    told.answers["GET /v1/a"] = (status, {"errors": [], "data": 1})
    assert passing(lambda: api(told).get("a"), 400) is ready


def test_a_refusal_is_no_reason_to_wait(told: Told) -> None:
    told.answers["GET /v1/a"] = (403, {"errors": []})
    with pytest.raises(VaultError):
        passing(lambda: api(told).get("a"))


def canary(told: Told) -> login_canary.Ask:
    context = ssl.create_default_context(cadata=told.authority)
    context.check_hostname = False  # the server of the test has no planned address
    return login_canary.client(f"https://127.0.0.1:{told.port}", context)


def welcome(told: Told) -> None:
    told.answers |= {
        LOGIN: (200, {"auth": {"client_token": "visitor"}}),
        READ: (200, {"data": {"data": {"value": CANARY}}}),
        LEAVE: (204, None),
    }


def attempt(told: Told, reads: str = "kv/data/one") -> str:
    return login_canary.attempt(canary(told), "k8s-west", "reader", "a token", reads)


def test_the_canary_logs_in_reads_and_leaves(told: Told) -> None:
    welcome(told)
    assert attempt(told) == ""
    assert told.asked == [
        (LOGIN, None, {"role": "reader", "jwt": "a token"}),
        (READ, "visitor", None),
        (LEAVE, "visitor", {}),
    ]


def test_a_canary_with_nothing_to_read_only_logs_in(told: Told) -> None:
    welcome(told)
    assert attempt(told, "") == ""
    assert [what for what, _, _ in told.asked] == [LOGIN, LEAVE]


@pytest.mark.parametrize(
    ("what", "answer", "said"),
    [
        (LOGIN, (403, {"errors": []}), "log in at k8s-west as reader: 403"),
        (LOGIN, (200, {}), "log in at k8s-west as reader: KeyError"),
        (READ, (403, {"errors": []}), "read kv/data/one: 403"),
        (READ, (200, {"data": None}), "read kv/data/one: nothing there"),
        (LEAVE, (500, {"errors": []}), "log out: 500"),
    ],
)
def test_the_canary_says_what_failed_and_no_secret(
    told: Told, what: str, answer: Answer, said: str
) -> None:
    welcome(told)
    told.answers[what] = answer
    assert attempt(told) == said


def test_a_canary_that_trusts_another_authority_does_not_log_in(told: Told) -> None:
    context = ssl.create_default_context()
    ask = login_canary.client(f"https://127.0.0.1:{told.port}", context)
    said = login_canary.attempt(ask, "k8s-west", "reader", "a token", "")
    assert said == "log in at k8s-west as reader: URLError"
    assert told.asked == []


def test_it_is_ready_after_a_success_and_says_what_failed() -> None:
    state = login_canary.State()
    daemon = login_canary.Server(("127.0.0.1", 0), login_canary.handler(state))
    thread = threading.Thread(target=daemon.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        url = f"http://127.0.0.1:{daemon.server_address[1]}/"
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url)
        assert (caught.value.code, caught.value.read()) == (503, b"starting")
        state.failure = ""
        with urllib.request.urlopen(url) as answer:
            assert (answer.status, answer.read()) == (200, b"ok")
    finally:
        daemon.shutdown()
        daemon.server_close()
        thread.join()
