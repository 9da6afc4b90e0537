"""Virtual machines outside the clusters: databases, and the fronts of the clusters' APIs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trueline.checks.reach_rungs import Facts, ladder
from trueline.checks.shown import STAND_IN, broken
from trueline.codec import mysql, redis
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.fronts import fronts
from trueline.model.observation import NotObserved, Snapshot, Wire
from trueline.model.probe import Answers, Reply
from trueline.model.targets import observers, of_api
from trueline.model.topology import Topology, Vm
from trueline.model.verdict import Verdict
from trueline.questions import vms
from trueline.requirements.vms import VM_001, VM_002, VM_003


@check(
    VM_001,
    remedy="Look at the server on the VM, at the address that it is bound to, and at its firewall.",
)
def vm_speaks_where_planned(
    vm: Vm, topology: Topology, wire: Wire, snapshot: Snapshot, answers: Answers
) -> Iterator[Claim]:
    """Each planned port of a VM speaks its protocol to those who are planned to come there."""
    if vm.address is None:
        yield not_applicable(vm, why="the plan names no address", at=vm.at)
        return
    facts = Facts(topology=topology, wire=wire, snapshot=snapshot, answers=answers)
    visits = vms.visits(topology, vm)
    for visit in visits:
        if visit.vantage is None:
            why = f"nobody can stand at {visit.flow.source}"
            way = (visit.flow.source, visit.flow.target)
            yield unknown(visit.flow, expected="it works", why=why, at=visit.flow.at, way=way)
            continue
        way = (visit.vantage, visit.flow.target)
        subject = f"{vm} port {visit.target.port} from {visit.vantage}"
        for claim in ladder(subject, visit.vantage, visit.target, visit.flow.at, facts):
            yield replace(_explained(claim, vm, wire), way=way)
    visited = {visit.target.port for visit in visits}
    for target in vms.ports(topology, vm):
        if target.port not in visited:
            subject = f"{vm} port {target.port}"
            yield not_applicable(subject, why="no flow leads to it", at=vm.at)


def _explained(claim: Claim, vm: Vm, wire: Wire) -> Claim:
    """A broken connection, with what the wire says of the machine itself."""
    if claim.verdict is not Verdict.FAIL or not claim.subject.endswith(": tcp"):
        return claim
    try:
        alive = bool(wire[vm.segment].value.macs(vm.address))  # type: ignore[arg-type]
    except (KeyError, NotObserved):
        return claim
    told = claim.observed
    if not alive:
        told += ", and nobody answers ARP for it: the machine is down"
    elif told.startswith("refused"):
        told += ", though the machine is there: nothing listens, or to its own host alone"
    else:
        told += ", though the machine is there: something in between drops it"
    return replace(claim, observed=told)


@check(
    VM_002,
    remedy="Set a password (requirepass, CREATE USER), and bind the server to who needs it.",
)
def database_admits_whom_the_plan_admits(
    vm: Vm, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Who has no credentials gets into a database exactly if the plan says so."""
    product = vms.product_of(topology, vm)
    targets = [target for target in vms.ports(topology, vm) if vms.intrusions(target)]
    if product is None or product.anonymous is None or product.stand_in or not targets:
        why = "the plan does not say who may get in"
        if product is not None and product.stand_in:
            why = STAND_IN
        elif product is not None and product.anonymous is not None:
            why = "no planned port of it is one of a database"
        yield not_applicable(vm, why=why, at=vm.at)
        return
    expected = "let in" if product.anonymous else "refused"
    for target in targets:
        for what in vms.intrusions(target):
            for vantage in vms.strangers(topology, vm):
                reply = answers.of(vantage, vms.intrusion(target, what)).last
                evidence = (answers.origin(vantage),)
                subject = f"{vm} port {target.port} from {vantage}: {what}"
                entered, told = _entered(str(target.speaks), reply)
                if entered is None:
                    yield unknown(
                        subject, expected=expected, why=told, at=product.at, evidence=evidence
                    )
                    continue
                yield holds(
                    subject,
                    entered == product.anonymous,
                    expected=expected,
                    observed=told,
                    at=product.at,
                    evidence=evidence,
                )


def _entered(spoken: str, reply: Reply) -> tuple[bool | None, str]:
    """Whether a stranger got in; None where the server said nothing of it."""
    if reply.outcome != "answered":
        return None, broken(reply)
    return _redis(reply) if spoken == "redis" else _mysql(reply)


def _redis(reply: Reply) -> tuple[bool | None, str]:
    try:
        said = redis.answer(reply)
    except redis.NotRedis as error:
        return None, str(error)
    if said.open:
        return True, f"let in: DBSIZE is {said.size}"
    return False, f"refused: {said.ping if said.ping.startswith('-') else said.size}"


def _mysql(reply: Reply) -> tuple[bool | None, str]:
    try:
        said = mysql.answer(reply)
    except mysql.NotMysql as error:
        return None, str(error)
    if said.entered:
        return True, f"let in by MySQL {said.version}"
    if said.refusal is None:
        return None, f"MySQL {said.version} said nothing to the login"
    return False, f"refused: {said.refusal}"


@check(
    VM_003,
    remedy="Look at the servers behind the front, and at the certificate that they show.",
)
def api_front_answers_as_its_cluster(
    vm: Vm, topology: Topology, wire: Wire, snapshot: Snapshot, answers: Answers
) -> Iterator[Claim]:
    """The front of a cluster's API shows that cluster's certificate and version to everybody."""
    facts = Facts(topology=topology, wire=wire, snapshot=snapshot, answers=answers)
    clusters = fronts(topology, vm)
    for cluster in clusters:
        target = of_api(cluster)
        if target is None:  # pragma: no cover - a front is found by the API's own URL
            continue
        for vantage, _ in observers(topology):
            subject = f"{vm} as the API of {cluster} from {vantage}"
            for claim in ladder(subject, vantage, target, vm.at, facts):
                yield replace(_explained(claim, vm, wire), way=(vantage, target.end))
    if not clusters:
        yield not_applicable(vm, why="no cluster has its API there", at=vm.at)
