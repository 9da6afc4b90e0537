"""The part of a run that one of several shards judges, as its run folder keeps it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pydantic_core import from_json

SCHEMA = 1
_GIVEN = re.compile(r"([0-9]{1,4})/([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `of` shards; the first has the number 1."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"shard {self.number} of {self.of}"

    @classmethod
    def parse(cls, text: str) -> Shard:
        """The shard that is written `I/N`. Raises ValueError."""
        found = _GIVEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no shard: write I/N, as 2/4")
        return cls.checked(int(found[1]), int(found[2]))

    @classmethod
    def indexed(cls, given: str, environment: Mapping[str, str]) -> Shard:
        """The shard of this pod of an Indexed Job with `given` completions. Raises ValueError."""
        if not given.isdecimal() or int(given) < 1:
            raise ValueError(f"{given!r} is no number of shards: write one from 1")
        index = environment.get(INDEX)
        if index is None:
            raise ValueError(
                f"there is no {INDEX}, which an Indexed Job sets: give --shard I/{given}"
            )
        if not index.isdecimal() or int(index) >= int(given):
            raise ValueError(
                f"{INDEX} is {index!r}, and {given} shards have 0 to {int(given) - 1}: give the "
                "Job as many completions as there are shards"
            )
        return cls(int(index) + 1, int(given))

    @classmethod
    def checked(cls, number: int, of: int) -> Shard:
        """A shard that there is. Raises ValueError."""
        if not 1 <= number <= of:
            raise ValueError(f"{number}/{of} is no shard: I is from 1 to N")
        return cls(number, of)

    def named(self, run: str) -> str:
        """The id of this shard's own run folder."""
        return f"{run}-{self.number}of{self.of}"


INDEX = "JOB_COMPLETION_INDEX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a shard wrote down: the id of the whole run, and the tests of every shard by place."""

    run: str
    shard: Shard
    tests: tuple[tuple[str, ...], ...]

    @property
    def mine(self) -> tuple[str, ...]:
        """The tests of this shard."""
        return self.tests[self.shard.number - 1]

    @property
    def selected(self) -> int:
        """How many tests all shards together have."""
        return sum(map(len, self.tests))

    def __str__(self) -> str:
        return f"{self.shard} of run {self.run}: {len(self.mine)} of {self.selected} selected tests"


def dump(share: Share) -> str:
    """As JSON."""
    return json.dumps({"schema": SCHEMA, **asdict(share)}, ensure_ascii=False) + "\n"


def load(text: str) -> Share:
    """The inverse of `dump`. Raises ValueError."""
    try:
        found = from_json(text)
        if found["schema"] != SCHEMA:
            raise ValueError(f"it has schema {found['schema']}, this release reads {SCHEMA}")
        shard = Shard.checked(found["shard"]["number"], found["shard"]["of"])
        tests = tuple(tuple(map(str, part)) for part in found["tests"])
        if len(tests) != shard.of:
            raise ValueError(f"it holds the tests of {len(tests)} shards, not of {shard.of}")
        return Share(run=str(found["run"]), shard=shard, tests=tests)
    except (KeyError, TypeError) as error:
        raise ValueError(f"it is no record of a shard ({error!r})") from error


def contradictions(shares: Sequence[tuple[str, Share]]) -> list[str]:
    """Why shards, each with the name of its folder, are not parts of one run: all reasons.

    Whether all are there is another question, see `missing`.
    """
    found = [
        *_differing("runs", {name: share.run for name, share in shares}),
        *_differing("numbers of shards", {name: str(share.shard.of) for name, share in shares}),
    ]
    if not found and len({share.tests for _, share in shares}) > 1:
        found.append(
            "these shards did not divide the same tests: start all of them with the same plan, "
            "options and release"
        )
    numbers: dict[int, list[str]] = {}
    for name, share in shares:
        numbers.setdefault(share.shard.number, []).append(name)
    found += [
        f"shard {number} is given {len(names)} times: {', '.join(names)}"
        for number, names in sorted(numbers.items())
        if len(names) > 1
    ]
    return found


def _differing(what: str, values: Mapping[str, str]) -> list[str]:
    """That folders differ in something, with what each has."""
    names: dict[str, list[str]] = {}
    for name, value in values.items():
        names.setdefault(value, []).append(name)
    told = "; ".join(f"{value} in {', '.join(found)}" for value, found in names.items())
    return [f"these are shards of different {what}: {told}"] if len(names) > 1 else []


def missing(shares: Sequence[Share]) -> tuple[Shard, ...]:
    """The shards of the same run that are not there."""
    of = shares[0].shard.of
    there = {share.shard.number for share in shares}
    return tuple(Shard(number, of) for number in range(1, of + 1) if number not in there)
