"""How the tests of a run are divided: each into exactly one shard, alike everywhere, evenly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fixtures.partition import ASKING, Group, assigned, partition

GROUPS = st.builds(
    Group,
    area=st.sampled_from(["dns", "l2", "plan", "reach"]),
    clusters=st.sampled_from(["-", "app", "control", "app+control"]),
    asks=st.booleans(),
)
TESTS = st.lists(GROUPS, max_size=200).map(
    lambda groups: [(f"test-{number}", group) for number, group in enumerate(groups)]
)
SHARDS = st.integers(min_value=1, max_value=9)


@given(TESTS, SHARDS)
def test_every_test_is_in_exactly_one_shard(tests: list[tuple[str, Group]], of: int) -> None:
    parts = partition(tests, of)
    assert len(parts) == of
    assert sorted(name for part in parts for name in part) == sorted(name for name, _ in tests)


@given(TESTS, SHARDS)
def test_a_group_stays_together(tests: list[tuple[str, Group]], of: int) -> None:
    groups = dict(tests)
    where: dict[Group, set[int]] = {}
    for number, part in enumerate(partition(tests, of)):
        for name in part:
            where.setdefault(groups[name], set()).add(number)
    assert all(len(numbers) == 1 for numbers in where.values())


@given(TESTS, SHARDS, st.randoms(use_true_random=False))
def test_the_order_of_collection_does_not_matter(
    tests: list[tuple[str, Group]], of: int, chance: object
) -> None:
    shuffled = list(tests)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert [set(part) for part in partition(tests, of)] == [
        set(part) for part in partition(shuffled, of)
    ]


@given(st.dictionaries(GROUPS, st.integers(min_value=1, max_value=50), min_size=1), SHARDS)
def test_no_shard_does_more_than_the_largest_group_beyond_its_part(
    sizes: dict[Group, int], of: int
) -> None:
    numbers = assigned(sizes, of)
    loads = [
        sum(tests for group, tests in sizes.items() if numbers[group] == number)
        for number in range(1, of + 1)
    ]
    asking = ASKING * len({group.area for group in sizes if group.asks})
    assert max(loads) <= (sum(sizes.values()) + asking * of) / of + max(sizes.values()) + ASKING


def test_tests_that_ask_for_one_area_share_its_answers() -> None:
    sizes = {Group("dns", "app", True): 20, Group("dns", "control", True): 20}
    more = {Group("plan", "app", False): 80, Group("plan", "control", False): 30}
    numbers = assigned({**sizes, **more}, 2)
    assert numbers[Group("dns", "app", True)] == numbers[Group("dns", "control", True)] == 2
    assert [numbers[group] for group in more] == [1, 2]
