"""What a failure takes away, and what needs it."""

from __future__ import annotations

from dataclasses import replace

from tests.worlds import at, world
from trueline.diagnose.ladder import rung, takes
from trueline.diagnose.parts import needs, own
from trueline.model.drill import Drill
from trueline.model.product import Route

CONTROL, APP = (world().cluster(name) for name in ("control", "app"))


def test_pods_that_reach_pods_of_another_cluster_explain_the_flow_that_forbids_it() -> None:
    assert takes("ISO-001", (CONTROL, APP)) == ("path:pods:control>pods:app",)
    assert rung("ISO-001").height < rung("REACH-002").height


def test_a_service_that_nobody_reaches_explains_the_route_that_leads_to_it() -> None:
    shop = replace(APP.reservations[0], owner="shop/web")
    route = Route(
        host="shop.app.local",
        gateway=f"reservation:{APP.reservations[1]}",
        service="shop/web",
        tls=443,
        plain=80,
        redirect=True,
        at=at(1),
    )
    assert "service:app/shop/web" in takes("REACH-003", shop)
    assert "service:app/shop/web" in needs(route, world())
    assert rung("REACH-003").height < rung("ING-001").height


def test_what_nobody_knows_is_no_part() -> None:
    assert own(object()) == ()
    assert needs(object(), world()) == frozenset()
    assert takes("LB-002", object()) == ()
    assert takes("LB-008", (CONTROL, APP))[0] == "pool:control/reserved"
    assert takes("DRILL-005", Drill(kind="dns", cluster="app", at=at(17))) == ("drill:dns app",)
