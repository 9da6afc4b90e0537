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
    changed, `deleted` every path to go; `acting` what was said of impersonation, `callers` the
    names of client certificates.
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
    acting: set[tuple[tuple[str, str], ...]] = field(default_factory=set)
    callers: set[str] = field(default_factory=set)
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
        said = ((name.lower(), value) for name, value in self.headers.items())
        self.api.acting.add(tuple(one for one in said if one[0].startswith("impersonate-")))
        self.api.callers.add(_caller(self.connection))
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


def _caller(connection: Any) -> str:
    """The common name of the certificate that a client showed; empty where it showed none."""
    shown = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    subject: Any = shown["subject"] if shown else ()
    return "".join(value for ((name, value),) in subject if name == "commonName")


@dataclass(frozen=True)
class Pki:
    """A CA and a server certificate of it for 127.0.0.1, as PEM files."""

    ca: Path
    certificate: Path
    key: Path
    ca_der: bytes
    signer: ec.EllipticCurvePrivateKey = field(repr=False)

    def client(self, name: str, *, ends: datetime | None = None) -> tuple[str, str]:
        """A client certificate and its key in PEM; it ends tomorrow where nothing else is said."""
        return _signed(self.ca.stem, self.signer, name, ends or _tomorrow())


def _tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def _signed(
    issuer: str,
    signer: ec.EllipticCurvePrivateKey,
    subject: str,
    ends: datetime,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    names: tuple[x509.GeneralName, ...] = (),
) -> tuple[str, str]:
    """A certificate and its key, a fresh one where none is given; of a CA if it is the signer's."""
    authority = key is signer
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=10))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    pem = serialization.Encoding.PEM
    form, cipher = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return (
        builder.sign(signer, hashes.SHA256()).public_bytes(pem).decode(),
        key.private_bytes(pem, form, cipher).decode(),
    )


def make_pki(folder: Path, name: str, *also: str) -> Pki:
    """A fresh CA and a certificate of it, which may have other names too."""
    signer = ec.generate_private_key(ec.SECP256R1())
    ends = _tomorrow()
    ca, _ = _signed(name, signer, name, ends, key=signer)
    names = (x509.IPAddress(ip_address("127.0.0.1")), *map(x509.DNSName, also))
    certificate, key = _signed(name, signer, "kube-apiserver", ends, names=names)
    der = ssl.PEM_cert_to_DER_cert(ca)
    files = (folder / f"{name}.crt", folder / f"{name}-server.crt", folder / f"{name}-server.key")
    for path, text in zip(files, (ca, certificate, key), strict=True):
        path.write_text(text)
    return Pki(*files, der, signer)


class Served:
    """The server as a context: `with Served(pki) as api:`; plain HTTP without a PKI.

    With `clients` it wants to see a client certificate, and hangs up on a bad one.
    """

    def __init__(self, pki: Pki | None, *, clients: bool = False) -> None:
        self.api = FakeApi(routes=healthy())
        handler = type("Handler", (_Handler,), {"api": self.api})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        scheme = "http"
        if pki is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pki.certificate, pki.key)
            if clients:
                context.verify_mode = ssl.CERT_OPTIONAL
                context.load_verify_locations(pki.ca)
                # Later versions complain of it only after the handshake, in a race with the caller.
                context.maximum_version = ssl.TLSVersion.TLSv1_2
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
    cluster: dict[str, Any] | None = None,
) -> Path:
    """A kubeconfig with one context and, unless told, a bearer token; over TLS alone.

    `cluster` is more of its cluster.
    """
    data = {"certificate-authority-data": base64.b64encode(ca.read_bytes()).decode()} if ca else {}
    plain = {"token": TOKEN} if url.startswith("https") else {"username": "nobody"}
    path = folder / f"{context}.kubeconfig"
    path.write_text(
        yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [
                    {"name": context, "cluster": {"server": url, **data, **(cluster or {})}}
                ],
                "users": [{"name": context, "user": user or plain}],
                "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
            }
        )
    )
    return path
