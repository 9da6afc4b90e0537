"""Segments, VMs and clusters as boxes; each gives back its pieces and how high it came out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trueline.model.topology import Cluster, Segment
from trueline.report import svg
from trueline.report.picture_claims import Shown
from trueline.report.picture_style import css_class
from trueline.report.ruling import Standing
from trueline.report.tally import BAD, SIGNS, Tally, few, kept, together

MOST_NODES, MOST_ADDRESSES, MOST_VMS = 12, 20, 12
IN_FULL = 4  # up to so many clusters are drawn with all that is in them
_MOST_BAD = 4  # things that are named in a small box
_ROW, _PAD = 20, 12
_LETTER, _BOLD = 6.5, 7.4  # the width of a letter of an address, and of what stands at an end


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a box: its name, what stands before it (an address) and its claims.

    `end` is what stands at its end where nobody fails.
    """

    name: str
    before: str
    tally: Tally
    about: str
    end: str = ""

    @property
    def title(self) -> str:
        """What a pointer over it tells."""
        return f"{self.about} {self.before} {self.name}: {self.tally}".replace("  ", " ")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pieces of SVG, and how high they are together."""

    parts: tuple[str, ...]
    height: float


def badge(x: float, y: float, standing: str, title: str = "") -> str:
    """The sign of a standing in its colour, 18 wide."""
    parts = [svg.rect(x, y, 18, 18), svg.text(x + 9, y + 13.5, SIGNS[standing], css="b c")]
    return svg.group(parts, css=css_class(standing), title=title)


def chip(x: float, y: float, width: float, thing: Thing) -> str:
    """One thing as a bar in the colour of its worst claim, with who failed at its end."""
    room = min(_LETTER * len(thing.before), width / 2)
    before = room + 8 if thing.before else 0
    end = _end(thing, width - 25 - before - min(_LETTER * len(thing.name) + 12, width / 4))
    parts = [
        svg.rect(x, y, width, _ROW - 3),
        svg.text(x + 9, y + 12.5, thing.tally.sign, size=11, css="b c"),
    ]
    if before:
        parts.append(svg.text(x + 19, y + 12.5, thing.before, size=10.5, css="m", width=room))
    left, right = x + 19 + before, _BOLD * len(end) + 12 if end else 4
    parts.append(svg.text(left, y + 12.5, thing.name, size=11, width=x + width - right - left))
    if end:
        parts.append(svg.text(x + width - 6, y + 12.5, end, size=10.5, css="b e"))
    return svg.group(parts, css=css_class(thing.tally.worst), title=thing.title)


def _end(thing: Thing, room: float) -> str:
    """Who failed, as many as there is room for, or how many; else what the thing ends with."""
    bad = thing.tally.bad
    if not bad:
        return thing.end
    told = (few(bad, most) for most in (3, 2, 1))
    return next((one for one in told if _BOLD * len(one) <= room), f"+{len(bad)}")


def chips(
    x: float, y: float, width: float, things: Sequence[Thing], *, columns: int, most: int, what: str
) -> Drawn:
    """Things in columns; beyond `most` the good ones are folded into a line."""
    drawn, left = kept(things, most, lambda thing: thing.tally)
    step = width / columns
    parts = [
        chip(x + index % columns * step, y + index // columns * _ROW, step - 6, thing)
        for index, thing in enumerate(drawn)
    ]
    height = -(-len(drawn) // columns) * _ROW
    if left:
        rest = together(thing.tally for thing in left)
        more = f"{rest.sign} and {len(left)} more {what}: {rest}"
        parts.append(svg.text(x, y + height + 12, more, size=11, css="muted", width=width))
        height += _ROW
    return Drawn(tuple(parts), height)


def counts(tally: Tally) -> str:
    """The counts with their signs: `✓ 310 ✗ 2`; what the plan does not ask is left out."""
    asked = (one for one in SIGNS if one != Standing.NOT_APPLICABLE.value)
    told = (f"{SIGNS[one]} {tally.counts[one]}" for one in asked if one in tally.counts)
    return " · ".join(told) or tally.sign


def cluster(x: float, y: float, width: float, one: Cluster, shown: Shown) -> Drawn:
    """A cluster with its nodes, pools and reserved addresses."""
    nodes = _nodes(one, shown)
    pools = _pools(one, shown)
    addresses = _addresses(one, shown)
    inside, top = width - 2 * _PAD, y + 34
    parts = [_networks(x + _PAD, top + 8, inside, one)]
    top += 20
    rows: Iterable[tuple[str, list[Thing], int, int, str]] = (
        ("nodes", nodes, 1 if width < 500 else 2, MOST_NODES, "nodes"),
        ("load-balancer pools", pools, 1, MOST_NODES, "pools"),
        ("reserved addresses", addresses, 1 if width < 500 else 2, MOST_ADDRESSES, "addresses"),
    )
    for heading, things, columns, most, what in rows:
        if things:
            parts.append(svg.text(x + _PAD, top + 11, heading, size=10.5, css="muted"))
            drawn = chips(
                x + _PAD, top + 16, inside + 6, things, columns=columns, most=most, what=what
            )
            parts += drawn.parts
            top += drawn.height + 22
    rest = shown.rest(one)
    whole = "the cluster as a whole, and pairs with it"
    thing = Thing(whole, "", rest, f"cluster {one},", end=str(rest.examined))
    parts.append(chip(x + _PAD, top, inside, thing))
    head = _head(x, y, width, one, shown)
    height = top + _ROW + _PAD - 4 - y
    return Drawn((svg.rect(x, y, width, height, css="box", corner=8), *head, *parts), height)


def small(x: float, y: float, width: float, one: Cluster, shown: Shown) -> Drawn:
    """A cluster with its things counted, and only those named that are not well."""
    sorts = (
        (_nodes(one, shown), "node", "nodes"),
        (_pools(one, shown), "pool", "pools"),
        (_addresses(one, shown), "address", "addresses"),
    )
    parts, top = [], y + 34
    told = (
        f"{together(thing.tally for thing in found).sign} {len(found)} "
        f"{single if len(found) == 1 else plural}"
        for found, single, plural in sorts
    )
    text = " · ".join((*told, one.segment))
    parts.append(svg.text(x + _PAD, top + 8, text, size=10, css="muted", width=width - 2 * _PAD))
    top += 16
    things = [thing for found, *_ in sorts for thing in found if thing.tally.worst in BAD]
    rest = shown.rest(one)
    if rest.worst in BAD:
        things.append(Thing("as a whole", "", rest, f"cluster {one}"))
    if things:
        drawn = chips(
            x + _PAD, top, width - 2 * _PAD + 6, things, columns=1, most=_MOST_BAD, what="not well"
        )
        parts += drawn.parts
        top += drawn.height
    head = _head(x, y, width, one, shown)
    height = top + _PAD - 4 - y
    return Drawn((svg.rect(x, y, width, height, css="box", corner=8), *head, *parts), height)


def segment(x: float, y: float, width: float, one: Segment, shown: Shown) -> Drawn:
    """The name of a segment, its gateway, and the VMs on it."""
    tally = shown.segment(one)
    where = [str(one.cidr), *([f"gateway {one.gateway}"] if one.gateway else [])]
    name = f"segment {one}"
    parts = [
        badge(x, y, tally.worst, f"{name}: {tally}"),
        svg.text(x + 26, y + 14, name, size=13, css="b", width=160),
        svg.text(x + 196, y + 13.5, " · ".join(where), size=11.5, css="m", width=width - 200),
    ]
    vms = [
        Thing(vm.name, str(vm.address or ""), shown.vm(vm), "VM")
        for vm in shown.plan.vms
        if vm.segment == one.name
    ]
    if not vms:
        return Drawn(tuple(parts), 26)
    drawn = chips(x, y + 28, width + 6, vms, columns=4, most=MOST_VMS, what="VMs")
    return Drawn((*parts, *drawn.parts), drawn.height + 30)


def _head(x: float, y: float, width: float, one: Cluster, shown: Shown) -> list[str]:
    tally = shown.cluster(one)
    told = counts(tally)
    room = width - 2 * _PAD - 26 - 7.5 * len(told)
    return [
        badge(x + _PAD, y + 10, tally.worst, f"cluster {one}: {tally}"),
        svg.text(x + _PAD + 26, y + 24, one.name, size=15, css="b", width=room),
        svg.text(x + width - _PAD, y + 23.5, told, size=12, css="e"),
    ]


def _networks(x: float, y: float, width: float, one: Cluster) -> str:
    pods, services = (", ".join(map(str, part)) for part in (one.pods, one.services))
    told = [
        f"on {one.segment}",
        f"pods {pods}",
        f"Services {services}",
        *([f"API {one.api}"] if one.api else []),
    ]
    return svg.text(x, y, " · ".join(told), size=10.5, css="m muted", width=width)


def _nodes(one: Cluster, shown: Shown) -> list[Thing]:
    return [
        Thing(node.name, " ".join(map(str, node.addresses)), shown.node(node), node.role)
        for node in one.nodes
    ]


def _pools(one: Cluster, shown: Shown) -> list[Thing]:
    return [
        Thing(f"{pool.name} {', '.join(map(str, pool.ranges))}", "", shown.pool(pool), "pool")
        for pool in one.pools
    ]


def _addresses(one: Cluster, shown: Shown) -> list[Thing]:
    return [
        Thing(item.name, str(item.address), shown.reservation(item), f"owner {item.owner},")
        for item in one.reservations
    ]
