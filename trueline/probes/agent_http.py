"""The little that the probe code has to know of HTTP/1.1 (RFC 9112).

As `trueline.probes.agent`, it stands on the standard library alone and runs at every vantage point.
"""

from __future__ import annotations


def measureless(head: bytes) -> bytes:
    """The head of an HTTP answer, without the lines that say how long its body is."""
    lengths = (b"content-length:", b"transfer-encoding:")
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(lengths)]
    return b"\r\n".join(kept) + b"\r\n\r\n"


def unchunked(received: bytes) -> bytes:
    """An HTTP answer with its body in one piece, so that nothing in it is cut in two."""
    head, _, rest = received.partition(b"\r\n\r\n")
    if b"\r\ntransfer-encoding: chunked" not in head.lower():
        return received
    body = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.partition(b";")[0] or b"0", 16)
        body += rest[:length]
        rest = rest[length + 2 :] if length else b""
    return measureless(head) + body
