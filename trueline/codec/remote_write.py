"""Prometheus remote write 1.0: one sample as a request."""

from __future__ import annotations

from collections.abc import Mapping

from trueline.codec import http
from trueline.codec.protobuf import content, double, integer, varint

PATH = "/api/v1/write"
RECEIVER_FLAG = "web.enable-remote-write-receiver"
_HEADERS = {
    "Content-Type": "application/x-protobuf",
    "Content-Encoding": "snappy",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
}
_LONGEST = 0x10000  # bytes of a literal whose length two bytes can say


def send(host: str, labels: Mapping[str, str], value: float, at: float) -> str:
    """What is sent to write one sample; `labels` with `__name__`, `at` in seconds."""
    return http.post(host, PATH, _HEADERS, snappy(request(labels, value, at)))


def request(labels: Mapping[str, str], value: float, at: float) -> bytes:
    """A prometheus.WriteRequest with one series of one sample, its labels in order of name."""
    series = b"".join(
        content(1, content(1, name) + content(2, labels[name])) for name in sorted(labels)
    )
    sample = double(1, value) + integer(2, int(at * 1000))
    return content(1, series + content(2, sample))


def snappy(data: bytes) -> bytes:
    """The block format of Snappy, as literals alone: nothing is made smaller."""
    parts = [varint(len(data))]
    for start in range(0, len(data), _LONGEST):
        literal = data[start : start + _LONGEST]
        parts += [bytes([61 << 2]), (len(literal) - 1).to_bytes(2, "little"), literal]
    return b"".join(parts)
