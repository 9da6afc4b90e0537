"""Faults that are injected together: those that cannot interact, by what each did alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.kill_rows import Row
from tools.lab.faults.fault import Fault
from trueline.diagnose.incidents import Red, incidents

MOST = 3  # faults at a time: each keeps a suite or more for itself
SUITES = 2  # that a fault may turn red; what reaches further may reach anything
BELOW = ("FL", "HO", "KP", "PN")  # pod network, hosts, kube-proxy, routes: others stand on them
BY_NAME = ("IS", "LO")  # beside a fault of names (DN), what they break is told as following from it
CALM = 20.0  # seconds to inject and to clear; what takes longer restarts what others stand on


def groups(
    found: Sequence[Fault], rows: Mapping[str, Row], reds: Mapping[str, Sequence[Red]]
) -> list[tuple[Fault, ...]]:
    """The faults in their order, those together that may be; each is in one group.

    They may be together when each was as expected when it was injected alone, in its rows, and then
    turned other suites and other requirements red than its companions, and when they strike
    different things: ids of one kind (`ML-`) strike the same, and some kinds what all stand on.
    `reds` are the claims that failed in stored runs: where those are known, the causes that were
    named of each have to be named when all of them fail at once.
    """
    made: list[list[Fault]] = []
    for fault in found:
        place = next((one for one in made if _joins(fault, one, rows, reds)), None)
        if place is None:
            made.append([fault])
        else:
            place.append(fault)
    return [tuple(one) for one in made]


def as_alone(row: Row, before: Row) -> bool:
    """Whether a fault did among others what it did alone: no more, no less, no other cause.

    How many claims of a requirement fail may hang on the moment.
    """
    return row.good and ({*(row.reds or ())}, row.causes) == ({*(before.reds or ())}, before.causes)


def _joins(
    fault: Fault,
    group: Sequence[Fault],
    rows: Mapping[str, Row],
    reds: Mapping[str, Sequence[Red]],
) -> bool:
    together = (*group, fault)
    if len(group) == MOST or not all(_is_calm(one, rows) for one in together):
        return False
    if not all(_apart(rows[fault.id], rows[one.id]) for one in group):
        return False
    found = incidents([red for one in together for red in reds.get(one.id, ())])
    named = {incident.cause.requirement for incident in found}
    return all(named.issuperset(rows[one.id].causes) for one in together if reds.get(one.id))


def _is_calm(fault: Fault, rows: Mapping[str, Row]) -> bool:
    row = rows.get(fault.id)
    if row is None or not row.good or row.restless or fault.drills or _kind(row) in BELOW:
        return False
    injecting, _, clearing = row.seconds
    return len(row.areas) <= SUITES and injecting + clearing <= CALM


def _apart(one: Row, other: Row) -> bool:
    touched = [{*row.expected, *row.doubts} for row in (one, other)]
    kinds = {_kind(one), _kind(other)}
    return (
        len(kinds) == 2
        and not ("DN" in kinds and kinds & {*BY_NAME})
        and not {*one.areas} & {*other.areas}
        and not touched[0] & touched[1]
    )


def _kind(row: Row) -> str:
    return row.id.partition("-")[0]
