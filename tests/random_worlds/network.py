"""The network of a random world: who listens where, what leads there, and what names mean.

It is derived from the plan by four rules, none of which asks a check: pod and Service addresses
exist in their own cluster alone (elsewhere nobody answers); addresses of segments are reached from
everywhere; a protected pod admits whom its policy lists, and the node it runs on; a sidecar carries
calls of its pod by name to the workloads of all members.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import ip_address

from tests.random_worlds.servers import Server, resolved
from tests.told import NOW, http, reply
from trueline.model.address import Address
from trueline.model.address import Network as IpNetwork
from trueline.model.observation import Observation, Unobserved
from trueline.model.probe import Answer, Answers, Reply, Step
from trueline.model.topology import Policy, Vantage
from trueline.questions import every
from trueline.questions.question import Question, Scene

Key = tuple[str, int, str]  # address, port, transport
Fault = Callable[[Vantage, Step], Reply | None]


@dataclass(frozen=True, kw_only=True)
class Network:
    """Where one can stand, and what is met from there. `faults` speak first."""

    places: dict[str, Vantage]
    locals: dict[str, dict[int, str]]  # vantage point -> family -> its own address
    inside: tuple[tuple[IpNetwork, str], ...]  # (pod or Service network, cluster)
    servers: dict[Key, Server]
    names: dict[str, dict[str, tuple[str, ...]]]  # vantage point -> name -> addresses
    doors: dict[str, Policy]  # address of a protected pod -> its policy
    called: dict[tuple[str, str], str]  # (vantage point, host) -> what the sidecar brings back
    faults: tuple[Fault, ...] = ()

    def but(self, *faults: Fault) -> Network:
        return replace(self, faults=(*faults, *self.faults))

    def with_server(self, key: Key, server: Server | None) -> Network:
        """The same network with another listener, or none."""
        servers = {other: one for other, one in self.servers.items() if other != key}
        return replace(self, servers=servers | ({key: server} if server is not None else {}))

    def answers(self, scene: Scene, trust: dict[str, str]) -> Answers:
        """What everybody is told who is asked in this scene."""
        views: dict[str, Observation[dict[str, Answer]] | Unobserved] = {}
        for vantage, questions in every.asked(scene).items():
            place = self.places.get(vantage)
            if place is None:
                views[vantage] = _gap(vantage)
                continue
            told = {name: self._answer(place, one) for name, one in questions.items()}
            views[vantage] = _seen(told, vantage)
        bundles: dict[str, Observation[str] | Unobserved] = {
            name: _seen(pem, "this host") for name, pem in trust.items()
        }
        return Answers(nonce=scene.nonce, views=views, trust=bundles)

    def _answer(self, place: Vantage, question: Question) -> Answer:
        done: list[Reply] = []
        for step in question.probe.steps:
            done.append(self.reply(place, step))
            if done[-1].outcome != "answered" or (step.keep and done[-1].detail):
                break
        return Answer(replies=tuple(done), at=NOW, settled=0.4 if question.until else None)

    def reply(self, place: Vantage, step: Step) -> Reply:
        """How one step ends for who stands there."""
        for fault in self.faults:
            said = fault(place, step)
            if said is not None:
                return said
        names = self.names[place.name]
        if step.transport == "resolve":
            return resolved(names.get(step.host, ()))
        if (place.name, step.host) in self.called:
            return http(200, self.called[place.name, step.host])
        try:
            address = ip_address(step.host)
        except ValueError:
            if step.host not in names:
                return resolved(())
            address = ip_address(names[step.host][0])
        return self._met(place, step, address)

    def _met(self, place: Vantage, step: Step, address: Address) -> Reply:
        transport = "udp" if step.transport == "udp" else "tcp"
        server = self.servers.get((str(address), step.port, transport))
        if not self._leads(place, address) or not self._admitted(place, address, step.port):
            return lost(transport)
        if server is None:
            text = str(address)
            known = any(text == one for one, _, _ in self.servers)
            return refused() if known and transport == "tcp" else lost(transport)
        own = self.locals[place.name].get(address.version)
        return replace(server.to(place).says(step), local=own, peer=str(address))

    def _leads(self, place: Vantage, address: Address) -> bool:
        homes = [cluster for network, cluster in self.inside if address in network]
        return all(place.cluster == cluster for cluster in homes)

    def _admitted(self, place: Vantage, address: Address, port: int) -> bool:
        policy = self.doors.get(str(address))
        if policy is None or place.kind == "node":
            return True
        namespace = place.namespace or (place.pod or "").partition("/")[0]
        wanted = {f"pods:{place.cluster}", f"pods:{place.cluster}/{namespace}"}
        listed = bool(wanted & set(policy.allow_from))
        return listed and (not policy.ports or port in {one.number for one in policy.ports})


def refused() -> Reply:
    return reply("refused", "route", "tcp")


def lost(transport: str = "tcp") -> Reply:
    if transport == "udp":
        return reply("silent", "route", "answer")
    return reply("timed out", "route", "tcp")


def _seen(value: object, vantage: str) -> Observation:  # type: ignore[type-arg]
    return Observation(value=value, at=NOW, source="probes", vantage=vantage)


def _gap(vantage: str) -> Unobserved:
    return Unobserved(reason="no such place", at=NOW, source="probes", vantage=vantage)
