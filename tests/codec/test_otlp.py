"""One span, in both of OTLP's ways."""

from __future__ import annotations

import json

from tests.codec.wire_format import fields, whole
from trueline.codec import otlp

SPAN = otlp.Span(
    trace="0af7651916cd43dd8448eb211c80319c", span="b7ad6b7169203331", name="a", at=2.5
)


def test_json_names_ids_in_hex_and_times_as_text() -> None:
    (resource,) = json.loads(otlp.as_json(SPAN))["resourceSpans"]
    (scope,) = resource["scopeSpans"]
    assert scope["spans"] == [
        {
            "traceId": SPAN.trace,
            "spanId": SPAN.span,
            "name": "a",
            "kind": 1,
            "startTimeUnixNano": "2500000000",
            "endTimeUnixNano": "2501000000",
        }
    ]
    assert resource["resource"]["attributes"] == [
        {"key": "service.name", "value": {"stringValue": "trueline"}}
    ]


def test_protobuf_says_the_same() -> None:
    ((_, resource),) = fields(otlp.as_protobuf(SPAN))
    (_, about), (_, scope) = fields(resource)
    ((_, attribute),) = fields(about)
    assert fields(attribute) == [(1, b"service.name"), (2, b"\x0a\x08trueline")]
    ((_, told),) = fields(scope)
    values = dict(fields(told))
    assert (values[1].hex(), values[2].hex(), values[5], values[6]) == (
        SPAN.trace,
        SPAN.span,
        b"a",
        1,
    )
    assert (whole(values[7]), whole(values[8])) == (2_500_000_000, 2_501_000_000)
