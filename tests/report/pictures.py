"""Claims to draw, a plan of any number of clusters, and what is read back from a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

from tests.worlds import cluster, flow, node, pool, reservation, segment, world
from trueline.diagnose.telling import Told
from trueline.model.source import Source
from trueline.model.topology import Topology, Vantage
from trueline.report.journal import Entry
from trueline.report.picture import picture

NS = "{http://www.w3.org/2000/svg}"


def claim(
    *about: str,
    requirement: str = "LB-003",
    standing: str = "pass",
    cluster: str = "-",
    area: str = "metallb",
) -> Entry:
    return Entry(
        run="r1",
        worker="main",
        test=f"suites/{area}/t.py::t",
        check="c",
        requirement=requirement,
        severity="critical",
        area=area,
        cluster=cluster,
        subject="s",
        expected="e",
        observed="o",
        verdict="unknown" if standing == "unknown" else "pass" if standing == "pass" else "fail",
        standing=standing,
        at=None,
        evidence=(),
        remedy="r",
        seconds=0.0,
        line="l",
        about=about,
    )


def incident(requirement: str, *blocked: str) -> Told:
    return Told(
        cause=f"{requirement} s: expected e, observed o.",
        requirement=requirement,
        subject="s",
        reds=1 + len(blocked),
        also=(),
        look=(),
        follows=(),
        doubts=(),
        blocked=blocked,
    )


def drawn(plan: Topology, entries: Sequence[Entry], *told: Told) -> Drawing:
    return Drawing(picture(plan, entries, told, run="r1"))


class Drawing:
    """A picture, read back as the XML it is."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = ElementTree.fromstring(text)

    @property
    def texts(self) -> list[str]:
        """Every line of text, without its title."""
        found = []
        for element in self.root.iter(f"{NS}text"):
            title = element.find(f"{NS}title")
            found.append((element.text or "") if title is None else (title.tail or ""))
        return found

    @property
    def titles(self) -> list[str]:
        """Every title, in the order of the picture."""
        return [element.text or "" for element in self.root.iter(f"{NS}title")]

    def marked(self, title: str) -> tuple[str, str]:
        """(class, first text) of the one group whose title begins so."""
        (found,) = [
            group
            for group in self.root.iter(f"{NS}g")
            if (group.findtext(f"{NS}title") or "").startswith(title)
        ]
        (first, *_) = found.iter(f"{NS}text")
        return found.get("class") or "", first.text or ""

    @property
    def height(self) -> float:
        return float(self.root.get("height") or 0)


def many(count: int, *, segments: int = 1) -> Topology:
    """A plan of so many clusters, each with nodes, a pool, two addresses and flows."""
    vantage = Vantage(name="host", kind="host", cluster=None, segment="lan0", at=Source("t", 1))
    clusters = [
        cluster(
            f"c{number}",
            pods=[f"10.{number}.0.0/16"],
            services=[f"172.16.{number}.0/24"],
            segment=f"lan{number % segments}",
            nodes=[node(f"c{number}", f"n{n}", f"192.168.{number}.{n}") for n in range(1, 8)],
            pools=[pool(f"c{number}", "main", f"192.168.{number}.100-192.168.{number}.120")],
            reservations=[
                reservation(f"c{number}", name, f"192.168.{number}.{100 + n}", "80/TCP")
                for n, name in enumerate(("web", "api"))
            ],
        )
        for number in range(count)
    ]
    flows = [
        flow(f"{here} to {there}", f"pods:{here}", f"reservation:{there}/web", "80/TCP")
        for here in clusters
        for there in clusters
        if here is not there
    ]
    return world(
        segments=tuple(
            segment(f"lan{n}", f"172.20.{n}.0/24", f"172.20.{n}.1", dhcp=())
            for n in range(segments)
        ),
        clusters=tuple(clusters),
        flows=tuple(flows),
        vms=(),
        mesh=None,
        vantages=(vantage,),
    )


def healthy(plan: Topology) -> list[Entry]:
    """One good claim about everything that a picture has a place for."""
    found = [claim(f"address:{item.address}", cluster=item.cluster) for item in plan.reservations]
    found += [claim(f"node:{item}", cluster=item.cluster) for item in plan.nodes]
    found += [claim(f"pool:{item}", cluster=item.cluster) for item in plan.pools]
    found += [claim(f"segment:{item}") for item in plan.segments]
    found += [claim(f"cluster:{item}", cluster=item.name) for item in plan.clusters]
    found += [claim(f"path:{item.source}>{item.target}") for item in plan.flows]
    return found
