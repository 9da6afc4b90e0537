"""From the network back to the plan: what no line explains, and which lines nobody asked about."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from tests.live import advertisement, balancer, changed, facts_for, unseen
from tests.live import seen as fact
from tests.wire import FOREIGN, heard, unheard, wire_for
from tests.worlds import flow, world
from trueline.compare.facts import Facts
from trueline.compare.reverse import Share, lines, unexamined, unexplained
from trueline.model.observation import (
    ApplicationFact,
    ClusterFacts,
    PolicyFact,
    ServiceCidrFact,
    SyncedFact,
)
from trueline.model.product import Deploy, Product
from trueline.model.source import Source
from trueline.model.topology import Topology

PLAN = world()
CLUSTERS = facts_for(PLAN)
APP = CLUSTERS["app"]
WIRE = wire_for(PLAN, CLUSTERS)
APPLICATION = ApplicationFact(
    namespace="argocd", name="guestbook", sync="Synced", health="Healthy",
    destination="app", conditions=(),
)  # fmt: skip
SYNCED = SyncedFact(
    kind="ExternalSecret", namespace="apps", name="canary", ready=True, reason="", message=""
)


def listed(*items: Any) -> Any:
    return fact(tuple(items))


EVERYTHING = {
    **CLUSTERS,
    "app": replace(APP, applications=listed(APPLICATION), external_secrets=listed(SYNCED)),
}


def with_products() -> Topology:
    at = PLAN.at
    product = Product(
        name="argocd", kind="argocd", target="reservation:control/argocd", stand_in=False,
        anonymous=None, tenant=None, senders=(), logins=(), data_sources={}, at=at,
        synced=(Deploy(cluster="app", name="apps/canary", at=at),),
        deploys=(Deploy(cluster="app", name="argocd/guestbook", at=at),),
    )  # fmt: skip
    return replace(PLAN, products=(product,))


def left(clusters: dict[str, ClusterFacts]) -> tuple[str, ...]:
    return unexplained(PLAN, Facts(clusters=clusters, wire=WIRE)).left


def test_a_plan_explains_the_network_that_was_made_by_it() -> None:
    share = unexplained(with_products(), Facts(clusters=EVERYTHING, wire=WIRE))
    assert share.left == ()
    assert share.percent == 100
    assert share.total > 40


NODE = replace(APP.nodes.value[0], name="app-worker-9")
EXTRA = balancer("default/test", "192.168.64.130")
POLICY = PolicyFact(namespace="web", name="deny", types=frozenset({"Ingress"}), whole=True)
CIDR = ServiceCidrFact(name="second", cidrs=("10.99.0.0/16",), ready=True)


@pytest.mark.parametrize(
    ("facet", "item", "told"),
    [
        ("nodes", NODE, "Node app/app-worker-9"),
        ("services", EXTRA, "LoadBalancer Service app/default/test at 192.168.64.130"),
        ("services", replace(EXTRA, type="NodePort", ingress=()),
         "NodePort Service app/default/test"),
        ("pools", replace(APP.pools.value[0], name="extra"), "IPAddressPool app/extra"),
        ("advertisements", advertisement("l2-extra", pools=("extra",)),
         "L2Advertisement app/l2-extra"),
        ("policies", POLICY, "NetworkPolicy app/web/deny"),
        ("service_cidrs", CIDR, "ServiceCIDR app/second 10.99.0.0/16"),
        ("applications", APPLICATION, "Application app/argocd/guestbook"),
        ("external_secrets", SYNCED, "ExternalSecret app/apps/canary"),
    ],
)  # fmt: skip
def test_what_no_line_explains(facet: str, item: object, told: str) -> None:
    seen = getattr(APP, facet)
    before = seen.value if seen.kind == "seen" else ()
    more: Any = {facet: listed(*before, item)}
    assert left({**CLUSTERS, "app": replace(APP, **more)}) == (told,)


def test_an_advertisement_of_every_pool_is_of_planned_ones_too() -> None:
    every = advertisement("all", pools=())
    more = changed(APP, "advertisements", (*APP.advertisements.value, every))
    assert left({**CLUSTERS, "app": more}) == ()


def test_an_address_that_answers_and_nobody_planned() -> None:
    wire = heard(heard(WIRE, "192.168.64.200", FOREIGN), "192.168.64.77", FOREIGN)
    share = unexplained(PLAN, Facts(clusters={}, wire=wire))
    assert share.left == (f"address lan/192.168.64.200 answered by {FOREIGN}",)
    dhcp = PLAN.segments[0].dhcp[0]
    assert dhcp.holds(ip_address("192.168.64.77"))
    assert unexplained(PLAN, Facts(wire=unheard(WIRE, "no raw socket"))).total == 0


def test_what_was_not_listed_is_not_counted() -> None:
    every = unexplained(PLAN, Facts(clusters={"app": APP})).total
    fewer = unexplained(PLAN, Facts(clusters={"app": unseen(APP, "nodes", "no")})).total
    assert every - fewer == len(APP.nodes.value)


def test_the_lines_that_no_claim_examined() -> None:
    known = lines(PLAN)
    first, *rest = known
    cited = [str(at) for at in rest]
    assert unexamined(PLAN, cited) == Share(total=len(known), left=(f"{first} {known[first]}",))
    assert unexamined(PLAN, map(str, known)).percent == 100
    assert list(known) == sorted(known)
    assert Share(total=3, left=("a",)).percent == 66
    assert Share(total=0, left=()).percent == 100


def test_every_declared_thing_has_a_line_and_a_name() -> None:
    plan = replace(PLAN, flows=(replace(flow("a", "pods:app", "api:control"), at=Source("x", 7)),))
    assert lines(plan)[Source("x", 7)] == "flow a"
    assert "cluster control" in lines(plan).values()
    assert "meshmember app" in lines(plan).values()
