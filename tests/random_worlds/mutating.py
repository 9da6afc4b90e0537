"""What it takes to name a mutation: one thing in a world that is otherwise, and who owns it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import assume
from hypothesis import strategies as st

from tests.random_worlds.worlds import World

T = TypeVar("T")


@dataclass(frozen=True)
class Pick:
    """One of several things, by the draw; a world without any is passed over."""

    draw: st.DrawFn

    def __call__(self, items: Iterable[T]) -> T:
        listed = list(items)
        assume(listed)
        return self.draw(st.sampled_from(listed))


ANY = "*"  # for what leaves half a world unseen: nothing but its owners may turn red
Mutate = Callable[[Pick, World], World]


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """`owners` are the requirements that turn red, `doubts` those that can no longer be told.

    `doubts` may be ANY. With `products`, the world has a product of each kind.
    """

    mutate: Mutate
    owners: str
    doubts: str = ""
    products: bool = False
    also: Callable[[World], str] = lambda _: ""


MUTATIONS: dict[str, Mutation] = {}


def mutation(owners: str, **more: Any) -> Callable[[Mutate], Mutate]:
    """Enter a mutation into the table, by the name of its function."""

    def enter(mutate: Mutate) -> Mutate:
        name = mutate.__name__.replace("_", " ")
        assert name not in MUTATIONS
        MUTATIONS[name] = Mutation(mutate=mutate, owners=owners, **more)
        return mutate

    return enter
