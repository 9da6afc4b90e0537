"""How full each space is, and the day on which it is exhausted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from tests.live import facts_for
from tests.planning.test_allotment import dual
from tests.worlds import at, cidrs, with_cluster, with_load_balancer, with_node, world
from trueline.model.observation import NOT_LISTED
from trueline.planning.forecast import Forecast, Sample, forecast, growth
from trueline.planning.headroom import Seen, Space, head_room, seen_in
from trueline.planning.table import head_room_lines

PLAN = world()
TODAY = date(2026, 11, 28)


def spaces(plan: object = PLAN, seen: dict[str, Seen] | None = None) -> dict[str, Space]:
    return {space.name: space for space in head_room(plan, seen)}  # type: ignore[arg-type]


def test_every_space_of_a_plan() -> None:
    shown = [
        (space.name, space.used, space.free, space.capacity, space.note)
        for space in head_room(PLAN)
        if "control" not in space.name
    ]
    assert shown == [
        ("segment lan 192.168.64.0/24", 93, 161, 254, "hosts, pools and leases"),
        (
            "leases of lan 192.168.64.50-192.168.64.99",
            *(0, 50, 50),
            "fixed hosts; what DHCP leases beside them is not planned",
        ),
        ("pool app/reserved", 4, 0, 4, "reserved"),
        ("pool app/spare", 0, 17, 17, "reserved"),
        ("node ranges of app 10.245.0.0/16", 3, 253, 256, "a /24 each"),
        ("Services of app 10.97.0.0/16", None, None, 65534, "given out by the cluster"),
    ]


def test_what_fills_a_space() -> None:
    found = {name: sorted(space.grows_with) for name, space in spaces(dual()).items()}
    assert found["segment lan 192.168.64.0/24"] == [("nodes", "app"), ("nodes", "control")]
    assert found["segment six 2001:db8::/64"] == [("nodes", "app")]
    assert found["leases of lan 192.168.64.50-192.168.64.99"] == []
    assert found["pool app/six"] == [("addresses", "app/six")]
    assert found["node ranges of app fd12:3456:789a:10::/60"] == [("nodes", "app")]
    assert found["Services of app 10.97.0.0/16"] == [("services", "app")]


def test_a_single_pool_is_meant_by_its_cluster() -> None:
    pools = PLAN.cluster("app").pools[:1]
    space = spaces(with_load_balancer(PLAN, "app", pools=pools))["pool app/reserved"]
    assert sorted(space.grows_with) == [("addresses", "app"), ("addresses", "app/reserved")]


def test_nodes_with_leases_fill_the_lease_range() -> None:
    leased = cidrs("192.168.64.60/32")[0].network.network_address
    plan = with_node(PLAN, "app/app-worker-2", addresses=(leased,))
    found = spaces(plan)
    assert found["leases of lan 192.168.64.50-192.168.64.99"].used == 1
    assert found["leases of lan 192.168.64.50-192.168.64.99"].grows_with == {("nodes", "app")}
    assert found["segment lan 192.168.64.0/24"].grows_with == {("nodes", "control")}


def test_a_pod_network_that_divides_by_itself_has_no_node_ranges() -> None:
    own = PLAN.cluster("app")
    plan = with_cluster(PLAN, "app", cni=replace(own.cni, kind="other"), node_prefix={})
    assert "node ranges of app 10.245.0.0/16" not in spaces(plan)


def test_a_node_range_larger_than_its_network_is_no_range() -> None:
    plan = with_cluster(PLAN, "app", node_prefix={4: 12})
    found = spaces(plan)["node ranges of app 10.245.0.0/16"]
    assert (found.capacity, found.used, found.free, found.share) == (0, 3, 0, 1.0)


def test_what_a_run_saw_counts_where_it_is_more() -> None:
    facts = facts_for(PLAN)["app"]
    seen = seen_in(facts)
    given = {each for service in facts.services.value for each in service.cluster_ips}
    found = spaces(PLAN, {"app": seen})
    assert found["Services of app 10.97.0.0/16"].used == len(given) > 2
    assert found["Services of app 10.97.0.0/16"].note == "given out, as a run saw"
    assert found["pool app/reserved"].used == 4
    assert found["pool app/reserved"].note == "reserved or held"
    free = cidrs("192.168.64.130/32")[0].network.network_address
    more = Seen(services=frozenset(), balanced=frozenset({free}), nodes=9)
    found = spaces(PLAN, {"app": more})
    assert found["pool app/spare"].used == 1
    assert found["node ranges of app 10.245.0.0/16"].used == 9
    assert found["Services of app 10.97.0.0/16"].used == 0


def test_what_a_run_could_not_see_is_not_counted() -> None:
    blind = replace(facts_for(PLAN)["app"], services=NOT_LISTED, nodes=NOT_LISTED)
    assert seen_in(blind) == Seen()


def space(used: int | None, capacity: int = 10) -> Space:
    return Space(
        name="pool app/main",
        capacity=capacity,
        used=used,
        at=at(1),
        grows_with=frozenset({("addresses", "app")}),
        note="reserved",
    )


def samples(*pairs: tuple[str, int]) -> list[Sample]:
    return [Sample(day=date.fromisoformat(day), used={"pool app/main": n}) for day, n in pairs]


@pytest.mark.parametrize(
    ("used", "rates", "seen", "said"),
    [
        (4, ["app=1/day"], [], "2026-12-04 (addresses of app: 1 a day)"),
        (4, ["app=4/day"], [], "2026-11-30 (addresses of app: 4 a day)"),
        (4, ["app=2/week"], [], "2026-12-19 (addresses of app: 2 a week)"),
        (4, ["app=2/month"], [], "2027-02-28 (addresses of app: 2 a month)"),
        (4, ["app=6/year"], [], "2027-11-29 (addresses of app: 6 a year)"),
        (4, ["app=0.5/quarter"], [], "2029-11-28 (addresses of app: 0.5 a quarter)"),
        (
            4,
            ["app=1/day", "addresses:app=2/day"],
            [],
            "2026-11-30 (addresses of app: 1 a day, addresses of app: 2 a day)",
        ),
        (4, ["nodes:app=1/day"], [], "cannot tell: no growth is given, nor seen in two runs"),
        (4, [], [("2026-11-01", 4)], "cannot tell: no growth is given, nor seen in two runs"),
        (
            4,
            [],
            [("2026-11-01", 1), ("2026-11-01", 4)],
            "cannot tell: all runs are of 2026-11-01",
        ),
        (
            4,
            [],
            [("2026-11-28", 4), ("2026-11-18", 2), ("2026-11-20", 9)],
            "2026-12-28 (2 on 2026-11-18, 4 on 2026-11-28)",
        ),
        (
            4,
            [],
            [("2026-11-18", 6), ("2026-11-28", 4)],
            "not as it grows: 6 on 2026-11-18, 4 on 2026-11-28",
        ),
        (4, ["app=0/day"], [], "not as it grows: addresses of app: 0 a day"),
        (4, ["app=0.000001/year"], [], "after the year 9999 (addresses of app: 0.000001 a year)"),
        (10, ["app=1/day"], [], "2026-11-28 (exhausted already)"),
        (12, [], [], "2026-11-28 (exhausted already)"),
        (None, ["app=1/day"], [], "cannot tell: no run says how many are given out"),
    ],
)
def test_forecast(
    used: int | None, rates: list[str], seen: list[tuple[str, int]], said: str
) -> None:
    found = forecast(space(used), [growth(rate) for rate in rates], samples(*seen), TODAY)
    assert str(found) == said
    assert (found.day is None) == (said[:2] != "20")


def test_what_is_given_counts_more_than_what_runs_show() -> None:
    seen = samples(("2026-11-18", 2), ("2026-11-28", 4))
    assert str(forecast(space(4), [growth("app=6/day")], seen, TODAY)) == (
        "2026-11-29 (addresses of app: 6 a day)"
    )


def test_a_month_is_the_twelfth_part_of_a_year() -> None:
    assert growth("app=1/month").a_day == growth("app=12/year").a_day
    assert growth("app=1/day").a_day == Fraction(1)
    assert (growth("services:app/x=2/week").sort, growth("nodes:a=2/week").of) == ("services", "a")


@pytest.mark.parametrize("text", ["app", "app=2", "app=2/hour", "app=-1/day", "pods:app=1/day", ""])
def test_what_is_no_growth_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="is no growth") as raised:
        growth(text)
    assert str(raised.value) == (
        f"{text!r} is no growth: write CLUSTER=NUMBER/PERIOD, with day, week, month, quarter, year,"
        " and addresses: or nodes: or services: before it"
    )


def test_the_table() -> None:
    told = [
        (space(used, capacity), Forecast(day=None, told="cannot tell: why"))
        for used, capacity in ((4, 10), (None, 10), (1, 1000), (999, 1000), (0, 0), (0, 1 << 64))
    ]
    assert list(head_room_lines(told)) == [
        "space                        used     free    of    share  planned in       exhausted on",
        *(
            f"pool app/main (reserved)  {numbers}  topology.yaml:1  cannot tell: why"
            for numbers in (
                "      4        6    10     40 %",
                "unknown  unknown    10  unknown",
                "      1      999  1000    < 1 %",
                "    999        1  1000   > 99 %",
                "      0        0     0    100 %",
                "      0     2^64  2^64      0 %",
            )
        ),
    ]
