"""What a search for causes stands on: what a run observed, what it claims, and rungs of a walk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, Protocol

from trueline.diagnose.incidents import Red
from trueline.model.address import Address
from trueline.model.observation import ClusterFacts, NotObserved, Wire
from trueline.model.topology import Cluster, Topology

Announcers = Callable[[Cluster, ClusterFacts, Address], tuple[str, ...]]
Signers = Callable[[Red], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung: what should be, whether it is (None: it was not observed), and what was seen."""

    what: str
    holds: bool | None
    seen: str

    def __str__(self) -> str:
        mark = {True: "yes", False: "NO", None: "not observed"}[self.holds]
        return f"{self.what}: {mark}, {self.seen}" if self.seen else f"{self.what}: {mark}"


class Claimed(Red, Protocol):
    """What is needed of any claim of a run."""

    @property
    def standing(self) -> str:
        """What it means for the run: `pass`, `fail`, `unknown`."""
        ...


def _unread(_: Red) -> NoReturn:
    raise NotObserved("nobody looked at what was shown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a run observed and claims, and who said that they announce an address.

    `signers` gives the known roots that signed the certificate of a red; it and `announcers` may
    raise NotObserved.
    """

    topology: Topology
    clusters: dict[str, ClusterFacts]
    wire: Wire
    announcers: Announcers
    claims: tuple[Claimed, ...] = ()
    signers: Signers = _unread
