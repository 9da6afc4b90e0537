from __future__ import annotations

from dataclasses import replace

import pytest

import fixtures.subjects
from tests.model.plans import NORTH, PLAN, SOUTH
from trueline.model.address import Range
from trueline.model.subject import SILENT_LIMIT, SUBJECTS, named, silent_addresses


@pytest.mark.parametrize(
    ("fixture", "ids"),
    [
        ("cluster", ["north", "south"]),
        ("cluster_pair", ["north-south"]),
        ("segment", ["lan", "back"]),
        ("node", ["north/north-1", "south/south-1"]),
        ("pool", ["north/main", "south/main"]),
        ("reservation", ["north/web", "south/web"]),
        ("vm", ["db", "later"]),
        ("flow", ["web"]),
        ("dns_name", ["web.north.test"]),
        ("zone", ["north.test"]),
        ("pod_vantage", ["pods"]),
        ("dns_authority", []),
        ("dns_vantage", []),
        (
            "silent_address",
            [
                "north/203.0.113.100",
                "north/203.0.113.102",
                "north/203.0.113.103",
                "south/203.0.113.150",
                "south/203.0.113.152",
                "south/203.0.113.153",
            ],
        ),
        ("ordered_pair", ["north-south", "south-north"]),
        ("policy", []),
        ("product", []),
        ("route", []),
        ("workload", []),
        (
            "host_address",
            [
                "lan/gateway/203.0.113.1",
                "north/north-1/203.0.113.109",
                "south/south-1/203.0.113.159",
                "db/203.0.113.9",
            ],
        ),
    ],
)
def test_subjects_come_from_the_plan_in_its_order(fixture: str, ids: list[str]) -> None:
    assert [named(subject) for subject in SUBJECTS[fixture](PLAN)] == ids


def is_fixture(value: object) -> bool:
    """Pytest before 8.4 marks the function; later ones have a type of their own."""
    return hasattr(value, "_pytestfixturefunction") or hasattr(value, "_fixture_function_marker")


def test_every_entity_fixture_is_listed_here() -> None:
    assert sorted(SUBJECTS) == sorted(
        name for name, value in vars(fixtures.subjects).items() if is_fixture(value)
    )


def test_a_large_pool_is_asked_about_its_first_addresses() -> None:
    assert NORTH.load_balancer
    pool = replace(NORTH.pools[0], ranges=(Range.parse("2001:db8::/64"),))
    load_balancer = replace(NORTH.load_balancer, pools=(pool,), reservations=())
    plan = replace(PLAN, clusters=(replace(NORTH, load_balancer=load_balancer),))
    found = list(silent_addresses(plan))
    assert len(found) == SILENT_LIMIT
    assert [str(one) for one in found[:2]] == ["north/2001:db8::", "north/2001:db8::1"]


def test_an_address_that_another_cluster_reserved_is_not_free() -> None:
    assert NORTH.load_balancer
    pool = replace(NORTH.pools[0], ranges=(Range.parse("203.0.113.150-203.0.113.152"),))
    north = replace(NORTH, load_balancer=replace(NORTH.load_balancer, pools=(pool,)))
    plan = replace(PLAN, clusters=(north, SOUTH))
    assert [str(one) for one in silent_addresses(plan)][:2] == [
        "north/203.0.113.150",
        "north/203.0.113.152",
    ]


def test_what_has_neither_text_nor_name_is_called_by_its_kind() -> None:
    assert named((NORTH, SOUTH)) == "north-south"
    assert named(object()) == "object"


def test_a_name_is_enough() -> None:
    class Named:
        name = "x"

    assert named(Named()) == "x"
