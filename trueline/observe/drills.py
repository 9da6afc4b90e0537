"""All planned drills of a run, one after the other, when everything else has been observed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import closing
from pathlib import Path

from trueline.model.drill import API_SERVER, Blow, Drill, Drilled
from trueline.model.observation import ClusterFacts, NotObserved, Observation, Observed, Unobserved
from trueline.model.topology import Topology
from trueline.observe.clock import SYSTEM, Clock
from trueline.observe.drill_acts import ACTS
from trueline.observe.drill_stage import Impossible, Stage
from trueline.observe.posts import Posts
from trueline.observe.progress import Told, nothing_kept, silent
from trueline.observe.snapshot import unforeseen
from trueline.probes.command import CommandFailed
from trueline.probes.kube_access import Unreachable as ApiUnreachable
from trueline.probes.kube_client import Refused
from trueline.vantage.host import describe, refusal
from trueline.vantage.program import Unreachable

INTERRUPTED = "the run was interrupted before this drill was done"
_OWN_WORK = 60.0  # seconds of a drill beside its budgets: pods to start, looks at a slow API
_TOLD = (Impossible, NotObserved, CommandFailed, ApiUnreachable, Refused, Unreachable)


def longest(topology: Topology) -> float:
    """How many seconds all drills of a plan can take at most, when nothing comes back in time."""
    budgets = topology.budgets
    one = 4 * budgets.convergence + budgets.failover + _OWN_WORK
    servers = sum(
        len(topology.cluster(drill.cluster).control_planes)
        for drill in topology.drills
        if drill.kind == API_SERVER
    )
    return one * (len(topology.drills) + servers)


def take_drills(
    topology: Topology,
    clusters: dict[str, ClusterFacts],
    *,
    run: str,
    folder: Path,
    kubeconfig: Path | None = None,
    clock: Clock = SYSTEM,
    only: Collection[str] | None = None,
    told: Told = silent,
    keep: Callable[[Drilled], None] = nothing_kept,
    begin: Callable[[Drill], str | None] | None = None,
) -> Drilled:
    """What came of every planned drill, by its text. They disturb the clusters, each in its turn.

    `only` are the texts of those to carry out, by default of all. `told` hears how many are done;
    `keep` is given those that were done before an interruption, the others as gaps.
    `begin` is asked before each of them; what it says against it is why it is not carried out.
    `folder` keeps what a drill took away until it is back. `run` names the pods that are started to
    look from; they are gone when this returns or is interrupted.
    """
    held_back = refusal(topology)
    wanted = [item for item in topology.drills if only is None or str(item) in only]
    if held_back is not None:
        return {str(drill): _gap(held_back, clock) for drill in wanted}

    def take(number: int, drill: Drill) -> Observed[tuple[Blow, ...]]:
        against = begin(drill) if begin is not None else None
        if against is not None:
            return _gap(against, clock)
        # Pods of its own: those of an earlier drill may be near the end of their time.
        posts = Posts(topology, clusters, run=f"{run}-{number}", kubeconfig=kubeconfig, clock=clock)
        with closing(posts):
            stage = Stage(
                topology=topology, posts=posts, folder=folder, clock=clock, kubeconfig=kubeconfig
            )
            return _carried_out(stage, drill)

    found: Drilled = {}
    try:
        for number, drill in enumerate(wanted):
            told(number, len(wanted))
            found[str(drill)] = take(number, drill)
    except KeyboardInterrupt:
        keep({str(one): found.get(str(one)) or _gap(INTERRUPTED, clock) for one in wanted})
        raise
    return found


def _carried_out(stage: Stage, drill: Drill) -> Observed[tuple[Blow, ...]]:
    try:
        blows = ACTS[drill.kind](stage, drill)
    except Exception as error:  # noqa: BLE001  it would spoil every other drill's verdicts
        return _gap(str(error) if isinstance(error, _TOLD) else unforeseen(error), stage.clock)
    return Observation(value=blows, at=stage.clock.now(), source="drill", vantage=describe())


def _gap(reason: str, clock: Clock) -> Unobserved:
    return Unobserved(reason=reason, at=clock.now(), source="drill", vantage=describe())
