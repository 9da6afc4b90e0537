"""What is asked about Argo CD's links to clusters, and about Grafana's to its data sources."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import quote

from trueline.model.address import in_url
from trueline.model.observation import ClusterFacts, ServiceFact
from trueline.model.places import standing
from trueline.model.probe import Answer, Request, Step
from trueline.model.product import Product
from trueline.model.targets import reader, reservation_of, web
from trueline.model.topology import Reservation
from trueline.questions.delivery import ask as over_http
from trueline.questions.question import Question, Scene, each, probe

METRICS_PORT = 8082  # of Argo CD's application controller
CONNECTED = "argocd_cluster_connection_status"


def metrics_service(where: Reservation, facts: ClusterFacts) -> ServiceFact | None:
    """The Service of the metrics of Argo CD's application controller. Raises NotObserved."""
    namespace = where.owner.partition("/")[0]
    found = [
        item
        for item in facts.services.value
        if item.namespace == namespace and any(port.port == METRICS_PORT for port in item.ports)
    ]
    return min(found, key=lambda item: item.key, default=None)


def links(product: Product) -> str:
    """The name of the question which clusters an Argo CD is connected to."""
    return f"clusters that {product} is connected to"


def data_source(product: Product, source: str) -> str:
    """The name of the question where a data source leads."""
    return f"data source {source} of {product}"


def health(product: Product, source: str) -> str:
    """The name of the question whether a data source answers."""
    return f"health of data source {source} of {product}"


def asked(scene: Scene) -> Iterator[Question]:
    """Every Argo CD about its clusters, and every Grafana about its data sources."""

    def ask(product: Product) -> Iterator[Question]:
        if product.kind == "argocd" and not product.stand_in and product.deploys:
            yield from _links(scene, product)
        if product.kind == "grafana":
            yield from _sources(scene, product)

    yield from each(scene.topology.products, ask)


def _links(scene: Scene, product: Product) -> Iterator[Question]:
    where = reservation_of(scene.topology, product)
    if where is None:
        return
    service = metrics_service(where, scene.facts(where.cluster))
    vantage = standing(scene.topology, f"pods:{where.cluster}")
    if service is None or vantage is None or not service.cluster_ips:
        return
    address = service.cluster_ips[0]
    request = Request(method="GET", path="/metrics", host=in_url(address))
    step = Step(
        transport="tcp", host=str(address), port=METRICS_PORT, request=request, read="close"
    )
    yield Question(
        vantage=vantage,
        name=links(product),
        probe=probe(scene.topology.budgets, step),
        until=_tells,
    )


def _tells(answer: Answer) -> bool:
    """Whether Argo CD tells of any cluster, or nothing at all.

    It looks at its clusters every half minute, and tells of none before
    (controller/metrics/clustercollector.go).
    """
    reply = answer.last
    return reply.outcome != "answered" or CONNECTED.encode() in b64decode(reply.received)


def _sources(scene: Scene, product: Product) -> Iterator[Question]:
    target, at = web(scene.topology, product), reader(scene.topology, product)
    if target is None or at is None:
        return
    for source in product.data_sources:
        uid = quote(source, safe="")
        paths = {
            data_source(product, source): f"/api/datasources/uid/{uid}",
            health(product, source): f"/api/datasources/uid/{uid}/health",
        }
        for name, path in paths.items():
            yield Question(
                vantage=at, name=name, probe=probe(scene.topology.budgets, over_http(target, path))
            )
