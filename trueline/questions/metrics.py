"""What a Prometheus is asked: what its senders deliver, and a sample of the run's own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import quote

from trueline.codec import http, remote_write
from trueline.model.places import standing
from trueline.model.probe import Answer, Step
from trueline.model.product import Product, Sender
from trueline.model.targets import reader, web
from trueline.questions.delivery import (
    LOOK_BACK,
    arriving,
    ask,
    labels,
    read_back,
    results,
    samples,
    selector,
    source,
    written,
)
from trueline.questions.question import Question, Scene, probe

METRIC = "trueline_canary"
SCRAPE = 60.0  # seconds between two samples where only one is there: Prometheus' own default
_MISSED = 3  # samples that may be missing before what is there is old
_SLACK = 2.0  # seconds; the clock of an HTTP answer counts whole ones


def known_values(product: Product, label: str) -> str:
    """The name of the question which values a label has in a Prometheus."""
    return f"values of {label} in {product}"


def asked(scene: Scene) -> Iterator[Question]:
    """Every planned sender of every Prometheus that is no stand-in."""
    for product in scene.topology.products:
        if product.kind == "prometheus" and not product.stand_in:
            for sender in product.senders:
                yield from _write(scene, product, sender)
                yield from _read(scene, product, sender)


def _write(scene: Scene, product: Product, sender: Sender) -> Iterator[Question]:
    target = web(scene.topology, product)
    writer = standing(scene.topology, source(sender))
    if target is None or writer is None:
        return
    sample = {"__name__": METRIC, **labels(sender, scene.nonce)}
    secure = target.speaks == "https"
    step = Step(
        transport="tls" if secure else "tcp",
        host=target.host,
        port=target.port,
        server_name=target.server_name if secure else None,
        send=remote_write.send(target.authority, sample, 1.0, scene.now),
        read="close",
    )
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
    own = f"{METRIC}{selector(labels(sender, scene.nonce))}"
    yield Question(
        vantage=at,
        name=read_back(product, sender),
        probe=probe(budgets, ask(target, f"/api/v1/query?query={quote(own)}")),
        until=lambda answer: bool(results(answer)),
    )
    if not sender.labels:
        return
    up = quote(f"up{selector(sender.labels)}[{LOOK_BACK}s]")
    yield Question(
        vantage=at,
        name=arriving(product, sender),
        probe=probe(budgets, ask(target, f"/api/v1/query?limit=20&query={up}")),
        until=is_fresh,
    )
    for label in sender.labels:
        path = f"/api/v1/label/{quote(label)}/values?match%5B%5D=up"
        yield Question(
            vantage=at,
            name=known_values(product, label),
            probe=probe(budgets, ask(target, path)),
        )


def age(answer: Answer) -> tuple[float, float] | None:
    """How old the newest sample is by the clock of the server, and how old it may be, in seconds.

    It may be as old as a few samples of one series are apart; one that lies in the future is of
    less than no age. None where there is no sample.
    """
    times = [sorted(float(at) for at, _ in samples(one)) for one in results(answer)]
    newest = max((found[-1] for found in times if found), default=None)
    if newest is None:
        return None
    now = http.answer(answer.replies[0]).date or answer.at
    apart = sorted(later - sooner for found in times for sooner, later in pairwise(found))
    usual = apart[len(apart) // 2] if apart else SCRAPE
    return now - newest, _MISSED * usual + _SLACK


def is_fresh(answer: Answer) -> bool:
    """Whether samples arrive still."""
    found = age(answer)
    return found is not None and found[0] <= found[1]
