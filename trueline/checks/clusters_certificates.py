"""What the API of a cluster shows to those who call it: a certificate for the name they use."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.clocks_certificates import Chain, of_callers
from trueline.codec import x509
from trueline.model.check import check
from trueline.model.claim import Claim
from trueline.model.probe import Answers
from trueline.model.topology import Cluster, Topology
from trueline.questions.clocks import Door
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
    yield from of_callers(cluster, topology, answers, _covers, _called)


def _called(door: Door) -> str:
    return door.name or door.host


def _covers(door: Door, chain: Chain, _: float) -> tuple[bool, frozenset[str]]:
    return x509.covers(chain[0], _called(door)), frozenset(chain[0].names)
