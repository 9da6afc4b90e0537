"""What a Loki is asked: what its senders deliver, a line of the run's own, who has no tenant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from trueline.model.places import standing
from trueline.model.probe import Answer, Step
from trueline.model.product import TENANT, Product, Sender
from trueline.model.targets import Target, reader, web
from trueline.questions.delivery import (
    JSON,
    LOOK_BACK,
    RUN,
    arriving,
    ask,
    labels,
    read_back,
    results,
    samples,
    selector,
    source,
    tenant,
    written,
)
from trueline.questions.question import Question, Scene, probe

PUSH = "/loki/api/v1/push"
STRANGER = "trueline-stranger"  # a tenant that nobody is


def line_of(nonce: str, sender: Sender) -> str:
    """The log line that a run writes for a sender."""
    return f"trueline {nonce} for {source(sender)}"


def lines(answer: Answer, *, step: int = 0) -> list[str]:
    """The log lines that Loki gave in a step."""
    return [line for one in results(answer, step=step) for _, line in samples(one)]


def untenanted(product: Product, what: str) -> str:
    """The name of the question what a product does with who names no tenant."""
    return f"{what} {product} without a tenant"


def asked(scene: Scene) -> Iterator[Question]:
    """Every planned sender of every Loki that is no stand-in, and who names no tenant."""
    for product in scene.topology.products:
        if product.stand_in or product.kind not in ("loki", "tempo"):
            continue
        if product.tenant:
            yield from _strangers(scene, product)
        for sender in product.senders if product.kind == "loki" else ():
            yield from _write(scene, product, sender)
            yield from _read(scene, product, sender)


def _write(scene: Scene, product: Product, sender: Sender) -> Iterator[Question]:
    target = web(scene.topology, product)
    writer = standing(scene.topology, source(sender))
    if target is None or writer is None:
        return
    nanoseconds = f"{int(scene.now * 1000)}000000"
    stream = {
        "stream": labels(sender, scene.nonce),
        "values": [[nanoseconds, line_of(scene.nonce, sender)]],
    }
    step = ask(target, PUSH, (*tenant(product), JSON), body=json.dumps({"streams": [stream]}))
    yield Question(
        vantage=writer,
        name=written(product, sender),
        probe=probe(scene.topology.budgets, step),
    )


def _read(scene: Scene, product: Product, sender: Sender) -> Iterator[Question]:
    budgets = scene.topology.budgets
    target, at = web(scene.topology, product), reader(scene.topology, product)
    if target is None or at is None:
        return
    query = quote(selector(labels(sender, scene.nonce)))
    begin, end = int(scene.now) - LOOK_BACK, int(scene.now) + LOOK_BACK
    path = f"/loki/api/v1/query_range?query={query}&start={begin}&end={end}&limit=5"
    steps = [ask(target, path, tenant(product))]
    if product.tenant:
        # In this order: its absence elsewhere says something once it is there under its own.
        steps.append(ask(target, path, ((TENANT, STRANGER),)))
    yield Question(
        vantage=at,
        name=read_back(product, sender),
        probe=probe(budgets, *steps),
        until=lambda answer: bool(lines(answer)),
    )
    if sender.labels:
        others = selector({**sender.labels, RUN: ""})
        counted = quote(f"sum(count_over_time({others}[{LOOK_BACK}s]))")
        step = ask(target, f"/loki/api/v1/query?query={counted}", tenant(product))
        yield Question(
            vantage=at,
            name=arriving(product, sender),
            probe=probe(budgets, step),
            until=lambda answer: bool(results(answer)),
        )


def intrusions(product: Product, target: Target) -> dict[str, Step]:
    """What is tried without a tenant; a write that carries nothing writes nothing."""
    if product.kind == "tempo":
        return {"read": ask(target, "/api/search?limit=1")}
    return {
        "read": ask(target, "/loki/api/v1/labels"),
        "write": ask(target, PUSH, (JSON,), body='{"streams": []}'),
    }


def _strangers(scene: Scene, product: Product) -> Iterator[Question]:
    target, at = web(scene.topology, product), reader(scene.topology, product)
    if target is None or at is None:
        return
    for what, step in intrusions(product, target).items():
        yield Question(
            vantage=at,
            name=untenanted(product, what),
            probe=probe(scene.topology.budgets, step),
        )
