"""What a Tempo is asked: a span over every planned protocol, and whether it is found again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from trueline.codec import grpc, http, otlp
from trueline.model.places import standing
from trueline.model.probe import Answer, Step
from trueline.model.product import Product, Sender
from trueline.model.targets import OTLP_HTTP, Target, of_product, reader, web
from trueline.model.topology import Topology
from trueline.questions.delivery import JSON, Headers, ask, source, tenant
from trueline.questions.question import Question, Scene, probe

GRPC, HTTP = "gRPC", "HTTP"


def receivers(topology: Topology, product: Product) -> tuple[tuple[str, Target], ...]:
    """The planned OTLP ports of a product, each with what carries it."""
    found = []
    for target in of_product(topology, product):
        if target.speaks == "grpc":
            found.append((GRPC, target))
        elif target.port == OTLP_HTTP:
            found.append((HTTP, target))
    return tuple(found)


def sent(product: Product, sender: Sender, protocol: str) -> str:
    """The name of the question what became of a span."""
    return f"send a span to {product} by {protocol} for {source(sender)}"


def looked_for(product: Product, sender: Sender, protocol: str) -> str:
    """The name of the question whether a span is there."""
    return f"find in {product} the span sent by {protocol} for {source(sender)}"


def span(nonce: str, sender: Sender, protocol: str, now: float = 0.0) -> otlp.Span:
    """The span of a run for a sender and a protocol: its ids are the same whenever it is made."""
    digest = hashlib.sha256(f"{nonce} {source(sender)} {protocol}".encode()).hexdigest()
    name = f"trueline {nonce} by {protocol}"
    return otlp.Span(trace=digest[:32], span=digest[32:48], name=name, at=now)


def holds(answer: Answer, one: otlp.Span) -> bool:
    """Whether Tempo gave a trace with this span."""
    try:
        said = http.answer(answer.last)
    except http.NotHttp:
        return False
    return said.status == 200 and json.dumps(one.name) in said.text


def asked(scene: Scene) -> Iterator[Question]:
    """Every planned sender of every Tempo that is no stand-in, by every planned protocol."""
    for product in scene.topology.products:
        if product.kind == "tempo" and not product.stand_in:
            for sender in product.senders:
                for protocol, target in receivers(scene.topology, product):
                    yield from _round_trip(scene, product, sender, protocol, target)


def _round_trip(
    scene: Scene, product: Product, sender: Sender, protocol: str, target: Target
) -> Iterator[Question]:
    budgets = scene.topology.budgets
    one = span(scene.nonce, sender, protocol, scene.now)
    writer = standing(scene.topology, source(sender))
    if writer is not None:
        yield Question(
            vantage=writer,
            name=sent(product, sender, protocol),
            probe=probe(budgets, _send(target, one, protocol, tenant(product))),
            # What a busy server says after a moment of silence is cut off, so it is asked again.
            until=_ended if protocol == GRPC else None,
        )
    query, at = web(scene.topology, product), reader(scene.topology, product)
    if query is not None and at is not None:
        yield Question(
            vantage=at,
            name=looked_for(product, sender, protocol),
            probe=probe(budgets, ask(query, f"/api/traces/{one.trace}", tenant(product))),
            until=lambda answer: holds(answer, one),
        )


def _send(target: Target, one: otlp.Span, protocol: str, headers: Headers) -> Step:
    if protocol == GRPC:
        message = otlp.as_protobuf(one)
        return grpc.step(target.host, target.port, otlp.METHOD, message, dict(headers))
    return ask(target, otlp.PATH, (*headers, JSON), body=otlp.as_json(one))


def _ended(answer: Answer) -> bool:
    try:
        return grpc.answer(answer.last).ended
    except grpc.NotHttp2:
        return False
