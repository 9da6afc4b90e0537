"""The truth table of network policies: what the plan allows against what the network does."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, unknown
from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.probe import Answers
from trueline.model.topology import Cluster, Policy, Topology, Vantage
from trueline.questions.policy import Door, allowed, callers, doors, name, witness
from trueline.requirements.policy import POL_001, POL_002, POL_003, POL_004


@check(POL_001, remedy="Add the caller to the NetworkPolicy, or take it out of the plan.")
def planned_callers_enter(
    policy: Policy, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """Every planned caller connects to every port it may enter."""
    told = False
    for door, caller in _attempts(policy, topology, facts, allow=True):
        told = True
        reply = answers.of(caller.name, name(door)).last
        yield equal(
            f"{caller} to {door}",
            expected="connected",
            observed=reply.outcome,
            at=policy.at,
            evidence=(answers.origin(caller.name),),
        )
    if not told:
        lets_pods_in = any(end.startswith("pods:") for end in policy.allow_from)
        yield _nobody(policy, facts if lets_pods_in else None, "the plan lets no pod in")


@check(POL_002, remedy="Deny by default in the namespace, and narrow the rule that lets it in.")
def strangers_are_refused(
    policy: Policy, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """Nobody else connects, to a port that is known to listen."""
    if not topology.cluster(policy.cluster).cni.policy_enforced:
        yield not_applicable(policy, why="the plan enforces no policies", at=policy.at)
        return
    inert = _inert(topology.cluster(policy.cluster), topology, facts, answers)
    told = False
    for door, caller in _attempts(policy, topology, facts, allow=False):
        told = True
        subject, expected = f"{caller} to {door}", "refused"
        reply = answers.of(caller.name, name(door)).last
        evidence = (answers.origin(caller.name),)
        if inert:
            why = f"blocked by POL-003: {policy.cluster} enforces no policy"
            yield unknown(subject, expected=expected, why=why, at=policy.at)
        elif reply.outcome != "connected" and not _listens(policy, door, answers):
            why = f"{reply.outcome}, but nothing shows that the port listens"
            yield unknown(subject, expected=expected, why=why, at=policy.at, evidence=evidence)
        else:
            yield holds(
                subject,
                reply.outcome != "connected",
                expected=expected,
                observed=reply.outcome,
                at=policy.at,
                evidence=evidence,
            )
    if not told:
        yield _nobody(policy, facts, "everybody may enter")


@check(
    POL_003,
    remedy="Install a policy engine beside Flannel (kube-router, Calico), or plan no enforcement.",
)
def engine_enforces_policies(
    cluster: Cluster, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """Of the attempts that no policy allows, some are refused: the engine is not inert."""
    if not cluster.cni.policy_enforced:
        yield not_applicable(cluster, why="the plan enforces no policies", at=cluster.cni.at)
        return
    tried = _strangers(cluster, topology, facts, answers)
    if not tried:
        yield unknown(
            f"{cluster} policy engine",
            expected="strangers are refused",
            why="no planned policy shuts out anybody that the run stands in for",
            at=cluster.cni.at,
        )
        return
    entered = sum(tried)
    inert = entered == len(tried)
    yield holds(
        f"{cluster} policy engine",
        not inert,
        expected="strangers are refused",
        observed=f"{'engine inert: ' if inert else ''}{entered} of {len(tried)} entered",
        at=cluster.cni.at,
    )


@check(POL_004, remedy="Apply a NetworkPolicy with an empty podSelector and policyTypes Ingress.")
def protected_namespace_denies_by_default(policy: Policy, facts: ClusterFacts) -> Iterator[Claim]:
    """The namespace holds a NetworkPolicy for ingress that selects all its pods."""
    found = {
        item.name
        for item in facts.policies.value
        if item.namespace == policy.namespace and item.whole and "Ingress" in item.types
    }
    yield holds(
        policy,
        bool(found),
        expected="a NetworkPolicy for ingress to every pod",
        observed=found or "none",
        at=policy.at,
        evidence=(facts.policies.origin,),
    )


def _attempts(
    policy: Policy, topology: Topology, facts: ClusterFacts, *, allow: bool
) -> Iterator[tuple[Door, Vantage]]:
    for door in doors(policy, facts):
        for caller in callers(topology, policy.cluster):
            if allowed(topology, policy, caller, door.port) == allow:
                yield door, caller


def _strangers(
    cluster: Cluster, topology: Topology, facts: ClusterFacts, answers: Answers
) -> list[bool]:
    """Whether each attempt that the plan forbids got in, of ports that are known to listen."""
    found = []
    for policy in topology.policies:
        if policy.cluster != cluster.name:
            continue
        for door, caller in _attempts(policy, topology, facts, allow=False):
            outcome = _outcome(caller.name, door, answers)
            if outcome == "connected" or (outcome and _listens(policy, door, answers)):
                found.append(outcome == "connected")
    return found


def _inert(cluster: Cluster, topology: Topology, facts: ClusterFacts, answers: Answers) -> bool:
    tried = _strangers(cluster, topology, facts, answers)
    return bool(tried) and all(tried)


def _listens(policy: Policy, door: Door, answers: Answers) -> bool:
    return _outcome(witness(policy, door), door, answers) == "connected"


def _outcome(vantage: str, door: Door, answers: Answers) -> str | None:
    try:
        return answers.of(vantage, name(door)).last.outcome
    except NotObserved:
        return None


def _nobody(policy: Policy, facts: ClusterFacts | None, why: str) -> Claim:
    """Nothing was tried: because nobody is concerned, or because there is no door to try."""
    if facts is not None and not doors(policy, facts):
        return unknown(
            policy,
            expected="a ready pod behind a Service",
            why="no pod of the namespace takes connections, so nobody can be let in or refused",
            at=policy.at,
        )
    return not_applicable(policy, why=why, at=policy.at)
