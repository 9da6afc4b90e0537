"""What the questions about deliveries share: who delivers where, and under which labels.

Everything that a run writes carries the word of the run, so that it finds its own and nothing
older.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from trueline.codec import http
from trueline.model.probe import Answer, Request, Step
from trueline.model.product import TENANT, Product, Sender
from trueline.model.targets import Target

RUN = "trueline_run"  # the label that holds the word of the run
LOOK_BACK = 300  # seconds; Prometheus itself looks no further back for what is current
JSON = ("Content-Type", "application/json")

Headers = tuple[tuple[str, str], ...]


def source(sender: Sender) -> str:
    """Where a sender stands, as the plan names ends."""
    return f"pods:{sender.cluster}/{sender.namespace}"


def arriving(product: Product, sender: Sender) -> str:
    """The name of the question what has arrived of a sender by itself."""
    return f"what arrives in {product} of {source(sender)}"


def written(product: Product, sender: Sender) -> str:
    """The name of the question what became of what was written for a sender."""
    return f"write into {product} for {source(sender)}"


def read_back(product: Product, sender: Sender) -> str:
    """The name of the question whether what was written for a sender is there."""
    return f"read from {product} what was written for {source(sender)}"


def labels(sender: Sender, nonce: str) -> dict[str, str]:
    """The labels of what a run writes for a sender: the planned ones, and the word of the run."""
    return {**sender.labels, RUN: nonce, "trueline_sender": source(sender)}


def selector(wanted: Mapping[str, str]) -> str:
    """Labels as PromQL and LogQL select by them; their strings are quoted as in JSON."""
    return "{" + ", ".join(f"{key}={json.dumps(value)}" for key, value in wanted.items()) + "}"


def tenant(product: Product) -> Headers:
    """What a client sends along, where a tenant is planned."""
    return ((TENANT, product.tenant),) if product.tenant else ()


def ask(
    target: Target,
    path: str,
    headers: Headers = (),
    *,
    body: str | None = None,
) -> Step:
    """The step that gets something over HTTP, or posts `body`; over TLS where that is planned."""
    request = Request(
        method="GET" if body is None else "POST",
        path=path,
        host=target.authority,
        headers=headers,
        body=body or "",
    )
    return Step(
        transport="tls" if target.speaks == "https" else "tcp",
        host=target.host,
        port=target.port,
        server_name=target.server_name if target.speaks == "https" else None,
        alpn=("http/1.1",) if target.speaks == "https" else (),
        request=request,
        read="close",
    )


def results(answer: Answer, *, step: int = 0) -> list[dict[str, object]]:
    """What Prometheus or Loki found for a query; nothing where the answer is none of theirs."""
    if len(answer.replies) <= step:
        return []
    try:
        said = http.answer(answer.replies[step]).json
    except http.NotHttp:
        return []
    data = said.get("data") if isinstance(said, dict) else None
    found = data.get("result") if isinstance(data, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def samples(one: dict[str, object]) -> list[tuple[str, str]]:
    """(time, value) of a series or stream, as they were written."""
    values = one.get("values")
    pairs = values if isinstance(values, list) else []
    return [(str(pair[0]), str(pair[1])) for pair in pairs]
