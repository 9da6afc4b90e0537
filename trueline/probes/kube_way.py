"""The way to an API server: its URL, TLS, the proxy in between, and the credentials."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import SplitResult, unquote, urlsplit

from trueline.model.printable import one_line
from trueline.probes import tls_shared
from trueline.probes.kube_access import Unreachable, certificates
from trueline.probes.kube_config import Entry, entry
from trueline.probes.kube_credentials import Credentials, credentials, pem

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy; `url` has no credentials in it, `login` is NAME:PASSWORD or empty."""

    url: str
    login: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How an API server is reached.

    `tls` verifies it against the CA of the kubeconfig (`ca`, PEM), or against this host's where
    the kubeconfig has none, and for `name`; None without TLS.
    """

    server: str
    host: str
    port: int
    tls: ssl.SSLContext | None
    name: str
    ca: str
    proxy: Proxy | None
    credentials: Credentials


def way_to(context: str, kubeconfig: str, *, renew: bool = False) -> Way:
    """The way that a context of a kubeconfig describes.

    `kubeconfig` is one path or several, as in KUBECONFIG. TLS is always verified, and credentials
    go over TLS alone: a context that would do otherwise is refused. Files are read and plug-ins are
    run anew at every call; with `renew` no earlier answer of a plug-in is used. Raises Unreachable.
    """
    found = entry(context, kubeconfig)
    cluster = found.cluster
    server = str(cluster.get("server") or "").rstrip("/")
    url = _url(found, server, "server")
    if url.username is not None or url.password is not None:
        raise Unreachable(
            f"{found.where} has credentials in the URL of its server; give them to its user"
        )
    if cluster.get("insecure-skip-tls-verify"):
        raise Unreachable(f"{found.where} turns TLS verification off; give it the CA")
    ca = "".join(certificates(pem(found, cluster, "certificate-authority")))
    mine = credentials(found, renew=renew)
    if url.scheme != "https" and mine.secret:
        raise Unreachable(
            f"{found.where} would send its credentials without TLS; give its server as https://, "
            "or take the credentials out"
        )
    return Way(
        server=server,
        host=str(url.hostname),
        port=url.port or _PORTS[url.scheme],
        tls=_tls(found, ca, mine) if url.scheme == "https" else None,
        name=str(cluster.get("tls-server-name") or url.hostname),
        ca=ca,
        proxy=_proxy(found, url),
        credentials=mine,
    )


def renewed(used: Way, context: str, kubeconfig: str) -> Way | None:
    """The way with other credentials than those that were refused; None where there are no others.

    A token may have been rotated since, or somebody may have logged in again. Raises Unreachable.
    """
    fresh = way_to(context, kubeconfig, renew=True)
    return None if fresh.credentials == used.credentials else fresh


def _tls(found: Entry, ca: str, mine: Credentials) -> ssl.SSLContext:
    context = tls_shared.client()
    configured = found.cluster.get("certificate-authority-data") or found.cluster.get(
        "certificate-authority"
    )
    try:
        if configured:
            context.load_verify_locations(cadata=ca)
        else:
            context.load_default_certs()
    except (ssl.SSLError, ValueError) as error:
        raise Unreachable(f"{found.where}: its CA is no certificate: {one_line(error)}") from error
    if mine.certificate:
        # The ssl module reads files only; the key is on the disk for this moment, for its owner.
        with TemporaryDirectory(prefix="trueline-") as folder:
            path = Path(folder) / "client.pem"
            path.touch(mode=0o600)
            path.write_text(f"{mine.certificate}\n{mine.key}\n", encoding="ascii")
            try:
                context.load_cert_chain(path)
            except (ssl.SSLError, ValueError) as error:
                raise Unreachable(
                    f"{found.where}: its client certificate and key cannot be used:"
                    f" {one_line(error)}"
                ) from error
    return context


def _url(
    found: Entry, text: str, what: str, schemes: tuple[str, ...] = ("http", "https")
) -> SplitResult:
    """A URL of one of the schemes with a host and, if any, a port. Its login is told to nobody."""
    try:
        url = urlsplit(text)
        if url.scheme in schemes and url.hostname and url.port != 0:
            return url
    except ValueError:  # the port, or an IPv6 address
        pass
    raise Unreachable(f"{found.where}: its {what} is no URL of {' or '.join(schemes)}")


def _proxy(found: Entry, server: SplitResult) -> Proxy | None:
    """The proxy in between: the context's own, else that of the environment, as kubectl has it."""
    text, source = str(found.cluster.get("proxy-url") or ""), "proxy-url"
    if not text:
        name = f"{server.scheme}_proxy"
        text = os.environ.get(name) or os.environ.get(name.upper()) or ""
        source = name.upper()
        beside = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
        if not text or passes_by(str(server.hostname), server.port, beside):
            return None
    url = _url(found, text if "://" in text else f"http://{text}", source, ("http",))
    login = f"{unquote(url.username)}:{unquote(url.password or '')}" if url.username else ""
    host = str(url.hostname)
    host = f"[{host}]" if ":" in host else host
    return Proxy(f"http://{host}:{url.port or _PORTS['http']}", login)


def passes_by(host: str, port: int | None, rules: str) -> bool:
    """Whether a host is asked without the proxy of the environment, by NO_PROXY and as a neighbour.

    The rules of Go's net/http, which kubectl is bound to (golang.org/x/net/http/httpproxy): `*`, an
    address, a network, a domain with what is below it, `.domain` for only that; each with a port if
    one is meant. What is on this host itself is never asked through a proxy.
    """
    try:
        address = ip_address(host)
    except ValueError:
        address = None
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    return any(
        _matches(host, port, rule) for part in rules.lower().split(",") if (rule := part.strip())
    )


def _matches(host: str, port: int | None, rule: str) -> bool:
    if rule == "*":
        return True
    try:
        return ip_address(host) in ip_network(rule, strict=False)
    except ValueError:  # one of them is a name
        name, _, number = rule.partition(":")
    if number and number != str(port):
        return False
    return host == name or host.endswith(f".{name.removeprefix('*').lstrip('.')}")
