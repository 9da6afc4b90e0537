"""The relay that spoils answers of an API, and the kubeconfig that leads through it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.kube.api import FakeApi, Pki, Served, kubeconfig, listed
from tools.resilience import relay, sick_api
from trueline.probes.kube_access import Unreachable
from trueline.probes.kube_client import Api, Refused, connect
from trueline.probes.kube_way import way_to

PODS = "/api/v1/pods"


def whole(item: dict[str, Any]) -> list[dict[str, Any]]:
    return [item]


@contextmanager
def relayed(api: FakeApi, folder: Path, pki: Pki, how: str) -> Iterator[Api]:
    """A client of the relay in front of an API."""
    parts = zip(("client-certificate-data", "client-key-data"), pki.client("admin"), strict=True)
    user = {name: base64.b64encode(text.encode()).decode() for name, text in parts}
    original = kubeconfig(folder, api.url, pki.ca, user=user)
    way = way_to("app", str(original))
    server = ThreadingHTTPServer(("127.0.0.1", 0), relay.handler(way, how))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        copy = folder / "copy"
        copy.write_text(sick_api.through(original.read_text(), "app", server.server_port))
        yield connect("app", str(copy), 5.0)
    finally:
        server.shutdown()
        server.server_close()


def test_answers_are_passed_on_with_the_credentials_of_the_relay(tmp_path: Path, pki: Pki) -> None:
    with Served(pki, clients=True) as api, relayed(api, tmp_path, pki, "fails") as client:
        api.on_post["/api/v1/namespaces/n/pods"] = (201, {"kind": "Pod"})
        assert client.post("/api/v1/namespaces/n/pods", {"kind": "Pod"}) == {"kind": "Pod"}
        assert client.get("/version")["gitVersion"] == "v1.34.4"
    assert api.posted == [("/api/v1/namespaces/n/pods", {"kind": "Pod"})]
    assert api.callers == {"admin"}
    assert {path.name for path in tmp_path.iterdir()} == {"app.kubeconfig", "copy"}


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ("fails", 500, "answers 500 to /version: etcdserver: request timed out"),
        ("is busy", 429, "answers 429 to /version: too many requests, please try again later"),
    ],
)
def test_one_answer_of_three_is_an_error(
    tmp_path: Path, pki: Pki, how: str, status: int, said: str
) -> None:
    with Served(pki) as api, relayed(api, tmp_path, pki, how) as client:
        for _ in range(2):
            client.get("/version")
        with pytest.raises(Refused) as raised:
            client.get("/version")
        assert raised.value.status == status
        assert str(raised.value) == f"{client.server} {said}"


def test_a_list_that_is_cut_short(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api, relayed(api, tmp_path, pki, "cuts lists short") as client:
        assert client.get("/version")["gitVersion"] == "v1.34.4"
        with pytest.raises(Unreachable) as raised:
            list(client.each(PODS, whole))
        assert str(raised.value) == (
            f"{client.server} closed the connection before its answer was complete"
        )


def test_a_list_that_is_forgotten_after_its_first_page(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api, relayed(api, tmp_path, pki, "forgets lists") as client:
        api.routes[PODS] = listed({"kind": "Pod"}, more="next")
        items = client.each(PODS, whole)
        assert next(items) == {"kind": "Pod"}
        assert api.asked == [(PODS, {"limit": "2"})]
        with pytest.raises(Refused) as raised:
            next(items)
        assert raised.value.status == 410


def test_an_answer_that_is_late_is_whole(
    tmp_path: Path, pki: Pki, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_LATE", 0.0)
    with Served(pki) as api, relayed(api, tmp_path, pki, "is slow") as client:
        assert client.get("/version")["gitVersion"] == "v1.34.4"
