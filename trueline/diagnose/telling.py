"""An incident as people read it: the cause, what to look at, what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from trueline.diagnose.certificates import CLOCKS, about_certificate, certificate
from trueline.diagnose.commands import MENDS, commands
from trueline.diagnose.evidence import Evidence, Rung
from trueline.diagnose.incidents import Incident, Red
from trueline.diagnose.statuses import status
from trueline.diagnose.walk import walk
from trueline.model.topology import Topology

_ALSO = 3  # further causes that are told in full


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One incident in words. `blocked` has the line of every red that follows from it.

    `also` are the lines of what else could be the cause, ranked; `follows` and `doubts` count
    requirements, `look` and `mend` are commands; `way` the rungs that lead to the cause, the broken
    one last, or what of a certificate fails; `says` what an HTTP answer means.
    """

    cause: str
    requirement: str
    subject: str
    reds: int
    also: tuple[str, ...]
    look: tuple[str, ...]
    follows: tuple[str, ...]
    doubts: tuple[str, ...]
    blocked: tuple[str, ...]
    way: tuple[str, ...] = ()
    mend: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


def told(incident: Incident, topology: Topology, evidence: Evidence | None = None) -> Told:
    """An incident in words; with what a run observed, how far its cause is well."""
    cause = incident.cause
    lines = [red.line for red in incident.causes[1:]]
    parts = (*cause.takes, *cause.needs)
    said = status(cause, topology)
    return Told(
        cause=cause.line,
        requirement=cause.requirement,
        subject=cause.subject,
        reds=incident.reds,
        also=tuple(dict.fromkeys(line for line in lines if line != cause.line)),
        look=commands(cause.requirement, parts, topology, first=said.look if said else ()),
        mend=commands(cause.requirement, parts, topology, MENDS),
        follows=_counted(incident.consequences),
        doubts=_counted(incident.doubts),
        blocked=tuple(dict.fromkeys(red.line for red in incident.consequences)),
        way=tuple(map(str, way(incident, evidence) if evidence else ())),
        says=(said.says,) if said else (),
    )


def way(incident: Incident, evidence: Evidence) -> tuple[Rung, ...]:
    """The rungs that lead to the cause of an incident; none where nothing can be said of them."""
    found = walk(incident.cause.requirement, incident.cause.takes, evidence)
    certified = _certified(incident)
    if found or not certified:
        return found
    red = certified[0]
    found = certificate(red, evidence)
    if found and red is not incident.cause:
        whose = f"{red.requirement} {red.subject}: {found[0].what}"
        found = (replace(found[0], what=whose), *found[1:])
    return found


def _certified(incident: Incident) -> list[Red]:
    """The cause where it is about a certificate; what follows where it is a clock."""
    cause = incident.cause
    reds = (cause, *incident.consequences) if cause.requirement in CLOCKS else (cause,)
    return [red for red in reds if about_certificate(red)]


def _counted(reds: Iterable[Red]) -> tuple[str, ...]:
    counts = Counter(red.requirement for red in reds)
    return tuple(f"{name} ({count})" if count > 1 else name for name, count in counts.items())


def lines(incidents: Sequence[Told]) -> list[str]:
    """All incidents, the one that most follows from first."""
    found = []
    for number, one in enumerate(incidents, start=1):
        head = f"{number} of {len(incidents)}: " if len(incidents) > 1 else ""
        found.append(f"{head}{one.cause}")
        found += [f"    also: {line}" for line in one.also[:_ALSO]]
        if len(one.also) > _ALSO:
            found.append(f"    also: {len(one.also) - _ALSO} more of this incident")
        found += [f"    way: {rung}" for rung in one.way]
        found += [f"    says: {sentence}" for sentence in one.says]
        found += [f"    look: {command}" for command in one.look]
        found += [f"    mend: {command}" for command in one.mend]
        if one.follows:
            count = len(one.blocked)
            word = "red is a consequence" if count == 1 else "reds are consequences"
            found.append(f"    {count} {word} of this: {', '.join(one.follows)}")
        if one.doubts:
            found.append(f"    not told because of this: {', '.join(one.doubts)}")
    return found


def blocked(incidents: Iterable[Told]) -> dict[str, str]:
    """The line of each red that is a consequence, and the same line with what it is blocked by."""
    return {
        line: f"{line} Blocked by {one.requirement} {one.subject}."
        for one in incidents
        for line in one.blocked
    }
