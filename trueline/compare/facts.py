"""Facts of two runs beside each other: what a network engineer would ask about first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address

from trueline.codec import x509
from trueline.model.observation import ClusterFacts, SegmentFacts, Wire
from trueline.model.probe import Answer, Answers

SLOWER = 4.0  # times; what is less is the noise of a shared machine
SECONDS = 0.1  # below this nobody waits for anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one run observed; a part that it did not observe is empty."""

    clusters: dict[str, ClusterFacts] = field(default_factory=dict)
    wire: Wire = field(default_factory=dict)
    answers: Answers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One fact that is otherwise: `kind` says of what sort, `before` and `after` what it was."""

    kind: str
    subject: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.before} -> {self.after}"


_NOTHING = "nothing"


def differences(before: Facts, after: Facts) -> tuple[Difference, ...]:
    """What is otherwise in the second run, sort by sort. What one of them missed is left out."""
    found: list[Difference] = []
    for kind, told in _SORTS.items():
        old, new = dict(told(before)), dict(told(after))
        seen_before, seen_after = _scopes(kind, before), _scopes(kind, after)
        for subject in sorted({*old, *new}):
            scope = subject.split("/", 1)[0]
            if scope not in seen_before or scope not in seen_after:
                continue
            was, now = old.get(subject, _NOTHING), new.get(subject, _NOTHING)
            if was != now:
                found.append(Difference(kind=kind, subject=subject, before=was, after=now))
    return (*found, *_slower(before, after))


def _scopes(kind: str, facts: Facts) -> frozenset[str]:
    """The clusters, segments or vantage points of which a run saw facts of a sort."""
    if kind == OWNER:
        return frozenset(name for name, seen in facts.wire.items() if seen.kind == "seen")
    if kind == CERTIFICATE:
        views = facts.answers.views if facts.answers is not None else {}
        return frozenset(name for name, view in views.items() if view.kind == "seen")
    return frozenset(
        name
        for name, cluster in facts.clusters.items()
        if all(getattr(cluster, facet).kind == "seen" for facet in _FACETS[kind])
    )


def _owners(facts: Facts) -> Iterator[tuple[str, str]]:
    for segment, seen in facts.wire.items():
        if seen.kind == "seen":
            heard: SegmentFacts = seen.value
            for address in sorted(heard.replies, key=lambda text: int(ip_address(text))):
                macs = sorted({reply.mac for reply in heard.replies[address]})
                if macs:
                    yield f"{segment}/{address}", " and ".join(macs)


def _clusters(facts: Facts, kind: str) -> Iterator[ClusterFacts]:
    seen = _scopes(kind, facts)
    return (cluster for name, cluster in facts.clusters.items() if name in seen)


def _addresses(facts: Facts) -> Iterator[tuple[str, str]]:
    for cluster in _clusters(facts, ADDRESS):
        for service in cluster.services.value:
            if service.type == "LoadBalancer":
                held = " and ".join(map(str, service.ingress)) or "no address"
                yield f"{cluster.name}/{service.key}", held


def _nodes(facts: Facts) -> Iterator[tuple[str, str]]:
    for cluster in _clusters(facts, NODE):
        for node in cluster.nodes.value:
            state = "ready" if node.ready else "not ready"
            own = " and ".join(map(str, node.addresses))
            yield f"{cluster.name}/{node.name}", f"{state} at {own}"


def _places(facts: Facts) -> Iterator[tuple[str, str]]:
    """The nodes that ready endpoints of load-balancer Services are on."""
    for cluster in _clusters(facts, PLACE):
        outside = {item.key for item in cluster.services.value if item.type == "LoadBalancer"}
        nodes: dict[str, set[str]] = {key: set() for key in outside}
        for item in cluster.endpoints.value:
            if item.service in nodes and item.ready and item.node is not None:
                nodes[item.service].add(item.node)
        for key, on in nodes.items():
            yield f"{cluster.name}/{key}", " and ".join(sorted(on)) or "no ready endpoint"


def _versions(facts: Facts) -> Iterator[tuple[str, str]]:
    for cluster in _clusters(facts, VERSION):
        for item in cluster.workloads.value:
            where = f"{cluster.name}/{item.kind} {item.namespace}/{item.name}"
            yield where, " and ".join(item.images)
        for node in cluster.nodes.value:
            yield f"{cluster.name}/kubelet of {node.name}", node.kubelet_version


def _certificates(facts: Facts) -> Iterator[tuple[str, str]]:
    """What each server showed, once for each vantage point and address."""
    for vantage, _, answer in _answers(facts):
        for reply in answer.replies:
            shown = reply.tls.chain if reply.tls is not None else ()
            if not shown or reply.peer is None:
                continue
            try:
                leaf = x509.chain(shown[:1])[0]
            except x509.NoCertificate:
                continue
            whose = " and ".join((*leaf.uris, *leaf.names)) or leaf.subject
            yield (
                f"{vantage}/{reply.peer} as {whose}",
                f"serial {leaf.serial} (sha256 {leaf.sha256[:12]})",
            )


def _answers(facts: Facts) -> Iterator[tuple[str, str, Answer]]:
    views = facts.answers.views if facts.answers is not None else {}
    for vantage, view in views.items():
        if view.kind == "seen":
            for name, answer in view.value.items():
                yield vantage, name, answer


def _slower(before: Facts, after: Facts) -> Iterator[Difference]:
    """Answers that took several times as long as before, or a fraction of it."""
    old = {(vantage, name): _seconds(answer) for vantage, name, answer in _answers(before)}
    for vantage, name, answer in _answers(after):
        was, now = old.get((vantage, name)), _seconds(answer)
        if was is None or now is None:
            continue
        few, many = sorted((was, now))
        if many >= SECONDS and many >= SLOWER * few:
            yield Difference(
                kind=LATENCY,
                subject=f"{vantage}/{name}",
                before=f"{was * 1000:.0f} ms",
                after=f"{now * 1000:.0f} ms",
            )


def _seconds(answer: Answer) -> float | None:
    """How long a conversation took that came to its end; None for one that did not."""
    if any(reply.outcome not in ("answered", "connected") for reply in answer.replies):
        return None
    return sum(sum(reply.seconds.values()) for reply in answer.replies)


OWNER = "owner of an address on the wire"
ADDRESS = "address of a Service"
NODE = "node"
PLACE = "where a Service runs"
VERSION = "version"
CERTIFICATE = "certificate"
LATENCY = "time of an answer"

# The facets of a cluster that a sort of difference is read from.
_FACETS = {
    ADDRESS: ("services",),
    NODE: ("nodes",),
    PLACE: ("endpoints", "services"),
    VERSION: ("workloads", "nodes"),
}
_SORTS = {
    OWNER: _owners,
    ADDRESS: _addresses,
    NODE: _nodes,
    PLACE: _places,
    VERSION: _versions,
    CERTIFICATE: _certificates,
}
