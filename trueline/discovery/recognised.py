"""Which product stands behind a Service: by the images of its pods, or what the pods are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trueline.discovery.told import selected_by, told
from trueline.model.found import Found
from trueline.model.observation import ClusterFacts, PodFact, ServiceFact

_IMAGES = {
    "prometheus": "prometheus",
    "loki": "loki",
    "tempo": "tempo",
    "vault": "vault",
    "openbao": "vault",  # a fork with the same API
    "argocd": "argocd",
    "grafana": "grafana",
    "redis": "redis",
    "valkey": "redis",
    "mysql": "mysql",
    "mariadb": "mysql",
}
# What enforces NetworkPolicy, by the image of its pods.
_ENGINES = re.compile(
    r"(^|/)(calico/node|cilium|kube-router|kube-network-policies|weave-npc|antrea-agent[a-z-]*)"
    r"(:|@|$)"
)
_CALLED = ("app.kubernetes.io/name", "app")
_STAND_IN = "/stand-in"

# What speaks on the ports that a product has by default. Vault's is left out: it may or may not
# speak TLS, and nothing in a Service says so.
_USUAL = {
    ("argocd", 80): "http",  # which only leads to 443; one server hears both, and TLS on either
    ("argocd", 443): "https",
    ("prometheus", 9090): "http",
    ("loki", 3100): "http",
    ("tempo", 3200): "http",
    ("tempo", 4317): "grpc",
    ("tempo", 4318): "http",
    ("grafana", 3000): "http",
    ("redis", 6379): "redis",
    ("mysql", 3306): "mysql",
    ("eastwestgateway", 15443): "tls",
}


def kind_of(facts: ClusterFacts, service: ServiceFact) -> str | None:
    """The kind of product, as a plan calls it; None for anything else."""
    pods = [told(facts.pods)[place] for place in selected_by(facts, service)]
    by_image = (_IMAGES.get(repository(image)) for pod in pods for image in pod.images.values())
    by_name = (
        _IMAGES.get(pod.labels.get(key, "").removesuffix("-server"))
        for pod in pods
        for key in _CALLED
    )
    return next((kind for found in (by_image, by_name) for kind in found if kind), None)


def is_stand_in(facts: ClusterFacts, service: ServiceFact) -> bool:
    """Whether the pods say of themselves that they only stand in for the product."""
    pods = [told(facts.pods)[place] for place in selected_by(facts, service)]
    return any(
        key.endswith(_STAND_IN) and value == "true"
        for pod in pods
        for key, value in pod.labels.items()
    )


def is_alone(found: Found, kind: str) -> bool:
    """Whether one Service of type LoadBalancer at most, of all clusters, is of that kind."""
    return sum(one == kind for one in _kinds(found)) < 2


def usual(use: str | None, port: int) -> str | None:
    """What speaks on a port that a product, or a gateway of Istio, has by default."""
    return _USUAL.get((use or "", port))


def repository(image: str) -> str:
    """The last part of an image's name: `quay.io/prometheus/prometheus:v3` is `prometheus`."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def running(facts: ClusterFacts, *names: str) -> PodFact | None:
    """The first pod with an image of one of these names."""
    for pod in told(facts.pods):
        if any(repository(image) in names for image in pod.images.values()):
            return pod
    return None


def engine_of(facts: ClusterFacts) -> PodFact | None:
    """A pod of a known engine of network policies."""
    for pod in told(facts.pods):
        for image in pod.images.values():
            if _ENGINES.search(image):
                return pod
    return None


def _kinds(found: Found) -> Iterator[str | None]:
    for facts in found.clusters.values():
        for service in told(facts.services):
            if service.type == "LoadBalancer":
                yield kind_of(facts, service)
