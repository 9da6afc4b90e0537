"""What the products of a random world answer, and what listens at each of their ports."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.random_worlds.certificates import EDGE
from tests.random_worlds.products import DATABASES, READS, WEB
from tests.random_worlds.servers import Page, Server, Web, timed
from tests.reach.answering import grpc_answer, mysql_packets
from tests.told import NOW, http, reply
from trueline.codec import otlp, remote_write
from trueline.model.probe import Reply, Request, Step
from trueline.model.product import TENANT, Product
from trueline.model.topology import Port, Reservation, Topology, Vantage
from trueline.questions import delivery, logs, metrics, traces

Labels = Mapping[str, str]
Account = tuple[str, str, str]  # cluster, namespace, service account
EVERY_15_S = (65.0, 50.0, 35.0, 20.0, 5.0)  # how old the samples of a sender are, in seconds
NOTHING_KEPT = "what was to be kept is not in the answer"
_BUILD = {"version": "3.6.3", "revision": "a", "goVersion": "go1"}


def _said(status: int, body: object = "") -> Page:
    return status, body if isinstance(body, str) else json.dumps(body)


def _found(*results: object) -> Page:
    return _said(200, {"status": "success", "data": {"result": results}})


def _asked(request: Request) -> tuple[str, str, Labels]:
    """The path, the query, and the labels by which it selects."""
    url = urlsplit(request.path)
    query = parse_qs(url.query).get("query", [""])[0]
    return url.path, query, dict(re.findall(r'(\w+)="([^"]*)"', query))


def _tenant(request: Request) -> str | None:
    return dict(request.headers).get(TENANT)


@dataclass(frozen=True, kw_only=True)
class Prometheus(Web):
    """`arriving` are the labels of those whose samples arrive, `ages` how old these are.

    What it takes, it `keeps`.
    """

    arriving: tuple[Labels, ...] = ()
    ages: tuple[float, ...] = EVERY_15_S
    keeps: bool = True

    def says(self, step: Step) -> Reply:
        if step.send:
            first = base64.b64decode(step.send).partition(b"\r\n")[0].decode()
            return timed(http(204 if first.startswith(f"POST {remote_write.PATH} ") else 404, ""))
        return super().says(step)

    def page(self, request: Request) -> Page:
        path, query, wanted = _asked(request)
        if path == "/api/v1/status/buildinfo":
            return _said(200, {"status": "success", "data": {"version": "3.5.0"}})
        if path == remote_write.PATH:
            return _said(400, "snappy: corrupt input")
        if path.startswith("/api/v1/label/"):
            label = path.split("/")[4]
            values = [one[label] for one in self.arriving if label in one]
            return _said(200, {"status": "success", "data": values})
        if path != "/api/v1/query":
            return self.other
        if query.startswith(metrics.METRIC):
            return _found(*([{"metric": wanted, "value": [NOW, "1"]}] if self.keeps else []))
        samples = [[NOW - age, "1"] for age in self.ages]
        mine = (one for one in self.arriving if wanted.items() <= one.items())
        return _found(*({"metric": dict(one), "values": samples} for one in mine))


@dataclass(frozen=True, kw_only=True)
class Loki(Web):
    """`arriving` are the labels of those whose lines arrive. What it takes, it `keeps`.

    `lax`, it takes whoever names no tenant; `shown_to_all`, it mixes the tenants.
    """

    tenant: str
    arriving: tuple[Labels, ...] = ()
    keeps: bool = True
    lax: bool = False
    shown_to_all: bool = False

    def page(self, request: Request) -> Page:
        path, _, wanted = _asked(request)
        tenant = _tenant(request)
        if path == "/loki/api/v1/status/buildinfo":
            return _said(200, _BUILD)
        if not path.startswith("/loki/api/v1/"):
            return self.other
        if tenant is None and not self.lax:
            return _said(401, "no org id")
        mine = self.shown_to_all or tenant == self.tenant
        if path == logs.PUSH:
            return _said(204)
        if path == "/loki/api/v1/query_range":
            word, sender = wanted[delivery.RUN], wanted["trueline_sender"]
            line = [f"{int(NOW)}000000000", f"trueline {word} for {sender}"]
            return _found(*([{"values": [line]}] if mine and self.keeps else []))
        if path == "/loki/api/v1/query":
            there = any(one.items() <= wanted.items() for one in self.arriving)
            return _found(*([{"value": [NOW, "12"]}] if mine and there else []))
        return _said(200, {"status": "success", "data": []})


@dataclass(frozen=True, kw_only=True)
class Tempo(Web):
    """`spans` are the names of those that were sent, by trace."""

    tenant: str
    spans: Mapping[str, str] = field(default_factory=dict)

    def page(self, request: Request) -> Page:
        path, *_ = _asked(request)
        if path == "/api/status/buildinfo":
            return _said(200, _BUILD)
        if path == otlp.PATH and request.method == "POST":
            return _said(200, {"partialSuccess": {}})
        if not path.startswith(("/api/traces/", "/api/search")):
            return self.other
        if _tenant(request) is None:
            return _said(401, "no org id")
        name = self.spans.get(path.rpartition("/")[2])
        if path.startswith("/api/search"):
            return _said(200, {"traces": []})
        return _said(200, {"batches": [{"name": name}]}) if name else _said(404, "not found")


@dataclass(frozen=True, kw_only=True)
class Otlp(Server):
    """The receiver of spans over gRPC, which takes every call."""

    def says(self, step: Step) -> Reply:
        if step.read == "nothing":
            return super().says(step)
        return timed(reply("answered", "answer", received=grpc_answer(("grpc-status", "0"))))


@dataclass(frozen=True, kw_only=True)
class Vault(Web):
    """`admitted` are the accounts that each auth mount lets in; `caller` is who asks."""

    admitted: Mapping[str, tuple[Account, ...]] = field(default_factory=dict)
    caller: Account | None = None

    def to(self, place: Vantage) -> Vault:
        account = (str(place.cluster), str(place.namespace), str(place.service_account))
        return replace(self, caller=account)

    def says(self, step: Step) -> Reply:
        said = super().says(step)
        denied = bool(step.keep) and self.caller not in self.admitted.get(_mount(step), ())
        return replace(said, detail=NOTHING_KEPT) if denied else said

    def page(self, request: Request) -> Page:
        path, *_ = _asked(request)
        if path == "/v1/sys/health":
            return _said(200, {"initialized": True, "sealed": False, "version": "2.4.0"})
        if path.startswith("/v1/auth/") and path.endswith("/login"):
            if self.caller in self.admitted.get(path.split("/")[3], ()):
                return _said(200, {"auth": {"client_token": "*****", "accessor": "*****"}})
            return _said(403, {"errors": ["service account name not authorized"]})
        entered = "X-Vault-Token" in dict(request.headers)
        if path == "/v1/auth/token/revoke-self" and entered:
            return _said(204)
        if path == f"/v1/{READS}" and entered:
            return _said(200)
        return _said(403, {"errors": ["permission denied"]})


def _mount(step: Step) -> str:
    return step.request.path.split("/")[3] if step.request else ""


@dataclass(frozen=True, kw_only=True)
class Redis(Server):
    """Redis, with a password or without."""

    password: bool = True

    def says(self, step: Step) -> Reply:
        if step.read == "nothing":
            return super().says(step)
        said = b"-NOAUTH Authentication required.\r\n" * 2 if self.password else b"+PONG\r\n:7\r\n"
        return timed(reply("answered", "answer", received=said + b"+OK\r\n"))


@dataclass(frozen=True, kw_only=True)
class Mysql(Server):
    """MySQL, in which everybody has a password, or nobody."""

    password: bool = True

    def says(self, step: Step) -> Reply:
        if step.read == "nothing":
            return super().says(step)
        said = b"\xff\x15\x04#28000Access denied" if self.password else b"\x00\x00\x00\x02\x00"
        greeting = b"\x0a8.4.0\0" + bytes(40)
        return timed(reply("answered", "answer", received=mysql_packets(greeting, said)))


# --- what listens where ---------------------------------------------------------------------------


def at_reservation(topology: Topology, item: Reservation, port: Port) -> Server | None:
    """What listens at a port of a product's address, of either family; None at any other."""
    name = item.owner.split("/")[1]
    product = next((one for one in topology.products if one.name == name in WEB), None)
    if product is None:
        return None
    if port.application == "grpc":
        return Otlp()
    labels = tuple(one.labels for one in product.senders)
    shown: dict[str, Any] = {"signer": EDGE, "names": item.tls_names}
    if product.kind == "prometheus":
        return Prometheus(arriving=labels, **shown)
    if product.kind == "loki":
        return Loki(tenant=str(product.tenant), arriving=labels, **shown)
    if product.kind == "tempo":
        return Tempo(tenant=str(product.tenant), spans=dict(_spans(product)), **shown)
    if product.kind == "vault":
        admitted = {
            one.mount: ((one.cluster, one.namespace, one.service_account),)
            for one in product.logins
        }
        return Vault(admitted=admitted, **shown)
    pages = _ARGOCD if product.kind == "argocd" else _grafana(topology)
    return Web(pages={(None, path): page for path, page in pages.items()}, **shown)


