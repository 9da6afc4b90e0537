"""What a VM is asked: by whom the plan lets talk to it, and by a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trueline.codec import mysql, redis
from trueline.model.fronts import fronts
from trueline.model.places import hosts, standing
from trueline.model.probe import Answer, Step
from trueline.model.product import Product
from trueline.model.targets import Target, observers, of_api, of_vm, product_at
from trueline.model.topology import Flow, Topology, Vm
from trueline.questions import reach
from trueline.questions.question import Question, Scene, probe

ACCOUNTS = ("", "root")  # of MySQL, which a stranger tries without a password


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One vantage point that the plan sends to a port of a VM, and the flow by which."""

    vantage: str | None
    target: Target
    flow: Flow


def visits(topology: Topology, vm: Vm) -> tuple[Visit, ...]:
    """Who is planned to come to a VM: by its own name, or as the front of a cluster's API."""
    found = []
    for flow in topology.flows:
        target = _at(topology, vm, flow)
        if flow.expected and target is not None:
            found.append(Visit(vantage=standing(topology, flow.source), target=target, flow=flow))
    return tuple(found)


def _at(topology: Topology, vm: Vm, flow: Flow) -> Target | None:
    """The port of the VM that a flow leads to; None where it leads elsewhere."""
    if flow.target == f"vm:{vm}" and flow.port is not None:
        return of_vm(topology, vm, flow.port)
    for cluster in fronts(topology, vm):
        if flow.target == f"api:{cluster}":
            return of_api(cluster, flow.port)
    return None


def product_of(topology: Topology, vm: Vm) -> Product | None:
    """The product that the plan puts on a VM."""
    return product_at(topology, f"vm:{vm}")


def ports(topology: Topology, vm: Vm) -> tuple[Target, ...]:
    """The planned TCP ports of a VM."""
    found = (of_vm(topology, vm, port) for port in vm.ports if port.protocol == "TCP")
    return tuple(item for item in found if item is not None)


def strangers(topology: Topology, vm: Vm) -> tuple[str, ...]:
    """Who tries to get in without credentials: whom the plan sends there, and every host."""
    sent = [visit.vantage for visit in visits(topology, vm) if visit.vantage is not None]
    return tuple(dict.fromkeys([*sent, *hosts(topology)]))


def intrusions(target: Target) -> dict[str, Step]:
    """What a stranger tries at a database, by a few words about it; nothing elsewhere."""
    if target.speaks == "redis":
        return {"a command without a login": redis.step(target.host, target.port)}
    if target.speaks == "mysql":
        return {
            f"a login as {user or 'nobody'} without a password": mysql.step(
                target.host, target.port, user
            )
            for user in ACCOUNTS
        }
    return {}


def intrusion(target: Target, what: str) -> str:
    """The name of the question what becomes of a stranger at a database."""
    return f"{what} at {target}"


def _said(answer: Answer) -> bool:
    """Whether a MySQL server got as far as the login, and did not just greet."""
    try:
        said = mysql.answer(answer.last)
    except mysql.NotMysql:
        return False
    return said.entered or said.refusal is not None


def asked(scene: Scene) -> Iterator[Question]:
    """Who is planned to come, strangers at every database, and everybody at the fronts of APIs."""
    topology = scene.topology
    for vm in topology.vms:
        for visit in visits(topology, vm):
            if visit.vantage is not None:
                yield from reach.talk(scene, visit.target, visit.vantage)
        for target in ports(topology, vm):
            for what, step in intrusions(target).items():
                for vantage in strangers(topology, vm):
                    yield Question(
                        vantage=vantage,
                        name=intrusion(target, what),
                        probe=probe(topology.budgets, step),
                        until=_said if target.speaks == "mysql" else None,
                    )
        for cluster in fronts(topology, vm):
            front = of_api(cluster)
            if front is not None:
                for vantage, _ in observers(topology):
                    yield from reach.talk(scene, front, vantage)
