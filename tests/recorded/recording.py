"""What a recording is: a fault that cannot be injected here, as the facts that it would leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trueline.compare.facts import Facts
from trueline.model.topology import Topology

Change = Callable[[Topology, Facts], tuple[Topology, Facts]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One fault of the catalogue, or one thing that only looks like a fault.

    `documented` says which documented response or object `change` puts into the healthy run, and
    `source` by whom; nothing of it was seen in the lab. `reds` are the requirements that must fail,
    and no others may; `unknowns` those that cannot be told. `cause` is the requirement that must be
    named as the only root cause. A control has neither reds nor a cause.
    """

    id: str
    title: str
    source: str
    documented: str
    change: Change
    reds: frozenset[str] = frozenset()
    unknowns: frozenset[str] = frozenset()
    cause: str | None = None
