"""The little that the probe code has to know of HTTP/1.1 (RFC 9112).

As `trueline.probes.agent`, it stands on the standard library alone and runs at every vantage point.
"""

from __future__ import annotations


def measureless(head: bytes) -> bytes:
    """The head of an HTTP answer, without the lines that say how long its body is."""
    lengths = (b"content-length:", b"transfer-encoding:")
    kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(lengths)]
    return b"\r\n".join(kept) + b"\r\n\r\n"


def refusal(received: bytes) -> bytes:
    """An HTTP answer that lacks the secret it should hold: of one that grants it, the head alone.

    Such an answer was cut short, or is made otherwise than was thought: the secret may be in it.
    """
    if received.partition(b" ")[2][:1] != b"2":
        return received
    return measureless(received.partition(b"\r\n\r\n")[0])


def unchunked(received: bytes) -> bytes:
    """An HTTP answer with its body in one piece, so that nothing in it is cut in two.

    Raises ValueError where it is not in chunks as it says.
    """
    head, _, rest = received.partition(b"\r\n\r\n")
    if b"\r\ntransfer-encoding: chunked" not in head.lower():
        return received
    body = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        digits = size.partition(b";")[0].strip()
        # `int` would take a sign, and a negative length would repeat all that follows it.
        if digits.strip(b"0123456789abcdefABCDEF"):
            raise ValueError("no length of a chunk")
        length = int(digits or b"0", 16)
        body += rest[:length]
        rest = rest[length + 2 :] if length else b""
    return measureless(head) + body
