"""The rungs of a flow, from the wire up: the first one that does not hold is what is wrong.

Every rung is a claim of its own. Those above the first broken one are not claimed: they could not
be tried, and calling them broken would blame what may be sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trueline.checks.reach_words import speaks_as_planned
from trueline.checks.shown import broken, certificate
from trueline.codec import x509
from trueline.model.address import Address
from trueline.model.claim import Claim, holds, unknown
from trueline.model.observation import IdentityFact, NotObserved, Snapshot, Wire
from trueline.model.probe import Answer, Answers, Reply
from trueline.model.source import Source
from trueline.model.targets import Target
from trueline.model.topology import Topology
from trueline.model.verdict import Verdict
from trueline.model.wires import reached_from
from trueline.questions import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that a ladder stands on."""

    topology: Topology
    wire: Wire
    snapshot: Snapshot
    answers: Answers


def ladder(subject: str, vantage: str, target: Target, at: Source, facts: Facts) -> Iterator[Claim]:
    """Claims from layer 2 to the application, up to the first rung that does not hold."""
    rungs = _Rungs(subject, vantage, target, at, facts)
    for rung in (rungs.wire, rungs.route, rungs.connection, rungs.secure, rungs.application):
        for claim in rung():
            yield claim
            if claim.verdict is Verdict.FAIL:
                rungs.broken = True
        if rungs.broken:
            return


class _Rungs:
    """One climb."""

    def __init__(
        self, subject: str, vantage: str, target: Target, at: Source, facts: Facts
    ) -> None:
        self._subject, self._vantage, self._target, self._at = subject, vantage, target, at
        self._facts = facts
        self.broken = False

    @property
    def _answer(self) -> Answer:
        return self._facts.answers.of(self._vantage, reach.name(self._target))

    @property
    def _reply(self) -> Reply:
        return self._answer.last

    @property
    def _evidence(self) -> tuple[str, ...]:
        return (self._facts.answers.origin(self._vantage),)

    def _claim(self, rung: str, true: bool, *, expected: str, observed: object) -> Claim:
        return holds(
            f"{self._subject}: {rung}",
            true,
            expected=expected,
            observed=observed,
            at=self._at,
            evidence=self._evidence,
        )

    def wire(self) -> Iterator[Claim]:
        """Layer 2, where the vantage point is a host on the segment of the target."""
        address = self._target.address
        segment = _segment(self._facts.topology, self._vantage, address)
        if segment is None or address is None:
            return
        how = "ARP" if address.version == 4 else "neighbour discovery"
        expected = f"somebody answers {how} for {address}"
        try:
            heard = self._facts.wire[segment]
            macs = heard.value.macs(address)
        except (KeyError, NotObserved) as gap:
            why = str(gap) if isinstance(gap, NotObserved) else f"nobody listened on {segment}"
            yield unknown(f"{self._subject}: layer 2", expected=expected, why=why, at=self._at)
            return
        yield holds(
            f"{self._subject}: layer 2",
            bool(macs),
            expected=expected,
            observed=macs or "nobody answers",
            at=self._at,
            evidence=(heard.origin,),
        )

    def route(self) -> Iterator[Claim]:
        """A way there, as the kernel of the vantage point knows."""
        reply = self._reply
        if reply.reached is None:
            expected = f"{self._target.host} resolves"
            yield self._claim("name", False, expected=expected, observed=broken(reply))
            return
        yield self._claim(
            "route",
            reply.outcome != "unreachable",
            expected=f"a route to {self._target.host}",
            observed=broken(reply) if reply.outcome == "unreachable" else "there is one",
        )

    def connection(self) -> Iterator[Claim]:
        """A connection to the port."""
        if self._target.protocol != "TCP":
            return
        reply = self._reply
        connected = reply.reached in ("tcp", "tls", "answer")
        yield self._claim(
            "tcp",
            connected,
            expected=f"a connection to {self._target.host} port {self._target.port}",
            observed="connected" if connected else broken(reply),
        )

    def secure(self) -> Iterator[Claim]:
        """The handshake, and what was shown in it."""
        target, answer = self._target, self._answer
        if target.speaks not in ("https", "tls"):
            return
        if target.speaks == "tls" and reach.known_name(self._facts.topology, target) is None:
            return  # it could not be tried: who asks for no planned name is rightly hung up on
        tls = answer.last.tls
        tls = tls if tls is not None and (tls.version or tls.chain) else None
        observed = f"{tls.version or 'TLS'}" if tls is not None else broken(answer.last)
        yield self._claim("tls", tls is not None, expected="a TLS handshake", observed=observed)
        if tls is None or target.speaks == "tls":
            return
        roots = self._roots()
        first = target.names[0] if target.names else None
        yield from self._certificate(answer, first, roots, f"{self._subject}: certificate")
        for name in target.names[1:]:
            other = self._facts.answers.of(self._vantage, reach.under(target, name))
            yield from self._certificate(
                other, name, roots, f"{self._subject}: certificate for {name}"
            )

    def _certificate(
        self,
        answer: Answer,
        name: str | None,
        roots: tuple[x509.Certificate, ...] | None,
        subject: str,
    ) -> Iterator[Claim]:
        yield from certificate(
            subject,
            answer,
            name=name,
            roots=roots,
            left=self._facts.topology.budgets.certificate_left,
            at=self._at,
            evidence=self._evidence,
        )

    def _roots(self) -> tuple[x509.Certificate, ...] | None:
        """What the certificate must lead to; None where neither plan nor kubeconfig says."""
        if self._target.api is not None:
            ca = self._identity().ca
            return x509.bundle(ca) if ca else None
        if self._target.trust is None:
            return None
        return trusted(self._facts.answers, self._target.trust)

    def _identity(self) -> IdentityFact:
        return identity(self._facts.snapshot, str(self._target.api))

    def application(self) -> Iterator[Claim]:
        """Who answers, and what."""
        if self._target.speaks is None or self._target.speaks == "tls":
            return
        version = self._identity().version if self._target.api is not None else None
        for rung, expected, true, observed in speaks_as_planned(self._target, self._reply, version):
            yield self._claim(rung, true, expected=expected, observed=observed)


def trusted(answers: Answers, name: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a CA bundle of the plan. Raises NotObserved."""
    if name not in answers.trust:
        raise NotObserved(f"there is no CA bundle {name}")
    try:
        return x509.bundle(answers.trust[name].value)
    except x509.NoCertificate as error:
        raise NotObserved(f"CA bundle {name}: {error}") from error


def identity(snapshot: Snapshot, cluster: str) -> IdentityFact:
    """Who a cluster is. Raises NotObserved."""
    if cluster not in snapshot.clusters:
        raise NotObserved(f"nobody looked at cluster {cluster}")
    return snapshot.clusters[cluster].identity.value


def _segment(topology: Topology, vantage: str, address: Address | None) -> str | None:
    """The segment on which a vantage point sees an address, None where it does not."""
    place = next((item for item in topology.vantages if item.name == vantage), None)
    if place is None or place.kind != "host" or address is None:
        return None
    segment = reached_from(topology, place.segment, address)
    return None if segment is None else segment.name
