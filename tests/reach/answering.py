"""What a healthy network answers to everything that is asked, and one answer changed.

answers = healthy()
answers = but(healthy(), ("host", "talk to ..."), refused())
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection

from tests.reach.network import EDGE, LEAVES, PLAN, questions
from tests.told import NOW, connected, http, reply, shows, told
from trueline.codec import grpc
from trueline.model.observation import Observed
from trueline.model.probe import Answer, Answers, Reply, Step
from trueline.model.topology import Topology
from trueline.questions.question import Question

DATE = "Thu, 13 Nov 2025 02:13:20 GMT"  # NOW, as servers say it
ARGOCD_METRICS = """\
argocd_cluster_connection_status{k8s_version="1.34",server="https://api.app.test:6443"} 1
argocd_cluster_info{k8s_version="1.34",name="app",server="https://api.app.test:6443"} 1
"""
BODIES: dict[str, tuple[int, Any]] = {
    "/api/v1/status/buildinfo": (200, {"status": "success", "data": {"version": "3.5.0"}}),
    "/loki/api/v1/status/buildinfo": (
        200,
        {"version": "3.6.3", "revision": "a", "goVersion": "go1"},
    ),
    "/api/status/buildinfo": (200, {"version": "2.8", "revision": "a", "goVersion": "go1"}),
    "/v1/sys/health": (200, {"initialized": True, "sealed": False, "version": "2.4.0"}),
    "/api/version": (200, {"Version": "v3.1.16"}),
    "/version": (200, {"gitVersion": "v1.34.4"}),
    "/v1/traces": (200, {"partialSuccess": {}}),
    "/v1/auth/kubernetes-app/login": (200, {"auth": {"client_token": "*****"}}),
    "/v1/auth/token/revoke-self": (204, ""),
    "/metrics": (200, ARGOCD_METRICS),
    "/api/datasources/uid/metrics": (
        200,
        {"type": "prometheus", "url": "http://192.168.64.101:9090"},
    ),
    "/api/datasources/uid/metrics/health": (200, {"status": "OK"}),
    "/loki/api/v1/labels": (401, "no org id"),
    "/api/v1/label/cluster/values": (200, {"status": "success", "data": ["app"]}),
    "/": (200, "hello from apps/app1"),
}


def healthy(topology: Topology = PLAN) -> Answers:
    """Everything as it must be."""
    found: dict[tuple[str, str], Reply | Answer] = {}
    for key, item in questions(topology).items():
        replies = tuple(_reply(item, step) for step in item.probe.steps)
        settled = 0.4 if item.until is not None else None
        found[key] = Answer(replies=replies, at=NOW, settled=settled)
    found["stranger", "log in at vault by kubernetes-app as canary"] = answer(
        http(403, '{"errors": ["service account name not authorized"]}')
    )
    found["pods-app", "flow plaintext to 10.245.1.9 port 8080"] = answer(
        reply("reset", "tcp", "answer")
    )
    for key in list(found):
        if "10.24" in key[1] and key[1].startswith("flow no pods"):
            found[key] = answer(reply("timed out", "route", "tcp"))
        if key[1].endswith("app2 port 81/TCP"):
            found[key] = answer(reply("refused", "route", "tcp"))
    return told(found, {"edge": EDGE.pem})


def answer(*replies: Reply, settled: float | None = None) -> Answer:
    return Answer(replies=replies, at=NOW, settled=settled)


def but(
    answers: Answers, key: tuple[str, str], *replies: Reply, settled: float | None = None
) -> Answers:
    """The same answers but for one question, which must have been asked."""
    vantage, name = key
    assert answers.asked(vantage, name), name
    return asked_too(answers, key, answer(*replies, settled=settled))


def asked_too(answers: Answers, key: tuple[str, str], one: Answer) -> Answers:
    """The same answers with one more, or another."""
    vantage, name = key
    view = answers.views[vantage]
    assert view.kind == "seen"
    views: dict[str, Observed[dict[str, Answer]]] = dict(answers.views)
    views[vantage] = replace(view, value={**view.value, name: one})
    return replace(answers, views=views)


def _reply(item: Question, step: Step) -> Reply:
    if step.transport == "udp":
        return reply("answered", "answer", received=_dns(step))
    shown = shows(LEAVES.get(_address(step.host), EDGE.leaf("other.test")))
    if step.read == "nothing":
        if step.transport == "tls":
            return reply("connected", "tls", tls=shown)
        return connected()
    if step.request is None:
        return reply("answered", "answer", received=_said(step))
    path, _, query = step.request.path.partition("?")
    status, body = _body(item, step, path, query)
    headers = {"X_Trueline_Stand_In": "grafana"} if step.port == 3000 else {}
    text = body if isinstance(body, str) else json.dumps(body)
    tls = shown if step.transport == "tls" else None
    return http(status, text, tls=tls, Date=DATE, **headers)


def _address(host: str) -> str:
    return {"api.control.test": "192.168.64.10", "api.app.test": "192.168.64.20"}.get(host, host)


def _body(item: Question, step: Step, path: str, query: str) -> tuple[int, Any]:
    assert step.request is not None
    if path == "/loki/api/v1/push":
        return (204, "") if step.request.headers[0][0] == "X-Scope-OrgID" else (401, "no org id")
    if path == "/loki/api/v1/query_range":
        mine = ("X-Scope-OrgID", "app") in step.request.headers
        line = ["1763000000000000000", "trueline n0 for pods:app/logging"]
        return 200, _result(*([{"values": [line]}] if mine else []))
    if path == "/loki/api/v1/query":
        return 200, _result({"value": [NOW, "12"]})
    if path == "/api/v1/query" and item.name.startswith("read from"):
        labels = {"cluster": "app", "trueline_run": "n0", "trueline_sender": "pods:app/monitoring"}
        return 200, _result({"metric": labels, "value": [NOW, "1"]})
    if path == "/api/v1/query":
        return 200, _result({"values": [[NOW - age, "1"] for age in (10, 8, 6, 4, 2)]})
    if path.startswith("/api/traces/"):
        protocol = "gRPC" if "gRPC" in item.name else "HTTP"
        return 200, {"batches": [{"name": f"trueline n0 by {protocol}"}]}
    if path == "/api/health":
        return 200, {"database": "ok"}
    if path == "/v1/secret/data/canary":
        return (200, "") if step.read == "head" else (403, {"errors": ["permission denied"]})
    return BODIES[path]


def _result(*found: Any) -> dict[str, Any]:
    return {"status": "success", "data": {"result": list(found)}}


def _said(step: Step) -> bytes:
    if step.port == 6379:
        return b"-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n+OK\r\n"
    if step.port == 3306:
        return mysql_packets(b"\x0a8.4.0\0" + bytes(40), b"\xff\x15\x04#28000Access denied")
    if step.port == 4317:
        return grpc_answer(("grpc-status", "0"))
    assert step.port == 9090
    return b"HTTP/1.1 204 No Content\r\n\r\n"


def mysql_packets(*bodies: bytes) -> bytes:
    return b"".join(
        len(body).to_bytes(3, "little") + bytes([number]) + body
        for number, body in enumerate(bodies)
    )


def grpc_answer(*headers: tuple[str, str], status: str = "200") -> bytes:
    """What a gRPC server says to a call; without headers it has only greeted."""
    server = H2Connection(H2Configuration(client_side=False))
    server.initiate_connection()
    server.receive_data(base64.b64decode(grpc.step("x", 4317, "/a.B/C", b"").send))
    if headers or status != "200":
        server.send_headers(1, [(":status", status), *headers], end_stream=True)
    return server.data_to_send()


def _dns(step: Step) -> bytes:
    query = base64.b64decode(step.send)
    return query[:2] + b"\x81\x80" + query[4:]