def at_vm(name: str) -> Server:
    """What listens on a VM: a database where it is called so."""
    if name not in DATABASES:
        return Server()
    return Redis() if name == "redis" else Mysql()


def argocd_metrics(topology: Topology) -> Web:
    """What the controller of Argo CD tells of the clusters that it deploys to."""
    (product,) = (one for one in topology.products if one.kind == "argocd")
    text = ""
    for deploy in product.deploys:
        server = f'server="{topology.cluster(deploy.cluster).api}"'
        text += f"argocd_cluster_connection_status{{{server}}} 1\n"
        text += f'argocd_cluster_info{{k8s_version="1.34",{server}}} 1\n'
    return Web(pages={(None, "/metrics"): (200, text)})


def _spans(product: Product) -> list[tuple[str, str]]:
    sent = (
        traces.span("n0", sender, protocol)
        for sender in product.senders
        for protocol in (traces.GRPC, traces.HTTP)
    )
    return [(one.trace, one.name) for one in sent]


_ARGOCD = {
    "/api/version": _said(200, {"Version": "v3.1.16"}),
    "/api/v1/applications": _said(401, {"error": "no session information", "code": 16}),
}


def _grafana(topology: Topology) -> dict[str, Page]:
    (product,) = (one for one in topology.products if one.kind == "prometheus")
    (where,) = (one for one in topology.reservations if product.target == f"reservation:{one}")
    host = f"[{where.address}]" if where.address.version == 6 else str(where.address)
    return {
        "/api/health": _said(200, {"database": "ok", "version": "12.1.0"}),
        "/api/datasources/uid/metrics": _said(
            200, {"type": "prometheus", "url": f"http://{host}:9090"}
        ),
        "/api/datasources/uid/metrics/health": _said(200, {"status": "OK"}),
    }
