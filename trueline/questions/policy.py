"""Who tries to enter the namespaces that policies protect: every pod vantage, every port."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trueline.model.observation import ClusterFacts
from trueline.model.places import at_node, namespace_of, vantages
from trueline.model.probe import Answer, Step
from trueline.model.topology import Policy, Topology, Vantage
from trueline.questions.question import Question, Scene, each, probe

_PODS_EACH = 2  # pods of one namespace that are tried; a policy selects all alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A port of a pod in a protected namespace. `node` is where the pod runs."""

    pod: str
    address: str
    port: int
    protocol: str
    node: str

    def __str__(self) -> str:
        return f"{self.pod} port {self.port}/{self.protocol}"


def doors(policy: Policy, facts: ClusterFacts) -> tuple[Door, ...]:
    """The TCP ports of ready pods in the namespace, as its EndpointSlices tell, in order.

    Raises NotObserved when the endpoints were not listed.
    """
    found: dict[tuple[str, int], Door] = {}
    for item in facts.endpoints.value:
        namespace = (item.pod or "").partition("/")[0]
        if namespace != policy.namespace or not item.ready or item.pod is None:
            continue
        for port, protocol in item.ports:
            if protocol == "TCP" and item.node is not None:
                door = Door(
                    pod=item.pod,
                    address=str(item.address),
                    port=port,
                    protocol=protocol,
                    node=item.node,
                )
                found[item.pod, port] = door
    pods = sorted({door.pod for door in found.values()})[:_PODS_EACH]
    return tuple(found[key] for key in sorted(found) if key[0] in pods)


def callers(topology: Topology, cluster: str) -> tuple[Vantage, ...]:
    """The pod vantage points of a cluster, outside the mesh: one for each namespace."""
    found: dict[str | None, Vantage] = {}
    for item in vantages(topology):
        if item.kind == "pod" and item.cluster == cluster and not item.in_mesh:
            found.setdefault(namespace_of(item), item)
    return tuple(found.values())


def allowed(topology: Topology, policy: Policy, caller: Vantage, port: int) -> bool:
    """Whether the plan lets a caller in on a port: the oracle that is compared with the world."""
    namespace = namespace_of(caller) or topology.probes.namespace
    ends = {f"pods:{policy.cluster}", f"pods:{policy.cluster}/{namespace}"}
    if caller.cluster != policy.cluster or not ends & set(policy.allow_from):
        return False
    return not policy.ports or any(item.number == port for item in policy.ports)


def name(door: Door) -> str:
    """The name of the question whether a door opens."""
    return f"enter {door}"


def witness(policy: Policy, door: Door) -> str:
    """The vantage point that every policy lets in: the node that the pod runs on.

    A kubelet must reach the pods of its node, so no engine stops it. What it reaches listens, and
    a refusal of others is then a refusal and not a dead port.
    """
    return at_node(policy.cluster, door.node)


def _entered(answer: Answer) -> bool:
    return answer.last.outcome == "connected"


def asked(scene: Scene) -> Iterator[Question]:
    """Every caller and the witness try every door; planned callers until they are let in."""
    return each(scene.topology.policies, lambda policy: _of(scene, policy))


def _of(scene: Scene, policy: Policy) -> Iterator[Question]:
    topology = scene.topology
    for door in doors(policy, scene.facts(policy.cluster)):
        step = Step(transport="tcp", host=door.address, port=door.port)
        one = probe(topology.budgets, step)
        for caller in callers(topology, policy.cluster):
            # An engine needs a moment to learn of a pod that has just started, and keeps it out
            # until then; whom it must keep out, it keeps out from the start.
            awaited = _entered if allowed(topology, policy, caller, door.port) else None
            yield Question(vantage=caller.name, name=name(door), probe=one, until=awaited)
        yield Question(vantage=witness(policy, door), name=name(door), probe=one)
