"""A TLS context for many threads."""

from __future__ import annotations

import ssl
from collections.abc import Iterable


class SharedContext(ssl.SSLContext):
    """A context whose application protocol, HTTP/1.1 (ALPN, RFC 7301), is set once and for all.

    urllib3 sets it anew for every connection. OpenSSL frees the old one then, while another thread
    may be copying it: that connection says nonsense in its first words, and the server answers that
    it cannot decode them (https://github.com/python/cpython/issues/141012).
    """

    def __init__(self, *_: object) -> None:
        super().set_alpn_protocols(["http/1.1"])

    def set_alpn_protocols(self, _protocols: Iterable[str]) -> None:
        """Leave it as it is."""


def client() -> SharedContext:
    """A context that verifies who it talks to, and trusts nobody yet."""
    return SharedContext(ssl.PROTOCOL_TLS_CLIENT)
