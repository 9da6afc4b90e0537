"""What a drill works with: the plan, fresh facts, places to look from, and the APIs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from trueline.model.address import Address
from trueline.model.observation import ClusterFacts, PodFact
from trueline.model.places import hosts, vantages
from trueline.model.probe import Answer, Probe
from trueline.model.topology import Cluster, Reservation, Topology
from trueline.observe.clock import Clock
from trueline.observe.drill_watch import Look
from trueline.observe.posts import Posts
from trueline.probes import kube_client
from trueline.probes.kube import observe_cluster
from trueline.probes.sweep import interface_for, sweep

ASKED = 0.1  # seconds to await who holds an address; the next question follows at once


class Impossible(Exception):
    """A drill cannot be carried out; the text says why."""


@dataclass(kw_only=True)
class Stage:
    """`folder` keeps what must not be lost if the run is killed in the middle of a drill."""

    topology: Topology
    posts: Posts
    folder: Path
    clock: Clock
    kubeconfig: Path | None

    def facts(self, cluster: Cluster) -> ClusterFacts:
        """What the API of a cluster says now; a gap in it raises NotObserved when it is read."""
        return observe_cluster(
            cluster,
            kubeconfig=self.kubeconfig,
            timeout=self.topology.budgets.api_timeout,
            now=self.clock.now,
        )

    def api(self, cluster: Cluster) -> kube_client.Api:
        """The API of a cluster. Raises kube_access.Unreachable."""
        return self.posts.api(cluster)

    def reservation(self, cluster: str, name: str | None) -> Reservation:
        """The reserved address that a drill names. Raises KeyError."""
        return {item.name: item for item in self.topology.cluster(cluster).reservations}[str(name)]

    def host(self) -> str:
        """The name of a vantage point that is a host. Raises Impossible where there is none."""
        for name in hosts(self.topology):
            return name
        raise Impossible("no vantage point of the plan is a host")

    def looks(
        self,
        names: Iterable[str],
        probe: Probe,
        judged: Callable[[Answer], tuple[bool, str]],
    ) -> dict[str, Look]:
        """The same look from several vantage points, by their names. Raises Unreachable."""
        known = {item.name: item for item in vantages(self.topology)}
        self.posts.open([known[name] for name in names])
        found: dict[str, Look] = {}
        for name in names:
            place = self.posts.place(known[name])
            found[name] = lambda place=place: judged(place.ask({"look": probe})["look"])  # type: ignore[misc]
        return found

    def holders(self, cluster: Cluster, addresses: Iterable[Address]) -> dict[Address, set[str]]:
        """The MACs that answer for each address on the segment of a cluster.

        Raises Impossible where this host cannot hear that segment.
        """
        segment = self.topology.segment(cluster.segment)
        here = interface_for(segment.cidr.network)
        if here is None:
            raise Impossible(f"this host is not on segment {segment}: nobody hears who announces")
        asked = list(addresses)
        try:
            heard = sweep(segment.name, here[0], asked, window=ASKED)
        except (OSError, ValueError) as error:
            raise Impossible(f"segment {segment} cannot be heard: {error}") from error
        return {address: set(heard.macs(address)) for address in asked}


def ready(pods: Iterable[PodFact]) -> dict[str, PodFact]:
    """The ready ones of some pods, by `namespace/name`."""
    return {f"{pod.namespace}/{pod.name}": pod for pod in pods if pod.ready}
