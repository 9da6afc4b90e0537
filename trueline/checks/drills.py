"""What a disturbance did to those who must not notice it: how long each was without an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.drill import API_SERVER, WIRE, Blow, Drill, Drilled, Watch
from trueline.model.observation import NotObserved
from trueline.model.topology import Topology
from trueline.requirements.drills import (
    DRILL_001,
    DRILL_002,
    DRILL_003,
    DRILL_004,
    DRILL_005,
    DRILL_006,
    DRILL_007,
)

_SHOWN = 6  # of what was said one after the other


@check(
    DRILL_001,
    remedy="Let more than one node announce the pool: L2Advertisement, node selectors, speakers.",
)
def address_is_announced_again(
    failover_drill: Drill, topology: Topology, drilled: Drilled
) -> Iterator[Claim]:
    """The address is answered on the wire soon after its announcing speaker went down."""
    within = topology.budgets.failover
    yield from _goes_on(failover_drill, drilled, within, lambda place: place == WIRE)


@check(
    DRILL_002,
    remedy="Compare the MAC in the client's ARP cache with the new owner: a switch or a client "
    "that ignores gratuitous ARP keeps the old one.",
)
def clients_are_served_again(
    failover_drill: Drill, topology: Topology, drilled: Drilled
) -> Iterator[Claim]:
    """Clients on the segment and in other clusters are served soon after the failover."""
    within = topology.budgets.failover
    yield from _goes_on(failover_drill, drilled, within, lambda place: place != WIRE)


@check(
    DRILL_003,
    remedy="Ask for the address in every Service (annotation loadBalancerIPs), and set "
    "autoAssign: false on the pool.",
)
def addresses_survive_the_controller(controller_drill: Drill, drilled: Drilled) -> Iterator[Claim]:
    """No reserved address leaves its Service while the controller restarts."""
    expected = "every look shows the reserved addresses"
    yield from _seen(controller_drill, drilled, expected, lambda _: True, _never_otherwise)


@check(
    DRILL_004,
    remedy="Ask for the address in the Service itself (annotation loadBalancerIPs): without it "
    "the next free one is assigned.",
)
def service_gets_its_address_back(
    recreate_drill: Drill, topology: Topology, drilled: Drilled
) -> Iterator[Claim]:
    """A Service that is made again is served on its reserved address soon after."""
    yield from _goes_on(recreate_drill, drilled, topology.budgets.convergence, lambda _: True)


@check(
    DRILL_005,
    remedy="Run two DNS pods at least, on different nodes, with a readiness probe and a short "
    "lameduck.",
)
def names_survive_a_dns_pod(
    dns_drill: Drill, topology: Topology, drilled: Drilled
) -> Iterator[Claim]:
    """Names resolve in a pod of the cluster soon after its DNS lost a pod."""
    yield from _goes_on(dns_drill, drilled, topology.budgets.failover, lambda _: True)


@check(
    DRILL_006,
    remedy="Let what stands at the API address know every API server, and check each of them.",
)
def api_survives_one_server(
    api_drill: Drill, topology: Topology, drilled: Drilled
) -> Iterator[Claim]:
    """The API address answers soon after any one of its servers went down."""
    if _has_no_spare(api_drill, topology):
        yield _nothing_to_stop(api_drill)
        return
    yield from _goes_on(api_drill, drilled, topology.budgets.failover, lambda _: True)


@check(DRILL_007, remedy="See what owns the missing part, and why it does not make it again.")
def drill_leaves_all_as_before(
    drill: Drill, topology: Topology, drilled: Drilled
) -> Iterator[Claim]:
    """What was disturbed is as before when the drill is over."""
    if _has_no_spare(drill, topology):
        yield _nothing_to_stop(drill)
        return
    within = topology.budgets.convergence
    for blow in _blows(drill, drilled):
        yield holds(
            f"{drill}: {blow.done}",
            blow.restored is not None,
            expected=f"as before within {within:g} s",
            observed=(
                f"as before after {blow.restored:.1f} s"
                if blow.restored is not None
                else f"after {within:g} s: {blow.missing}"
            ),
            evidence=(drilled[str(drill)].origin,),
            at=drill.at,
        )


def _has_no_spare(drill: Drill, topology: Topology) -> bool:
    return drill.kind == API_SERVER and len(topology.cluster(drill.cluster).control_planes) < 2


def _nothing_to_stop(drill: Drill) -> Claim:
    why = f"the plan has no second control plane in {drill.cluster}"
    return not_applicable(drill, why=why, at=drill.at)


def _goes_on(
    drill: Drill, drilled: Drilled, within: float, wanted: Callable[[str], bool]
) -> Iterator[Claim]:
    """A claim for each place that was looked from: it was never longer without an answer."""

    def verdict(watch: Watch) -> tuple[bool, str]:
        good = watch.recovered and watch.stall <= within
        return good, f"{_stalled(watch)} ({_course(watch)})"

    yield from _seen(drill, drilled, f"never longer than {within:g} s without", wanted, verdict)


def _never_otherwise(watch: Watch) -> tuple[bool, str]:
    return all(beat.good for beat in watch.beats), _course(watch)


def _seen(
    drill: Drill,
    drilled: Drilled,
    expected: str,
    wanted: Callable[[str], bool],
    verdict: Callable[[Watch], tuple[bool, str]],
) -> Iterator[Claim]:
    """A claim for each place that was looked from; of what was not well before nothing is told."""
    blows = _blows(drill, drilled)
    for blow in blows:
        which = f": {blow.done}," if len(blows) > 1 else ""
        for place, watch, evidence in _watches(blow, wanted):
            subject = f"{drill}{which} seen from {place}"
            if not watch.sound:
                yield _not_well(subject, watch, expected, evidence)
                continue
            good, observed = verdict(watch)
            yield holds(
                subject,
                good,
                expected=expected,
                observed=observed,
                evidence=(*evidence, blow.done),
                at=drill.at,
            )


def _blows(drill: Drill, drilled: Drilled) -> tuple[Blow, ...]:
    try:
        return drilled[str(drill)].value
    except KeyError:
        raise NotObserved("the drill was not carried out") from None


def _watches(
    blow: Blow, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, Watch, tuple[str, ...]]]:
    found = {place: seen for place, seen in blow.watches.items() if wanted(place)}
    if not found:
        raise NotObserved("nobody looked")
    for place, seen in found.items():
        yield place, seen.value, (seen.origin,)


def _not_well(subject: str, watch: Watch, expected: str, evidence: tuple[str, ...]) -> Claim:
    before = [beat.said for beat in watch.beats if beat.at < 0 and not beat.good]
    why = f"it was not well before: {before[0]}" if before else "nobody looked before"
    return unknown(subject, expected=expected, why=why, evidence=evidence)


def _stalled(watch: Watch) -> str:
    if not watch.recovered:
        return f"still without after {watch.stall:.1f} s"
    return f"at most {watch.stall:.1f} s without"


def _course(watch: Watch) -> str:
    told = watch.course
    more = "" if len(told) <= _SHOWN else f", then {len(told) - _SHOWN} more"
    return ", then ".join(told[:_SHOWN]) + more
