"""A TLS context for many threads: what a connection says first does not change any more."""

from __future__ import annotations

import ssl
from pathlib import Path

from tests.kube.api import FakeApi, Pki, kubeconfig
from trueline.probes.kube_way import way_to
from trueline.probes.tls_shared import SharedContext, client

ALPN = b"\x00\x10\x00\x0b\x00\x09\x08http/1.1"  # RFC 7301, section 3.1


def hello(context: ssl.SSLContext) -> bytes:
    """What a client says first."""
    out = ssl.MemoryBIO()
    talk = context.wrap_bio(ssl.MemoryBIO(), out, server_hostname="api.test")
    try:
        talk.do_handshake()
    except ssl.SSLWantReadError:
        return out.read()
    raise AssertionError("a handshake with nobody")


def test_the_protocol_is_set_once() -> None:
    context = client()
    assert hello(context).count(ALPN) == 1
    context.set_alpn_protocols(["h2"])
    assert hello(context).count(ALPN) == 1


def test_it_verifies() -> None:
    context = client()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_the_way_to_an_api_has_one(api: FakeApi, pki: Pki, tmp_path: Path) -> None:
    way = way_to("app", str(kubeconfig(tmp_path, api.url, pki.ca)))
    assert isinstance(way.tls, SharedContext)
