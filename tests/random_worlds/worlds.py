"""Random consistent worlds: a plan, and all that is observed of a deployment that is well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from tests.judging import Said, judge_all
from tests.random_worlds.certificates import EDGE, authority
from tests.random_worlds.deployed import deployed
from tests.random_worlds.listening import network_of
from tests.random_worlds.network import Fault, Key, Network
from tests.random_worlds.plans import plans
from tests.random_worlds.wire import heard, remembering, wire_of
from tests.told import NOW
from tests.worlds import TODAY
from trueline.compare.facts import Facts
from trueline.model.observation import ClusterFacts, Wire
from trueline.model.topology import Topology
from trueline.questions.question import Scene


@dataclass(frozen=True, kw_only=True, repr=False)
class World:
    """What there is to observe: what the APIs say, who answers on the wire, who listens where."""

    plan: Topology
    clusters: dict[str, ClusterFacts]
    wire: Wire
    network: Network

    def __repr__(self) -> str:
        """Short: whole worlds are too large to be read."""
        return f"<world of {', '.join(map(str, self.plan.clusters))}>"

    @property
    def scene(self) -> Scene:
        """What the questions of a run follow from."""
        return Scene(topology=self.plan, clusters=self.clusters, nonce="n0", now=NOW)

    @property
    def facts(self) -> Facts:
        """Everything that a run would observe. What it asks follows from what the APIs say."""
        trust = {EDGE: authority(EDGE).pem}
        hosts = replace(self.network, faults=(*self.network.faults, remembering(self.wire)))
        answers = hosts.answers(self.scene, trust)
        return Facts(clusters=self.clusters, wire=self.wire, answers=answers)

    def judged(self, *areas: str) -> list[Said]:
        return judge_all(self.plan, self.facts, TODAY, *areas)

    def with_cluster(self, name: str, change: Callable[[ClusterFacts], ClusterFacts]) -> World:
        """The same world, but what the API of one cluster says."""
        return replace(self, clusters={**self.clusters, name: change(self.clusters[name])})

    def with_heard(self, address: object, *macs: str) -> World:
        """The same world, but these MACs answer for an address."""
        wire = dict(self.wire)
        for name, seen in self.wire.items():
            if seen.kind == "seen" and str(address) in seen.value.replies:
                replies = {**seen.value.replies, str(address): heard(*macs)}
                wire[name] = replace(seen, value=replace(seen.value, replies=replies))
        return replace(self, wire=wire)

    def with_server(self, key: Key, **changes: Any) -> World:
        """The same world, but for something of one listener."""
        changed = replace(self.network.servers[key], **changes)
        return replace(self, network=self.network.with_server(key, changed))

    def but(self, *faults: Fault) -> World:
        """The same world, in which faults answer first."""
        return replace(self, network=self.network.but(*faults))


def well(plan: Topology) -> World:
    """The world in which the plan is deployed and everything is well."""
    clusters = deployed(plan)
    return World(
        plan=plan,
        clusters=clusters,
        wire=wire_of(plan, clusters),
        network=network_of(plan, clusters),
    )


@st.composite
def worlds(draw: st.DrawFn, most: int = 4, *, products: bool = False) -> World:
    """A random world that is well, of at most that many clusters, with products where wanted."""
    return well(draw(plans(most, products=products)))
