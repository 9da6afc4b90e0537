"""The whole draft: every part of a plan in the order of topology.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from trueline.discovery import (
    balancers,
    clusters,
    flows,
    ingress,
    mesh,
    names,
    policies,
    products,
    segments,
    vantages,
    vms,
)
from trueline.discovery.balancers import Reserved
from trueline.discovery.draft import Draft, Entry, Gap, Item, Items, Part, block, is_written
from trueline.discovery.segments import Segment
from trueline.model.found import Found

GRACE = timedelta(days=30)  # how long what is not known is excepted
_OWNER = "whoever reviews this draft"


def draft(found: Found, *, today: date, name: str = "discovered network") -> Draft:
    """The plan that says what was found; what was not found is marked.

    A plan needs a cluster: without one that could be read, what is drafted does not load.
    `today` bounds the exceptions: what nothing tells, and a plan must have, is excepted for GRACE.
    """
    return Draft(parts=tuple(_parts(found, today, name)))


def reserved(found: Found) -> tuple[Reserved, ...]:
    """The reservations of all clusters that can be drafted, in the order of the draft."""
    return tuple(
        one for cluster in found.clusters for one in balancers.reservations(found, cluster)
    )


def _parts(found: Found, today: date, name: str) -> Iterator[Part]:
    drafted = segments.segments(found)
    made = reserved(found)
    listed = tuple(clusters.parts(found, drafted))
    written = [part.key for part in listed if is_written(part)]
    yield Entry(key="version", value=1)
    yield Entry(key="name", value=name)
    yield Gap(
        key="budgets",
        why="how long things may take; the defaults hold",
        example="budgets: {convergence: 60}",
    )
    yield from block("segments", tuple(segments.parts(found, drafted)))
    yield from block("clusters", listed)
    yield from vms.parts(found, drafted)
    yield from names.parts(found, made, drafted)
    yield from flows.parts(found, made, drafted, written)
    yield from mesh.parts(found, made)
    yield from ingress.parts(found, made)
    yield from products.parts(found, made)
    yield Gap(
        key="trust",
        why="the CAs that the certificates lead to",
        example="trust: {edge: ca/edge.pem}",
    )
    yield from policies.parts(found, drafted)
    yield Gap(
        key="probes",
        why="an image with Python 3 that the nodes can pull, to probe from",
        example="probes: {image: registry.example.test/python:3, namespace: trueline}",
    )
    yield from vantages.parts(written, drafted)
    yield Gap(
        key="drills",
        why="what may be disturbed; nothing is, unless a plan says so",
        example="drills: {failover: [CLUSTER/RESERVATION]}",
    )
    yield from _exceptions(found, made, drafted, today)


def _exceptions(
    found: Found, made: Sequence[Reserved], drafted: Sequence[Segment], today: date
) -> tuple[Part, ...]:
    """What a plan must say and nothing tells: known to be missing, for a while."""
    missing = [
        ("PLAN-060", what, "no name for it is known")
        for what in names.unnamed(found, made, drafted)
    ]
    missing += [
        ("PLAN-035", f"{one.cluster}/{one.name} tls_names", "the names are not known")
        for one in made
        if balancers.carries_tls(one) and not one.tls_names
    ]
    items = tuple(
        Item(
            value={
                "requirement": requirement,
                "subject": subject,
                "owner": _OWNER,
                "reason": reason,
                "expires": str(today + GRACE),
            }
        )
        for requirement, subject, reason in missing
    )
    why = "a plan must say these; each line goes when what it names is planned"
    return (Entry(key="exceptions", value=Items(items), source=why),) if items else ()
