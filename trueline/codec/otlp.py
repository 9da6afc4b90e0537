"""OTLP 1.x: one span as JSON for HTTP and as protobuf for gRPC."""

from __future__ import annotations

import json
from dataclasses import dataclass

from trueline.codec.protobuf import content, fixed64, integer

PATH = "/v1/traces"
METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
SERVICE = "trueline"
_INTERNAL = 1  # SpanKind
_LASTS = 1_000_000  # nanoseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span of a millisecond. `trace` and `span` are its ids in hex, `at` when it began."""

    trace: str
    span: str
    name: str
    at: float

    @property
    def begins(self) -> int:
        """Its begin in nanoseconds."""
        return int(self.at * 1_000_000) * 1000


def as_json(span: Span) -> str:
    """An ExportTraceServiceRequest in OTLP's own JSON (ids in hex)."""
    return json.dumps(
        {
            "resourceSpans": [
                {
                    "resource": {
                        "attributes": [{"key": "service.name", "value": {"stringValue": SERVICE}}]
                    },
                    "scopeSpans": [
                        {
                            "spans": [
                                {
                                    "traceId": span.trace,
                                    "spanId": span.span,
                                    "name": span.name,
                                    "kind": _INTERNAL,
                                    "startTimeUnixNano": str(span.begins),
                                    "endTimeUnixNano": str(span.begins + _LASTS),
                                }
                            ]
                        }
                    ],
                }
            ]
        }
    )


def as_protobuf(span: Span) -> bytes:
    """The same request as protobuf."""
    told = (
        content(1, bytes.fromhex(span.trace))
        + content(2, bytes.fromhex(span.span))
        + content(5, span.name)
        + integer(6, _INTERNAL)
        + fixed64(7, span.begins)
        + fixed64(8, span.begins + _LASTS)
    )
    attribute = content(1, "service.name") + content(2, content(1, SERVICE))
    return content(1, content(1, content(1, attribute)) + content(2, content(2, told)))
