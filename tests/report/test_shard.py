"""A shard as it is asked for and as it is written down, and what belongs together."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from trueline.report.shard import Shard, Share, contradictions, dump, load, missing

SHARE = Share(run="night", shard=Shard(1, 2), tests=(("a", "b"), ("c",)))
OTHER = replace(SHARE, shard=Shard(2, 2))


def test_a_shard_is_asked_for_by_its_number() -> None:
    assert Shard.parse("2/4") == Shard(2, 4)
    assert (str(Shard(2, 4)), Shard(2, 4).named("night")) == ("shard 2 of 4", "night-2of4")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2", "'2' is no shard: write I/N, as 2/4"),
        ("-1/4", "'-1/4' is no shard: write I/N, as 2/4"),
        ("0/4", "0/4 is no shard: I is from 1 to N"),
        ("5/4", "5/4 is no shard: I is from 1 to N"),
    ],
)
def test_a_shard_that_there_is_not(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        Shard.parse(text)


def test_a_pod_of_an_indexed_job_knows_its_own() -> None:
    assert Shard.indexed("4", {"JOB_COMPLETION_INDEX": "0"}) == Shard(1, 4)
    assert Shard.indexed("4", {"JOB_COMPLETION_INDEX": "3"}) == Shard(4, 4)


@pytest.mark.parametrize(
    ("given", "index", "reason"),
    [
        ("0", "0", "'0' is no number of shards: write one from 1"),
        ("many", "0", "'many' is no number of shards: write one from 1"),
        (
            "4",
            None,
            "there is no JOB_COMPLETION_INDEX, which an Indexed Job sets: give --shard I/4",
        ),
        (
            "4",
            "4",
            "JOB_COMPLETION_INDEX is '4', and 4 shards have 0 to 3: give the Job as many "
            "completions as there are shards",
        ),
    ],
)
def test_a_pod_that_does_not(given: str, index: str | None, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        Shard.indexed(given, {} if index is None else {"JOB_COMPLETION_INDEX": index})


def test_what_is_written_down_is_read_back() -> None:
    assert load(dump(SHARE)) == SHARE
    assert str(SHARE) == "shard 1 of 2 of run night: 2 of 3 selected tests"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[]", "it is no record of a shard (TypeError("),
        ('{"schema": 9}', "it has schema 9, this release reads 1"),
        ('{"schema": 1, "run": "r"}', "it is no record of a shard (KeyError('shard')"),
        (
            '{"schema": 1, "run": "r", "shard": {"number": 1, "of": 2}, "tests": [[]]}',
            "it holds the tests of 1 shards, not of 2",
        ),
    ],
)
def test_what_is_damaged(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}"):
        load(text)


def test_shards_of_one_run_belong_together() -> None:
    assert contradictions([("one", SHARE), ("two", OTHER)]) == []
    assert missing([SHARE, OTHER]) == ()
    assert missing([OTHER]) == (Shard(1, 2),)


def test_everything_that_does_not_belong_together_is_told_at_once() -> None:
    stranger = Share(run="day", shard=Shard(1, 3), tests=(("a",), (), ()))
    assert contradictions([("one", SHARE), ("again", SHARE), ("far", stranger)]) == [
        "these are shards of different runs: night in one, again; day in far",
        "these are shards of different numbers of shards: 2 in one, again; 3 in far",
        "shard 1 is given 3 times: one, again, far",
    ]


def test_shards_that_divided_other_tests() -> None:
    other = replace(OTHER, tests=(("a",), ("c",)))
    assert contradictions([("one", SHARE), ("two", other)]) == [
        "these shards did not divide the same tests: start all of them with the same plan, "
        "options and release"
    ]
