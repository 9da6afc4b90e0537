"""Two plans compared value by value, and what a draft owns up to."""

from __future__ import annotations

from dataclasses import replace

from tests.worlds import flow, with_cluster, with_flow, with_reservation, world
from trueline.discovery.differences import Difference, differences, unmarked
from trueline.discovery.draft import Block, Draft, Entry, Gap

ADDRESS = "clusters.app.load_balancer.reservations.app1.address"


def test_a_plan_is_no_different_from_itself_whatever_it_is_called_and_lines_it_has() -> None:
    other = replace(world(), name="another", runs_in="anywhere", exemptions=())
    assert differences(other, world()) == ()


def test_a_value_that_differs_and_one_that_either_side_lacks() -> None:
    moved = with_reservation(world(), "app/app1", address="192.168.64.129")
    open_ = with_cluster(moved, "app", dns_service=None)
    assert [str(one) for one in differences(open_, world())] == [
        "clusters.app.dns_service: planned 10.97.0.10, not in the draft",
        f"{ADDRESS}: planned 192.168.64.121, drafted 192.168.64.129",
    ]
    assert [str(one) for one in differences(world(), open_)] == [
        f"{ADDRESS}: planned 192.168.64.129, drafted 192.168.64.121",
        "clusters.app.dns_service: not planned, drafted 10.97.0.10",
    ]


def test_flows_are_told_by_their_ends_and_not_by_their_names() -> None:
    renamed = with_flow(world(), "logs", name="log lines")
    assert differences(renamed, world()) == ()
    (found,) = differences(with_flow(world(), "logs", expected=False), world())
    assert str(found) == (
        "flows.pods:app to reservation:control/loki 3100/TCP: planned works, drafted fails"
    )
    more = replace(world(), flows=(*world().flows, flow("more", "pods:app", "vm:redis")))
    (beyond,) = differences(more, world())
    assert str(beyond) == "flows.pods:app to vm:redis: not planned, drafted works"


def test_a_mark_above_a_value_owns_up_to_it() -> None:
    apart = (
        Difference(path="a.b.c", planned="1", drafted=None),
        Difference(path="a.bc", planned="1", drafted="2"),
        Difference(path="x", planned=None, drafted="2"),
    )
    made = Draft(parts=(Entry(key="a", value=Block((Gap(key="b", why="no"),))),))
    assert unmarked(apart, made) == (apart[1],)
    guess = Draft(parts=(Entry(key="a", value=1, guess=True),))
    assert unmarked(apart, guess) == ()
