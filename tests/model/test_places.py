"""Which vantage point stands for which end of a flow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.model.plans import NORTH, PLAN, at
from trueline.model.places import namespace_of, pinned, standing, vantage, vantages
from trueline.model.product import Product, Sender
from trueline.model.topology import Policy, Vantage

POD = Vantage(name="pods", kind="pod", cluster="north", segment=None, at=at(1))
SHOP = replace(POD, name="shop", namespace="shop")
NAMED = replace(POD, name="named", pod="bank/probe")
MESH = replace(POD, name="mesh", namespace="mesh", in_mesh=True)
NODE = replace(POD, name="node", kind="node")
HOST = Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(2))
PLACED = replace(PLAN, vantages=(POD, SHOP, NAMED, MESH, NODE, HOST), flows=())


@pytest.mark.parametrize(
    ("end", "name"),
    [
        ("vantage:runner", "runner"),
        ("segment:lan", "runner"),
        ("segment:back", None),
        ("pods:north", "pods"),
        ("pods:north/shop", "shop"),
        ("pods:north/bank", "named"),
        ("pods:north/mesh", "pods:north/mesh"),
        ("pods:south", "pods:south"),
        ("nodes:north", "node"),
        ("nodes:south", "nodes:south"),
        ("api:north", None),
        ("vm:db", None),
    ],
)
def test_who_stands_for_an_end(end: str, name: str | None) -> None:
    assert standing(PLACED, end) == name


def test_what_is_not_declared_is_implied_by_who_sends_something() -> None:
    flow = replace(PLAN.flows[0], source="pods:south/shop", at=at(7))
    policy = Policy(cluster="north", namespace="bank", allow_from=("nodes:south",), at=at(8))
    sender = Sender(cluster="south", namespace="logs", labels={}, at=at(9))
    product = Product(
        name="loki",
        kind="loki",
        target="reservation:north/web",
        stand_in=False,
        anonymous=None,
        tenant=None,
        senders=(sender,),
        logins=(),
        synced=(),
        deploys=(),
        data_sources={},
        at=at(9),
    )
    plan = replace(PLACED, flows=(flow,), policies=(policy,), products=(product,))
    found = vantages(plan)
    assert [item.name for item in found[len(PLACED.vantages) :]] == [
        "pods:south/shop",
        "nodes:south",
        "pods:south/logs",
        "pods:south",
    ]
    implied = vantage(plan, "pods:south/shop")
    assert (implied.kind, implied.cluster, implied.namespace) == ("pod", "south", "shop")
    assert vantage(plan, "nodes:south").kind == "node"
    assert vantage(plan, "pods:south/logs").at == at(9)


def test_the_namespace_and_the_node_that_a_vantage_point_stands_in() -> None:
    assert [namespace_of(item) for item in (POD, SHOP, NAMED)] == [None, "shop", "bank"]
    one = pinned(NORTH, "north-1")
    assert (one.name, one.kind, one.node) == ("nodes:north/north-1", "node", "north-1")
