"""A cluster is itself: it answers, is the pinned one and nobody's twin, of the planned version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, some
from trueline.model.observation import ClusterFacts, Unobserved
from trueline.model.topology import Cluster
from trueline.requirements.clusters import CLU_001, CLU_002, CLU_003, CLU_004, CLU_005


@check(
    CLU_001,
    remedy="Start the API server, or correct its address, CA or credentials in the context.",
)
def api_answers(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The API of the cluster answers through the planned context."""
    silence = _silence(facts)
    if silence is not None:
        yield holds(
            cluster,
            False,
            expected="the API answers",
            observed=silence,
            at=cluster.at,
            evidence=(facts.identity.origin,),
        )
        return
    identity = facts.identity.value
    yield holds(
        cluster,
        bool(identity.version and identity.kube_system_uid),
        expected="the API answers",
        observed=f"{identity.server} answers, version {identity.version}",
        at=cluster.at,
        evidence=(facts.identity.origin,),
    )


def _silence(facts: ClusterFacts) -> str | None:
    """Why the API gave nothing at all, or None. One refused list is no silence."""
    reasons = {
        facet.reason if isinstance(facet, Unobserved) else None
        for facet in (facts.identity, facts.nodes, facts.services, facts.pods)
    }
    return reasons.pop() if len(reasons) == 1 else None


@check(CLU_002, remedy="Point the context at the planned cluster, or pin the new one.")
def identity_is_the_pinned_one(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """API CA and kube-system UID are those that the plan pins."""
    pins = cluster.identity
    if pins.ca_sha256 is None and pins.kube_system_uid is None:
        yield not_applicable(cluster, why="the plan pins no identity", at=cluster.at)
    if pins.ca_sha256 is not None:
        yield equal(
            f"{cluster} API CA",
            expected=_plain(pins.ca_sha256),
            observed=_plain(facts.identity.value.ca_sha256) or "no CA in the kubeconfig",
            at=cluster.at,
            evidence=(facts.identity.origin,),
        )
    if pins.kube_system_uid is not None:
        yield equal(
            f"{cluster} kube-system UID",
            expected=pins.kube_system_uid,
            observed=facts.identity.value.kube_system_uid,
            at=cluster.at,
            evidence=(facts.identity.origin,),
        )


def _plain(fingerprint: str) -> str:
    """A fingerprint without the spelling that tools add (`SHA256:`, colons, capitals)."""
    return fingerprint.lower().removeprefix("sha256:").replace(":", "")


@check(CLU_003, remedy="Give each planned cluster a kubeconfig context of its own cluster.")
def two_contexts_are_two_clusters(
    pair: tuple[Cluster, Cluster], one: ClusterFacts, other: ClusterFacts
) -> Iterator[Claim]:
    """Two contexts lead to different kube-system namespaces.

    The UID alone decides: clusters behind one proxy share its CA, and a kubeconfig may name none.
    """
    first, second = one.identity.value, other.identity.value
    yield holds(
        f"{pair[0]} and {pair[1]}",
        first.kube_system_uid != second.kube_system_uid,
        expected="two kube-system UIDs",
        observed=_both(pair, first.kube_system_uid, second.kube_system_uid),
        at=pair[1].at,
        evidence=(one.identity.origin, other.identity.origin),
    )


def _both(pair: tuple[Cluster, Cluster], first: str, second: str) -> str:
    """What either cluster shows, or what both show."""
    if first == second:
        return f"{pair[0]} and {pair[1]} both have {first}"
    return f"{pair[0]} has {first}, {pair[1]} has {second}"


@check(CLU_004, remedy="Upgrade the cluster, or plan the version it runs.")
def version_is_as_planned(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """API server and kubelets run the planned minor version of Kubernetes."""
    planned = cluster.versions.get("kubernetes")
    if planned is None:
        yield not_applicable(cluster, why="the plan names no Kubernetes version", at=cluster.at)
        return
    yield equal(
        f"{cluster} API server",
        expected=_minor(planned),
        observed=_minor(facts.identity.value.version),
        at=cluster.at,
        evidence=(facts.identity.origin,),
    )
    for node in facts.nodes.value:
        yield equal(
            f"{cluster}/{node.name} kubelet",
            expected=_minor(planned),
            observed=_minor(node.kubelet_version),
            at=cluster.at,
            evidence=(facts.nodes.origin,),
        )


def _minor(version: str) -> str:
    """`v1.34.4+build` is `1.34`; what is no version stays as it is."""
    found = re.match(r"v?(\d+\.\d+)", version)
    return found[1] if found else version


@check(CLU_005, remedy="Wait for what is named and run again, or raise budgets.convergence.")
def cluster_is_at_rest(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Nothing in the cluster was still changing when its facts were taken."""
    yield holds(
        cluster,
        not facts.moving.value,
        expected="nothing moves",
        observed=f"moving: {some(facts.moving.value)}" if facts.moving.value else "nothing moves",
        at=cluster.at,
        evidence=(facts.moving.origin,),
    )
