"""What the answers of Prometheus, Loki and Tempo say."""

from __future__ import annotations

from trueline.diagnose.meanings import ANY, KUBE, LOGS, OWN, Meaning, Table

_TSDB = "Prometheus storage/interface.go, tsdb/head_append.go"
_REMOTE_WRITE = "Prometheus Remote-Write 1.0 specification, Retries & Backoff"
_LOKI = "Loki documentation, Troubleshoot ingestion (WriteRequest)"
_TENANTS = "Loki documentation, Manage tenant isolation"

_WRITERS = "The way and the receiver are well."
_NO_TENANT = "no org id"
_UNNAMED = "no tenant came with the request, so it was refused before it was looked at"

TELEMETRY: Table = {
    ("prometheus", "write", 404): (
        Meaning(
            "enable-remote-write-receiver",
            "It is Prometheus that answers, for it names its own flag: name, address and way are "
            "right, and its receiver is off.",
            f"{OWN} get pods -o yaml",
            "Prometheus web/api/v1/api.go, remoteWrite",
        ),
        Meaning(
            ANY,
            "A Prometheus whose receiver is off names its flag, and this answer does not: "
            "nobody serves /api/v1/write there, be it on or off.",
            f"{KUBE} get services -A",
            "Prometheus web/api/v1/api.go, remoteWrite",
        ),
    ),
    ("prometheus", "write", 400): (
        Meaning(
            "out of order sample",
            f"{_WRITERS} It holds a newer sample of the very same series: look for a second "
            "sender with these labels, and at the sender's clock.",
            LOGS,
            _TSDB,
        ),
        Meaning(
            "duplicate sample for timestamp",
            f"{_WRITERS} It holds another value of the very same series for that moment: "
            "look for a second sender with these labels.",
            LOGS,
            _TSDB,
        ),
        Meaning(
            "too old sample",
            f"{_WRITERS} The sample is older than out_of_order_time_window allows: look at the "
            "sender's clock and at how long it was cut off.",
            LOGS,
            _TSDB,
        ),
        Meaning(
            "out of bounds",
            f"{_WRITERS} The time of the sample is not one that it takes now: look at the "
            "sender's clock and at how long it was cut off.",
            LOGS,
            _TSDB,
        ),
        Meaning(
            ANY,
            f"{_WRITERS} It read the request and refused what is in it, and senders do not "
            "try that again.",
            LOGS,
            _REMOTE_WRITE,
        ),
    ),
    ("prometheus", "write", 401): (
        Meaning(
            ANY,
            "Whoever answers asks who writes before it looks at the path, so this says nothing of "
            "the receiver: the login comes first.",
            f"{OWN} get pods -o yaml",
            "Prometheus documentation, HTTPS and authentication (basic_auth_users)",
        ),
    ),
    ("prometheus", "write", 429): (
        Meaning(
            ANY,
            "Whoever takes samples there takes no more for now, and a sender tries again only "
            "where it is told to (retry_on_http_429).",
            LOGS,
            _REMOTE_WRITE,
        ),
    ),
    ("prometheus", "read", 503): (
        Meaning(
            ANY,
            "It is started and not ready: it answers so until its write-ahead log is replayed.",
            LOGS,
            "Prometheus web/web.go, testReady",
        ),
    ),
    ("loki", "write", 260): (
        Meaning(
            ANY,
            "It stored nothing, on purpose: ingestion is blocked for this tenant, and senders take "
            "the status for success.",
            LOGS,
            f"{_LOKI}: ingestion blocked",
        ),
    ),
    ("loki", "write", 400): (
        Meaning(
            "timestamp too old",
            "Tenant, path and labels are right: the line is older than reject_old_samples_max_age "
            "allows, so look at the sender's clock and at its backlog.",
            LOGS,
            _LOKI,
        ),
        Meaning(
            "timestamp too new",
            "Tenant, path and labels are right: by Loki's clock the line is of the future, so look "
            "at both clocks.",
            LOGS,
            _LOKI,
        ),
        Meaning(
            "too far behind",
            "Tenant, path and labels are right: the stream holds lines that are newer by more than "
            "half of max_chunk_age, so look at who else writes it and at the sender's clock.",
            LOGS,
            _LOKI,
        ),
        Meaning(
            ANY,
            "It read the request and refused what is in it, which senders do not try again: the "
            "way and the tenant are right.",
            LOGS,
            _LOKI,
        ),
    ),
    ("loki", "write", 401): (
        Meaning(_NO_TENANT, f"Loki itself says so: {_UNNAMED}.", f"{OWN} get configmaps", _TENANTS),
    ),
    ("loki", "write", 404): (
        Meaning(
            ANY,
            "Nobody serves /loki/api/v1/push there: neither the tenant nor the line was looked at.",
            f"{KUBE} get services -A",
            "Loki documentation, HTTP API",
        ),
    ),
    ("loki", "write", 429): (
        Meaning(
            ANY,
            "A limit of this tenant is reached, which the text names: the way, the tenant and the "
            "line are right.",
            LOGS,
            f"{_LOKI}: rate limit errors",
        ),
    ),
    ("loki", "write", 500): (
        Meaning(
            "empty ring",
            "Its distributor answers and knows no ingester: the way and the tenant are right.",
            LOGS,
            "Loki documentation, Troubleshoot operations",
        ),
    ),
    ("loki", "read", 401): (
        Meaning(_NO_TENANT, f"Loki itself says so: {_UNNAMED}.", f"{OWN} get configmaps", _TENANTS),
    ),
    ("tempo", "write", 401): (
        Meaning(
            _NO_TENANT,
            f"Tempo itself says so: {_UNNAMED}.",
            f"{OWN} get configmaps",
            "Tempo documentation, Enable multi-tenancy",
        ),
    ),
    ("tempo", "write", 404): (
        Meaning(
            ANY,
            "A server of HTTP answers and does not serve /v1/traces: this port is no OTLP "
            "receiver, so compare it with the receivers that Tempo is told to open.",
            f"{OWN} get services,configmaps -o yaml",
            "OpenTelemetry Protocol specification, OTLP/HTTP request",
        ),
    ),
    ("tempo", "write", 429): (
        Meaning(
            ANY,
            "The receiver is well and takes no more for now: a limit of ingestion is reached.",
            LOGS,
            "OpenTelemetry Protocol specification, OTLP/HTTP throttling",
        ),
    ),
    ("tempo", "read", 401): (
        Meaning(
            _NO_TENANT,
            f"Tempo itself says so: {_UNNAMED}.",
            f"{OWN} get configmaps",
            "Tempo documentation, Enable multi-tenancy",
        ),
    ),
}
