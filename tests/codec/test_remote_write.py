"""One sample as Prometheus' receiver wants it."""

from __future__ import annotations

import base64

import pytest

from tests.codec.wire_format import double, fields, unsnappy
from trueline.codec import protobuf, remote_write


def test_a_request_holds_one_series_with_its_labels_in_order_and_one_sample() -> None:
    labels = {"cluster": "app", "__name__": "canary"}
    ((number, series),) = fields(remote_write.request(labels, 1.5, 1_763_000_000.25))
    assert number == 1
    found = fields(series)
    assert [fields(value) for key, value in found if key == 1] == [
        [(1, b"__name__"), (2, b"canary")],
        [(1, b"cluster"), (2, b"app")],
    ]
    ((_, value), (_, at)) = fields(dict(found)[2])
    assert (double(value), at) == (1.5, 1_763_000_000_250)


def test_what_is_sent_says_how_it_is_packed() -> None:
    sent = base64.b64decode(remote_write.send("prometheus.test", {"__name__": "a"}, 1.0, 2.0))
    head, _, body = sent.partition(b"\r\n\r\n")
    assert head.decode().split("\r\n") == [
        "POST /api/v1/write HTTP/1.1",
        "Host: prometheus.test",
        "Connection: close",
        "Content-Type: application/x-protobuf",
        "Content-Encoding: snappy",
        "X-Prometheus-Remote-Write-Version: 0.1.0",
        f"Content-Length: {len(body)}",
    ]
    assert unsnappy(body) == remote_write.request({"__name__": "a"}, 1.0, 2.0)


@pytest.mark.parametrize("size", [0, 1, 0xFFFF, 0x10000, 0x10001])
def test_snappy_of_any_length_is_read_back(size: int) -> None:
    data = bytes(index % 251 for index in range(size))
    assert unsnappy(remote_write.snappy(data)) == data


@pytest.mark.parametrize(
    ("number", "written"), [(0, b"\0"), (127, b"\x7f"), (128, b"\x80\x01"), (300, b"\xac\x02")]
)
def test_numbers_are_written_seven_bits_a_byte(number: int, written: bytes) -> None:
    assert protobuf.varint(number) == written
