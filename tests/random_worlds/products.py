"""Products in a random plan, one of each kind: behind addresses of the first cluster, and on VMs.

The other clusters deliver into them, log in, have secrets synced and Applications deployed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.worlds import at
from trueline.model.product import Deploy, Login, Product, Sender
from trueline.model.topology import Cluster, Topology, Vantage

WEB: dict[str, tuple[str, ...]] = {
    "prometheus": ("9090/TCP/http",),
    "loki": ("3100/TCP/http",),
    "tempo": ("3200/TCP/http", "4317/TCP/grpc", "4318/TCP/http"),
    "vault": ("8200/TCP/https",),
    "argocd": ("443/TCP/https",),
    "grafana": ("3000/TCP/http",),
}
DATABASES = {"redis": "6379/TCP", "mysql": "3306/TCP"}
TENANT_NAME = "app"
SECRETS, CANARY, STRANGER = "secrets", "canary", "stranger"
READS = "secret/data/canary"
_TENANTED = ("loki", "tempo")
_OPEN = ("prometheus", "loki", "tempo")  # to whoever comes


def with_products(plain: Topology) -> Topology:
    """The plan with all of them; its first cluster has their addresses already."""
    home, *others = plain.clusters
    promised: dict[str, dict[str, Any]] = {
        "prometheus": {"senders": tuple(_sender(one, "monitoring") for one in others)},
        "loki": {"senders": tuple(_sender(one, "logging") for one in others)},
        "tempo": {"senders": tuple(_sender(one, "tracing") for one in others)},
        "vault": {
            "logins": tuple(map(_login, others)),
            "synced": tuple(_deploy(one, f"{SECRETS}/{CANARY}") for one in others),
        },
        "argocd": {"deploys": tuple(_deploy(one, f"argocd/shop-{one}") for one in others)},
        "grafana": {"data_sources": {"metrics": "prometheus"}},
    }
    products = (
        *(_product(kind, f"reservation:{home}/{kind}", **promised[kind]) for kind in WEB),
        *(_product(kind, f"vm:{kind}") for kind in DATABASES),
    )
    accounts = tuple(one for part in plain.clusters for one in _accounts(part))
    return replace(plain, products=products, vantages=(*plain.vantages, *accounts))


def _product(kind: str, end: str, **promised: Any) -> Product:
    none: dict[str, Any] = dict.fromkeys(("senders", "logins", "synced", "deploys"), ())
    more = none | {"data_sources": {}} | promised
    return Product(
        name=kind,
        kind=kind,
        target=end,
        stand_in=False,
        anonymous=kind in _OPEN if kind != "grafana" else None,
        tenant=TENANT_NAME if kind in _TENANTED else None,
        at=at(300),
        **more,
    )


def _sender(part: Cluster, namespace: str) -> Sender:
    labels = {"cluster": part.name}
    return Sender(cluster=part.name, namespace=namespace, labels=labels, at=at(301))


def _login(part: Cluster) -> Login:
    return Login(
        cluster=part.name,
        namespace=SECRETS,
        service_account=CANARY,
        mount=f"kubernetes-{part}",
        role=CANARY,
        reads=READS,
        at=at(302),
    )


def _deploy(part: Cluster, name: str) -> Deploy:
    return Deploy(cluster=part.name, name=name, at=at(303))


def _accounts(part: Cluster) -> Iterator[Vantage]:
    """Pods with the service account that logs in, and with another one beside it."""
    for account in (CANARY, STRANGER):
        yield Vantage(
            name=f"{account}-{part}",
            kind="pod",
            cluster=part.name,
            segment=None,
            namespace=SECRETS,
            service_account=account,
            at=at(304),
        )
