"""What mesh workloads show on the wire: identity, chain, dates, versions."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks import shown
from trueline.codec import x509
from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, unknown
from trueline.model.mesh import Workload
from trueline.model.observation import ClusterFacts
from trueline.model.places import hosts
from trueline.model.probe import Answer, Answers
from trueline.model.topology import Cluster, Topology
from trueline.questions import mesh
from trueline.requirements.mtls import MTLS_001, MTLS_002, MTLS_003, MTLS_004, MTLS_009


@check(MTLS_001, remedy="Look at the workload's service account, sidecar and trust domain.")
def workload_presents_its_identity(
    workload: Workload, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The certificate carries the planned SPIFFE identity, at the pod and across the gateway."""
    wanted = mesh.identity(topology, workload)
    for vantage, name in _views(workload, topology):
        answer = answers.of(vantage, name)
        leaf = _leaf(answer)
        yield equal(
            f"{name} from {vantage}",
            expected=wanted,
            observed=shown.broken(answer.last) if leaf is None else ", ".join(leaf.uris) or "none",
            at=workload.at,
            evidence=(answers.origin(vantage),),
        )


@check(MTLS_002, remedy="Give every member an intermediate of the one root (Secret cacerts).")
def workload_chains_to_the_root(
    workload: Workload, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """What is shown leads, signature by signature, to the root that the cluster trusts."""
    roots = [root for _, pem in facts.mesh_roots.value for root in x509.bundle(pem)]
    for vantage, name in _views(workload, topology):
        answer = answers.of(vantage, name)
        subject, evidence = f"{name} from {vantage}", (answers.origin(vantage),)
        expected = f"a chain to {_names(roots) or 'a root, of which the cluster holds none'}"
        if answer.last.tls is None:
            yield unknown(subject, expected=expected, why=shown.broken(answer.last), at=workload.at)
            continue
        chain = x509.chain(answer.last.tls.chain)
        root = x509.root_of(chain, roots)
        yield holds(
            subject,
            root is not None,
            expected=expected,
            observed=_names([root]) if root else f"issued by {chain[-1].issuer}, a stranger",
            at=workload.at,
            evidence=evidence,
        )


def _names(roots: list[x509.Certificate]) -> str:
    return " or ".join(sorted({f"{item.subject} {item.sha256[:12]}" for item in roots}))


@check(MTLS_003, remedy="Install one root in the cacerts Secret of every member, and restart.")
def members_trust_one_root(
    cluster: Cluster, topology: Topology, everywhere: dict[str, ClusterFacts]
) -> Iterator[Claim]:
    """Every namespace of every member holds the same root certificate."""
    members = topology.mesh.members if topology.mesh else ()
    mine = next((item for item in members if item.cluster == cluster.name), None)
    if mine is None:
        yield not_applicable(cluster, why="it is no member of a mesh", at=cluster.at)
        return
    first = members[0].cluster
    wanted = _fingerprints(everywhere[first])
    pinned = topology.mesh.root_sha256 if topology.mesh else None
    found = _fingerprints(everywhere[cluster.name])
    expected = {pinned} if pinned else wanted
    yield holds(
        f"{cluster} mesh root",
        found == expected and len(found) == 1,
        expected=f"one root, {'the planned one' if pinned else f'that of {first}'}: "
        f"{', '.join(sorted(item[:12] for item in expected)) or 'none'}",
        observed=", ".join(sorted(item[:12] for item in found)) or "none",
        at=mine.at,
        evidence=(everywhere[cluster.name].mesh_roots.origin,),
    )


def _fingerprints(facts: ClusterFacts) -> set[str]:
    return {root.sha256 for _, pem in facts.mesh_roots.value for root in x509.bundle(pem)}


@check(MTLS_004, remedy="Restart the sidecar; look at istiod's log and at the clock of the node.")
def workload_certificate_is_in_force(
    workload: Workload, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The certificate is valid, stays so a while, and serves both ends of mTLS."""
    for vantage, name in _views(workload, topology):
        answer = answers.of(vantage, name)
        subject, evidence = f"{name} from {vantage}", (answers.origin(vantage),)
        leaf = _leaf(answer)
        if leaf is None:
            why = shown.broken(answer.last)
            yield unknown(subject, expected="a certificate", why=why, at=workload.at)
            continue
        yield from shown.certificate(
            subject,
            answer,
            name=None,
            roots=None,
            left=topology.budgets.certificate_left,
            at=workload.at,
            evidence=evidence,
        )
        yield equal(
            f"{subject} uses",
            expected={"client", "server"},
            observed=leaf.uses,
            at=workload.at,
            evidence=evidence,
        )


@check(MTLS_009, remedy="Set minProtocolVersion to TLSV1_2 in the mesh configuration.")
def old_tls_is_refused(workload: Workload, topology: Topology, answers: Answers) -> Iterator[Claim]:
    """TLS 1.1 gets no handshake, while a current version does."""
    vantage = mesh.beside(topology, workload)
    now = answers.of(vantage, mesh.at_pod(workload)).last
    old = answers.of(vantage, mesh.old_tls(workload)).last
    subject = f"{mesh.old_tls(workload)} from {vantage}"
    if now.tls is None:
        why = f"no version is taken: {shown.broken(now)}"
        yield unknown(subject, expected="refused", why=why, at=workload.at)
        return
    yield holds(
        subject,
        old.tls is None and old.outcome in ("tls failed", "reset"),
        expected="refused",
        observed=f"accepted as {old.tls.version}" if old.tls else shown.broken(old),
        at=workload.at,
        evidence=(answers.origin(vantage),),
    )


def _views(workload: Workload, topology: Topology) -> Iterator[tuple[str, str]]:
    """(vantage point, question) from which the workload's certificate is seen."""
    yield mesh.beside(topology, workload), mesh.at_pod(workload)
    if mesh.gateway(topology, workload.cluster) is not None:
        for vantage in hosts(topology):
            yield vantage, mesh.at_gateway(workload)


def _leaf(answer: Answer) -> x509.Certificate | None:
    tls = answer.last.tls
    return x509.chain(tls.chain)[0] if tls is not None and tls.chain else None
