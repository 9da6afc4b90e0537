"""A tiny Kubernetes API on the loopback interface, over real TLS, that can be made sick."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.kube import objects

Query = dict[str, str]
Answer = tuple[int, bytes | dict[str, Any]]
Route = Callable[[Query], Answer | None]

METALLB = "/apis/metallb.io/v1beta1/namespaces/metallb-system"
WEBHOOKS = "/apis/admissionregistration.k8s.io/v1"
CIDRS = "/apis/networking.k8s.io/v1/servicecidrs"
TOKEN = "a-token-of-the-test"


def listed(*items: dict[str, Any], more: str = "") -> Answer:
    return 200, {"kind": "List", "metadata": {"continue": more}, "items": list(items)}


def status(code: int, message: str) -> Answer:
    return code, {"kind": "Status", "status": "Failure", "message": message, "code": code}


def healthy() -> dict[str, Answer | Route]:
    """Every path that a look asks for."""
    return {
        "/api/v1/namespaces/kube-system": (200, {"metadata": {"uid": "uid-1"}}),
        "/version": (200, {"major": "1", "minor": "34", "gitVersion": "v1.34.4"}),
        "/api/v1/nodes": listed(objects.NODE),
        "/api/v1/services": listed(objects.SERVICE),
        "/apis/discovery.k8s.io/v1/endpointslices": listed(objects.SLICE),
        "/api/v1/pods": listed(objects.POD),
        "/apis/apps/v1/deployments": listed(objects.DEPLOYMENT),
        "/apis/apps/v1/daemonsets": listed(objects.DAEMON_SET),
        "/apis/networking.k8s.io/v1/networkpolicies": listed(),
        "/apis/external-secrets.io/v1/externalsecrets": listed(objects.EXTERNAL_SECRET),
        "/apis/external-secrets.io/v1/secretstores": listed(objects.SECRET_STORE),
        "/apis/external-secrets.io/v1/clustersecretstores": listed(),
        "/apis/argoproj.io/v1alpha1/applications": listed(objects.APPLICATION),
        "/api/v1/configmaps": listed(),
        "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases": listed(objects.LEASE),
        f"{WEBHOOKS}/validatingwebhookconfigurations": listed(objects.WEBHOOKS),
        f"{WEBHOOKS}/mutatingwebhookconfigurations": listed(),
        CIDRS: listed(objects.SERVICE_CIDR),
        f"{METALLB}/ipaddresspools": listed(objects.POOL),
        f"{METALLB}/l2advertisements": listed(objects.ADVERTISEMENT),
        "/api/v1/events": listed(objects.EVENT),
    }


@dataclass
class FakeApi:
    """The server: `routes` may be changed at any time; `asked` is every path with its query.

    `posted` is every object that was to be created with its path, `put` every one that was to be
    changed, `deleted` every path to go.
    """

    routes: dict[str, Answer | Route]
    url: str = ""
    asked: list[tuple[str, Query]] = field(default_factory=list)
    on_post: dict[str, Answer | Route] = field(default_factory=dict)
    posted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    on_put: dict[str, Answer | Route] = field(default_factory=dict)
    put: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    on_delete: dict[str, Answer | Route] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    authorization: set[str] = field(default_factory=set)
    stopped: Event = field(default_factory=Event)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: FakeApi

    def do_GET(self) -> None:
        self._answer(self.api.routes)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        self.api.posted.append((urlsplit(self.path).path, json.loads(raw)))
        self._answer(self.api.on_post)

    def do_PUT(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        self.api.put.append((urlsplit(self.path).path, json.loads(raw)))
        self._answer(self.api.on_put)

    def do_DELETE(self) -> None:
        self.api.deleted.append(urlsplit(self.path).path)
        self._answer(self.api.on_delete)

    def _answer(self, routes: dict[str, Answer | Route]) -> None:
        parts = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self.api.asked.append((parts.path, query))
        self.api.authorization.add(self.headers.get("authorization", ""))
        route = routes.get(parts.path, status(404, "the server could not find it"))
        answer = route(query) if callable(route) else route
        if answer is None:  # a server that never answers, until the test is over
            self.api.stopped.wait(10)
            self.close_connection = True
            return
        code, body = answer
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(code)
        # A body that says it is longer than it is: the connection closes in the middle.
        self.send_header("Content-Length", str(len(raw) + 100 * raw.endswith(b"...")))
        self.end_headers()
        self.wfile.write(raw)
        self.close_connection = raw.endswith(b"...")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Pki:
    """A CA and a server certificate for 127.0.0.1, as PEM files."""

    ca: Path
    certificate: Path
    key: Path
    ca_der: bytes


def make_pki(folder: Path, name: str) -> Pki:
    """A fresh CA and a certificate of it."""
    now = datetime.now(UTC)
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def certificate(subject: x509.Name, public: Any, *, ca: bool) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
                critical=False,
            )
            .sign(ca_key, hashes.SHA256())
        )

    authority = certificate(issuer, ca_key.public_key(), ca=True)
    leaf_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kube-apiserver")])
    leaf = certificate(leaf_name, key.public_key(), ca=False)
    pki = Pki(
        folder / f"{name}.crt",
        folder / f"{name}-server.crt",
        folder / f"{name}-server.key",
        authority.public_bytes(serialization.Encoding.DER),
    )
    pem = serialization.Encoding.PEM
    pki.ca.write_bytes(authority.public_bytes(pem))
    pki.certificate.write_bytes(leaf.public_bytes(pem))
    pki.key.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return pki


class Served:
    """The server as a context: `with Served(pki) as api:`; plain HTTP without a PKI."""

    def __init__(self, pki: Pki | None) -> None:
        self.api = FakeApi(routes=healthy())
        handler = type("Handler", (_Handler,), {"api": self.api})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        scheme = "http"
        if pki is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pki.certificate, pki.key)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
            scheme = "https"
        self.api.url = f"{scheme}://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> FakeApi:
        self.thread.start()
        return self.api

    def __exit__(self, *_: object) -> None:
        self.api.stopped.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def kubeconfig(
    folder: Path,
    url: str,
    ca: Path | None,
    *,
    context: str = "app",
    user: dict[str, Any] | None = None,
    **more: Any,
) -> Path:
    """A kubeconfig with one context and, unless told, a bearer token; over TLS alone."""
    data = {"certificate-authority-data": base64.b64encode(ca.read_bytes()).decode()} if ca else {}
    plain = {"token": TOKEN} if url.startswith("https") else {"username": "nobody"}
    path = folder / f"{context}.kubeconfig"
    path.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": context, "cluster": {"server": url, **data, **more}}],
                "users": [{"name": context, "user": user or plain}],
                "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
            }
        )
    )
    return path
