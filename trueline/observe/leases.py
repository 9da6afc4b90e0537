"""The leases of a run: its clusters are shared with runs that observe, never with drills of others.

A run that observes shares; one with drills is alone from its first look to its last. Who has to
wait does so for PATIENCE at most. A run that was killed is in nobody's way for longer than its
hold, which lasts as long as its pods may.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from trueline.model.lease import NAME, Hold
from trueline.model.topology import Cluster, Topology
from trueline.observe.clock import Clock
from trueline.observe.settle import settle
from trueline.probes import kube_lease
from trueline.probes.kube_access import Unreachable, kubeconfig_of
from trueline.probes.kube_client import Api, Dropped, Refused, connect
from trueline.probes.kube_pods import LIFE

PATIENCE = 900.0  # seconds
LOOK_AGAIN = 1.0  # seconds between two looks at a lease of others
_TRIES = 10.0  # seconds to win against others that write the same lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """What came of asking for every cluster.

    `held` names clusters; `lacking` says why another could not be held although it answers.
    `refused` is the reason for which nothing may be observed, or None.
    """

    run: str
    group: str
    alone: bool
    held: tuple[str, ...]
    lacking: Mapping[str, str]
    refused: str | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the run should know."""
        return tuple(
            f"no lease of {cluster} could be held, so drills of another run may have disturbed "
            f"this one: {reason}"
            for cluster, reason in self.lacking.items()
        )


def dump(leases: Leases) -> str:
    """As JSON, for all processes of a run."""
    return json.dumps(asdict(leases), ensure_ascii=False)


def load(text: str) -> Leases:
    """The inverse of `dump`."""
    found = json.loads(text)
    return Leases(**{**found, "held": tuple(found["held"])})


class Busy(Exception):
    """Another run is at work; the text says which, since when and what to do."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where leases are asked for: in the namespace of the probe pods of every cluster."""

    topology: Topology
    kubeconfig: Path | None
    clock: Clock

    def api(self, cluster: Cluster) -> Api:
        """The API of a cluster. Raises Unreachable."""
        config = kubeconfig_of(cluster, self.kubeconfig)
        return connect(cluster.context, config, self.topology.budgets.api_timeout)

    @property
    def namespace(self) -> str:
        """Where the Lease is."""
        return self.topology.probes.namespace

    def wanted(self, leases: Leases, seconds: float) -> Hold:
        """The hold of a run from now on."""
        now = self.clock.now()
        return Hold(
            run=leases.run, group=leases.group, since=now, until=now + seconds, alone=leases.alone
        )


def take_leases(
    topology: Topology,
    *,
    run: str,
    group: str,
    alone: bool,
    kubeconfig: Path | None,
    clock: Clock,
    say: Callable[[str], None],
) -> Leases:
    """Hold every cluster that answers, for LIFE seconds; `say` is told whom is waited for."""
    desk = Desk(topology=topology, kubeconfig=kubeconfig, clock=clock)
    asked = Leases(run=run, group=group, alone=alone, held=(), lacking={})
    held: list[str] = []
    lacking: dict[str, str] = {}

    busy: list[str] = []

    def one(cluster: Cluster) -> None:
        if busy:
            return
        try:
            _take(desk, cluster, asked, say)
            held.append(cluster.name)
        except Unreachable:
            pass  # what its API does not say is told by those who ask it
        except Refused as error:
            lacking[cluster.name] = str(error)
        except Busy as error:
            busy.append(str(error))

    # Who wants to be alone asks in one order, so that two of them never wait for each other.
    with ThreadPoolExecutor(1 if alone else len(topology.clusters)) as pool:
        list(pool.map(one, topology.clusters))
    names = [cluster.name for cluster in topology.clusters]
    found = replace(
        asked,
        held=tuple(name for name in names if name in held),
        lacking={name: lacking[name] for name in names if name in lacking},
    )
    if not busy:
        return found
    leave(topology, found, kubeconfig=kubeconfig, clock=clock)
    return replace(found, held=(), refused="; ".join(sorted(busy)))


def renew(
    topology: Topology, leases: Leases, seconds: float, *, kubeconfig: Path | None, clock: Clock
) -> str | None:
    """Hold every cluster for that much longer; why not, where another run has one by now."""
    desk = Desk(topology=topology, kubeconfig=kubeconfig, clock=clock)
    for name in leases.held:
        cluster = topology.cluster(name)
        try:
            others = _tried(desk, desk.api(cluster), desk.wanted(leases, seconds))
        except (Unreachable, Refused) as error:
            return f"the lease of {cluster} could not be renewed: {error}"
        if others:
            return _busy(cluster, others)
    return None


def leave(topology: Topology, leases: Leases, *, kubeconfig: Path | None, clock: Clock) -> None:
    """Hold nothing any more. What cannot be given back ends by itself."""
    desk = Desk(topology=topology, kubeconfig=kubeconfig, clock=clock)

    def gone(api: Api) -> bool:
        try:
            return kube_lease.leave(api, desk.namespace, leases.run, clock.now())
        except Dropped:  # a proxy turned to another API server
            return False

    def one(name: str) -> None:
        with suppress(Unreachable, Refused):
            api = desk.api(topology.cluster(name))
            settle(
                lambda: gone(api),
                bool,
                within=_TRIES,
                every=LOOK_AGAIN,
                clock=clock,
                overtime=0.0,
            )

    if leases.held:
        with ThreadPoolExecutor(len(leases.held)) as pool:
            list(pool.map(one, leases.held))


def _take(desk: Desk, cluster: Cluster, asked: Leases, say: Callable[[str], None]) -> None:
    """Hold one cluster when nobody is in the way. Raises Busy, Unreachable or Refused."""
    api = desk.api(cluster)
    told: set[str] = set()

    def look() -> tuple[Hold, ...]:
        others = _tried(desk, api, desk.wanted(asked, LIFE))
        for hold in others:
            if hold.run not in told:
                told.add(hold.run)
                say(f"waiting for cluster {cluster}: {hold}")
        return others

    ended = settle(
        look,
        lambda others: not others,
        within=PATIENCE,
        every=LOOK_AGAIN,
        clock=desk.clock,
        overtime=0.0,
    )
    if ended.last:
        raise Busy(
            f"{_busy(cluster, ended.last)}; waited {ended.watched:.0f} s. Run again when it has "
            f"ended: kubectl -n {desk.namespace} get lease {NAME} -o yaml shows who is at work"
        )


def _tried(desk: Desk, api: Api, wanted: Hold) -> tuple[Hold, ...]:
    """Who is in the way of a hold; nobody when it was taken. Raises Refused or Unreachable."""
    seen = settle(
        lambda: kube_lease.take(api, desk.namespace, wanted, desk.clock.now()),
        lambda others: others is not None,
        within=_TRIES,
        every=LOOK_AGAIN,
        clock=desk.clock,
        overtime=0.0,
    )
    if seen.last is None:
        raise Refused(0, f"others changed the lease {desk.namespace}/{NAME} all the time")
    return seen.last


def _busy(cluster: Cluster, others: tuple[Hold, ...]) -> str:
    return f"cluster {cluster} is in use: {', '.join(map(str, others))}"
