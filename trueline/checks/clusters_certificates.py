"""What the API of a cluster shows to those who call it: a certificate for the name they use."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.clocks_certificates import shown_by
from trueline.codec import x509
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers
from trueline.model.topology import Cluster, Topology
from trueline.questions import clocks as questions
from trueline.requirements.clusters import CLU_006


@check(
    CLU_006,
    remedy="Issue the certificate again with every name and address that clients use: kubeadm's "
    "certSANs.",
)
def api_certificate_is_for_its_callers(
    cluster: Cluster, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The certificate that an API shows carries the name or address that it is called by."""
    asked = questions.callers(topology, cluster)
    for vantage, door in asked:
        subject, wanted = f"certificate of {door.shown} at {vantage}", door.name or door.host
        try:
            (leaf, *_), _ = shown_by(answers, vantage, door)
        except NotObserved as gap:
            yield unknown(subject, expected=wanted, why=str(gap), at=cluster.at)
            continue
        yield holds(
            subject,
            x509.covers(leaf, wanted),
            expected=wanted,
            observed=frozenset(leaf.names),
            at=cluster.at,
            evidence=(answers.origin(vantage.name),),
        )
    if not asked:
        yield not_applicable(cluster, why="no vantage point of the plan asks it", at=cluster.at)
