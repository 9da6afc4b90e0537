"""Every product of the lab, each after those it needs, and how they are brought up together."""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor

from tools.lab.cluster import LabCluster
from tools.lab.lab import Lab
from tools.lab.products import (
    apps,
    argocd,
    enforcement,
    external_secrets,
    grafana,
    istio,
    loki,
    policies,
    prometheus,
    tempo,
    vault,
)
from tools.lab.products.product import Product
from trueline.model.topology import Topology

PRODUCTS: tuple[Product, ...] = (
    enforcement.PRODUCT,
    policies.PRODUCT,
    prometheus.PRODUCT,
    loki.PRODUCT,
    tempo.PRODUCT,
    vault.PRODUCT,
    external_secrets.PRODUCT,
    argocd.PRODUCT,
    grafana.PRODUCT,
    istio.PRODUCT,
    apps.PRODUCT,
)
NAMES = tuple(product.name for product in PRODUCTS)


def chosen(topology: Topology, without: Collection[str]) -> tuple[Product, ...]:
    """The products that a plan asks for and that are not left out."""
    return tuple(
        product for product in PRODUCTS if product.name not in without and product.wanted(topology)
    )


def configure(lab: Lab, cluster: LabCluster, products: Collection[Product]) -> None:
    """Configure the products of one cluster, side by side. Raises the first LabError."""
    _side_by_side(products, lambda product: product.configure(lab, cluster))


def connect(lab: Lab, products: Collection[Product]) -> None:
    """Connect the products of all clusters, side by side. Raises the first LabError."""
    _side_by_side(products, lambda product: product.connect(lab))


def restore(lab: Lab) -> None:
    """Put back what products keep inside themselves, side by side. Raises the first LabError."""
    served = "workloads" not in lab.record.without
    products = chosen(lab.topology, lab.record.without) if served else ()
    _side_by_side(products, lambda product: product.restore(lab))


def _side_by_side(products: Collection[Product], do: Callable[[Product], None]) -> None:
    """Do something with each product when it is done with those it needs.

    A product comes after those it needs, so none waits for one that has no thread yet.
    """
    done: dict[str, Future[None]] = {}

    def after_its_needs(product: Product) -> None:
        for name in product.needs:
            if name in done:
                done[name].result()
        do(product)

    with ThreadPoolExecutor(max_workers=len(products) or 1) as pool:
        for product in products:
            done[product.name] = pool.submit(after_its_needs, product)
    for task in done.values():
        task.result()
