"""The ledger: what is entered, where two uses meet, and how that is told."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from tests.worlds import at, ranges, with_cluster, with_vm, world
from trueline.intent.ledger import ledger
from trueline.model.address import Range
from trueline.model.ledger import HOSTS, Conflict, Entry, Kind, Ledger, may_share


def entry(text: str, kind: Kind = Kind.PODS, owner: str = "a", line: int = 1) -> Entry:
    return Entry(Range.parse(text), kind, owner, at(line))


def conflicts(*entries: Entry) -> list[str]:
    return [str(found) for found in Ledger(entries).conflicts()]


def test_every_range_of_the_plan_is_entered() -> None:
    assert [str(item) for item in ledger(world()).entries] == [
        "segment lan (topology.yaml:5)",
        "gateway of lan (topology.yaml:5)",
        "DHCP range of lan (topology.yaml:5)",
        "VM redis (topology.yaml:120)",
        "VM mysql (topology.yaml:121)",
        "pod network of control (topology.yaml:8)",
        "service network of control (topology.yaml:8)",
        "API endpoint of control (topology.yaml:8)",
        "node control/control-cp-1 (topology.yaml:11)",
        "node control/control-worker-1 (topology.yaml:12)",
        "node control/control-worker-2 (topology.yaml:13)",
        "pool control/reserved (topology.yaml:20)",
        "pool control/spare (topology.yaml:21)",
        "pod network of app (topology.yaml:60)",
        "service network of app (topology.yaml:60)",
        "API endpoint of app (topology.yaml:60)",
        "node app/app-cp-1 (topology.yaml:63)",
        "node app/app-worker-1 (topology.yaml:64)",
        "node app/app-worker-2 (topology.yaml:65)",
        "pool app/reserved (topology.yaml:70)",
        "pool app/spare (topology.yaml:71)",
    ]
    assert len(ledger(world())) == 21


def test_what_the_plan_leaves_open_is_not_entered() -> None:
    plan = with_cluster(with_vm(world(), "redis", address=None), "app", api=None)
    plan = with_cluster(plan, "control", api="https://api.control.test:6443")
    kinds = [item.kind for item in ledger(plan).entries]
    assert (kinds.count(Kind.VM), kinds.count(Kind.API)) == (1, 0)


def test_an_ipv6_endpoint_is_entered() -> None:
    plan = with_cluster(world(), "app", api="https://[fd00::20]:6443")
    (found,) = [
        item for item in ledger(plan).entries if item.kind is Kind.API and item.owner == "app"
    ]
    assert found.range == Range.parse("fd00::20")


def test_a_corrected_plan_has_no_conflict() -> None:
    assert ledger(world()).conflicts() == ()


def test_the_smallest_block_and_both_parties_are_named() -> None:
    assert conflicts(
        entry("10.96.0.0/12", Kind.SERVICES, "control", 9),
        entry("10.97.0.0/16", owner="app", line=61),
    ) == [
        "10.97.0.0/16 belongs to service network of control (topology.yaml:9)"
        " and to pod network of app (topology.yaml:61)"
    ]


def test_a_partial_overlap_is_the_shared_part() -> None:
    (found,) = Ledger(
        (entry("10.0.0.10-10.0.0.20", Kind.POOL), entry("10.0.0.15-10.0.0.30", Kind.DHCP))
    ).conflicts()
    assert found.block == Range.parse("10.0.0.15-10.0.0.20")
    assert found.kinds == {Kind.POOL, Kind.DHCP}


def test_ranges_that_only_touch_share_nothing() -> None:
    assert conflicts(entry("10.0.0.0/24"), entry("10.0.1.0/24"), entry("10.0.1.255-10.0.2.3")) == [
        "10.0.1.255 belongs to pod network of a (topology.yaml:1)"
        " and to pod network of a (topology.yaml:1)"
    ]


def test_families_never_meet() -> None:
    assert conflicts(entry("0.0.0.0/0"), entry("::/0")) == []
    assert (
        len(conflicts(entry("10.0.0.0/8"), entry("10.1.0.0/16"), entry("::/0"), entry("fd00::/8")))
        == 2
    )


def test_equal_ranges_are_one_conflict_of_all_their_owners() -> None:
    (found,) = Ledger(
        tuple(entry("10.0.0.0/8", Kind.SERVICES, str(number)) for number in range(4000))
    ).conflicts()
    assert [item.owner for item in found.entries] == [str(number) for number in range(4000)]


def test_equal_ranges_of_two_uses_name_all_their_owners() -> None:
    (found,) = Ledger(
        (
            entry("10.0.0.7", Kind.API, "a"),
            entry("10.0.0.7", Kind.POOL, "p"),
            entry("10.0.0.7", Kind.API, "b"),
        )
    ).conflicts()
    assert [item.owner for item in found.entries] == ["a", "p", "b"]


def test_a_chain_of_nested_ranges_grows_by_one_conflict_each() -> None:
    chain = [Range(first, last) for first, last in _nested(200)]
    found = Ledger(tuple(Entry(part, Kind.PODS, str(part), at(1)) for part in chain)).conflicts()
    assert len(found) == 199
    assert {item for conflict in found for item in conflict.entries} == {
        Entry(part, Kind.PODS, str(part), at(1)) for part in chain
    }


def _nested(count: int):  # type: ignore[no-untyped-def]
    whole = Range.parse("10.0.0.0/8")
    return [(whole.first + number, whole.last - number) for number in range(count)]


def test_what_lives_on_a_segment_shares_it() -> None:
    lan = entry("10.0.0.0/24", Kind.SEGMENT)
    for kind in (*HOSTS, Kind.POOL, Kind.DHCP, Kind.API):
        assert conflicts(lan, entry("10.0.0.9", kind)) == []
    for kind in (Kind.PODS, Kind.SERVICES, Kind.SEGMENT):
        assert len(conflicts(lan, entry("10.0.0.0/26", kind))) == 1


def test_exactly_these_kinds_may_share_an_address() -> None:
    assert {
        f"{one.name} {other.name}"
        for one, other in combinations_with_replacement(Kind, 2)
        if may_share(one, other)
    } == {
        "SEGMENT GATEWAY", "SEGMENT DHCP", "SEGMENT NODE", "SEGMENT VM", "SEGMENT POOL",
        "SEGMENT API", "DHCP NODE", "DHCP VM", "DHCP API", "GATEWAY API", "NODE API", "VM API",
        "API API",
    }  # fmt: skip


def test_a_kind_that_may_share_with_itself_is_an_address() -> None:
    # The sweep remembers one range of each kind; that is enough only under this condition.
    for plan in (world(), with_cluster(world(), "app", api="https://192.168.64.10:7443")):
        for item in ledger(plan).entries:
            assert item.range.size == 1 or not may_share(item.kind, item.kind)


@pytest.mark.parametrize(
    ("asked", "kinds", "found"),
    [
        ("10.0.0.0/24", (Kind.POOL,), ["10.0.0.10-10.0.0.20 belongs to pool p (topology.yaml:1)"]),
        ("10.0.0.20", (Kind.POOL,), ["10.0.0.20 belongs to pool p (topology.yaml:1)"]),
        ("10.0.0.21", (Kind.POOL, Kind.DHCP), []),
        (
            "10.0.0.12-10.0.0.13",
            (Kind.NODE, Kind.POOL),
            [
                "10.0.0.12 belongs to node n (topology.yaml:1)",
                "10.0.0.12/31 belongs to pool p (topology.yaml:1)",
            ],
        ),
        ("fd00::1", (Kind.POOL,), []),
    ],
)
def test_meeting_finds_what_holds_the_asked_addresses(
    asked: str, kinds: tuple[Kind, ...], found: list[str]
) -> None:
    book = Ledger(
        (entry("10.0.0.10-10.0.0.20", Kind.POOL, "p"), entry("10.0.0.12", Kind.NODE, "n"))
    )
    assert [str(item) for item in book.meeting(Range.parse(asked), *kinds)] == found


def test_meeting_looks_behind_a_short_range_for_a_long_one() -> None:
    long, short, far = (
        entry("10.0.0.0-10.0.0.99", owner="long"),
        entry("10.0.0.5", owner="short"),
        entry("10.0.0.90", owner="far"),
    )
    (only,) = Ledger((far, short, long)).meeting(Range.parse("10.0.0.50").first, Kind.PODS)
    assert only.entry == long


def test_a_conflict_of_three_names_three() -> None:
    conflict = Conflict(ranges("10.0.0.1")[0], (entry("10.0.0.1"),) * 3)
    assert str(conflict).count("pod network of a (topology.yaml:1)") == 3
