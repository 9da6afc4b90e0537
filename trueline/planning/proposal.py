"""What-if: a plan with more clusters, nodes or addresses, written into the text of the old one.

What comes out has been read back and passes every check of the plan; what cannot be done is said
with the space that is exhausted, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from trueline.intent.fields import NAME
from trueline.intent.load import InvalidTopology, read
from trueline.model.address import Network
from trueline.model.topology import Cluster, Pool, Topology
from trueline.planning.growing import with_cluster, with_nodes, with_wider_pool
from trueline.planning.judging import complaints, lines, rulings
from trueline.planning.newcomer import Wish
from trueline.planning.refusal import Exhausted, Unsound, WrongQuestion, no_such
from trueline.planning.spaces import families
from trueline.report.ruling import Standing

Change = Callable[[str, Topology], tuple[str, str]]  # text and plan to text and what was done


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What shall be more: `nodes` by cluster, `addresses` by cluster or `cluster/pool`.

    `names` are those of the new clusters, as far as they are given; `like` is the cluster that
    they are made after, by default the last one.
    """

    clusters: int = 0
    names: tuple[str, ...] = ()
    like: str | None = None
    pool_size: int | None = None
    spaces: tuple[Network, ...] = ()
    nodes: Mapping[str, int] = field(default_factory=dict)
    addresses: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The text of the plan as it would be, what was done, and the advice that it newly earns."""

    text: str
    done: tuple[str, ...]
    advice: tuple[str, ...]


def proposed(data: bytes, file: str, asked: Asked, today: date) -> Proposal:
    """The plan in the bytes of `file` with what is asked for.

    Raises InvalidTopology, WrongQuestion, Exhausted or Unsound. `today` is the day on which
    exceptions must be in force.
    """
    before = read(data, file)
    changes = _changes(before, asked)
    judged = rulings(before, today)
    if faults := complaints(judged):
        head = f"{file} does not pass its own checks; correct these first:"
        raise Unsound(head, *faults)
    text, plan = data.decode(), before
    done: list[str] = []
    exhausted: list[str] = []
    for change in changes:
        try:
            text, what = change(text, plan)
        except Exhausted as error:
            exhausted += error.reasons
            continue
        done.append(what)
        plan = _read_back(text, file)
    if exhausted:
        raise Exhausted(*exhausted)
    now = rulings(plan, today)
    if faults := complaints(now):
        raise Unsound("the plan would not pass its checks:", *faults)
    known = {_plain(line) for line in lines(judged, Standing.ADVISORY)}
    advice = lines(now, Standing.ADVISORY)
    return Proposal(
        text=text,
        done=tuple(done),
        advice=tuple(line for line in advice if _plain(line) not in known),
    )


def _plain(line: str) -> str:
    """A line of advice without its place: lines move when others come before them."""
    return re.sub(r" \([^ ()]*:\d+\)", "", line)


def _read_back(text: str, file: str) -> Topology:
    try:
        return read(text.encode(), file)
    except InvalidTopology as error:
        told = tuple(str(fault) for fault in error.errors)
        raise Unsound("the plan so changed cannot be read back:", *told) from error


def _changes(plan: Topology, asked: Asked) -> tuple[Change, ...]:
    """Each change; what grows goes first, to stay in one piece.

    Raises WrongQuestion with all that is wrong with what is asked.
    """
    errors: list[str] = []
    changes: list[Change] = []
    clusters = {cluster.name: cluster for cluster in plan.clusters}
    names = _names(plan, asked, errors)
    like = asked.like or next(reversed(clusters), None)
    if like is None and names:
        errors.append("the plan has no cluster that another could be made after")
    elif like is not None and like not in clusters:
        errors.append(no_such("cluster", like, clusters))
    elif like is not None:
        errors += _foreign(asked.spaces, clusters[like])
    for name, count in asked.addresses.items():
        pool = _pool(name, clusters, errors)
        if pool:
            changes.append(partial(with_wider_pool, name=str(pool), count=count))
    for name, count in asked.nodes.items():
        if name not in clusters:
            errors.append(no_such("cluster", name, clusters))
        changes.append(partial(with_nodes, name=name, count=count))
    if like is not None:
        for name in names:
            wish = Wish(name=name, pattern=like, pool_size=asked.pool_size, spaces=asked.spaces)
            changes.append(partial(with_cluster, wish=wish))
    if errors:
        raise WrongQuestion(*errors)
    return tuple(changes)


def _foreign(spaces: tuple[Network, ...], pattern: Cluster) -> list[str]:
    """An error for each space that no network of such a cluster could be of."""
    return [
        f"{pattern} has no IPv{space.version} network: {space} is of no use"
        for space in spaces
        if space.version not in families(pattern)
    ]


def _names(plan: Topology, asked: Asked, errors: list[str]) -> list[str]:
    """A name for each new cluster: as given, else `cluster` with the first free number."""
    taken = {cluster.name for cluster in plan.clusters}
    names: list[str] = []
    for name in asked.names:
        if not re.fullmatch(NAME, name):
            errors.append(f"{name!r} is no name: write lower-case letters, digits and hyphens")
        if name in (*taken, *names):
            errors.append(f"the plan has a cluster {name} already: give another name")
        names.append(name)
    number = len(plan.clusters)
    while len(names) < asked.clusters:
        number += 1
        if f"cluster{number}" not in (*taken, *names):
            names.append(f"cluster{number}")
    if len(names) > asked.clusters:
        errors.append(f"{len(names)} names are given for {asked.clusters} clusters")
    return names


def _pool(name: str, clusters: Mapping[str, Cluster], errors: list[str]) -> Pool | None:
    cluster, _, pool = name.partition("/")
    if cluster not in clusters:
        errors.append(no_such("cluster", cluster, clusters))
        return None
    pools = {item.name: item for item in clusters[cluster].pools}
    if pool in pools:
        return pools[pool]
    if pool:
        errors.append(no_such(f"pool of {cluster}", pool, pools))
    elif len(pools) == 1:
        return next(iter(pools.values()))
    else:
        choice = " or ".join(f"{cluster}/{each}" for each in pools)
        told = f"several pools: say {choice}" if pools else "no pool: plan one"
        errors.append(f"{cluster} has {told}")
    return None
