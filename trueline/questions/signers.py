"""Who signed what was shown: the roots that a run knows, and which of them a chain leads to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from trueline.codec import x509
from trueline.model.observation import ClusterFacts, NotObserved, Observation
from trueline.model.probe import Answers

ITSELF = "itself"


def signers(
    answers: Answers,
    clusters: Mapping[str, ClusterFacts],
    words: str,
    parts: Collection[str],
) -> tuple[str, ...]:
    """The known roots that signed what a claim is about: `the mesh root of app`, `itself`.

    `words` are what the claim says, the issuer among it; `parts` what its subject needs. Nothing
    where no known root signed. Raises NotObserved where the run holds no such certificate.
    """
    chains = list(_shown(answers, words, parts))
    if not chains:
        raise NotObserved("the run holds no certificate of it")
    known = tuple(_known(answers, clusters))
    found: set[str] = set()
    for chain in chains:
        found |= {name for name, root in known if x509.root_of(chain, (root,)) is not None}
        if x509.self_signed(chain[0]):
            found.add(ITSELF)
    return tuple(sorted(found))


def _shown(
    answers: Answers, words: str, parts: Collection[str]
) -> Iterator[tuple[x509.Certificate, ...]]:
    """What was shown by that issuer to the questions that the words name, or at its addresses."""
    ends = tuple(f"talk to {part.partition('>')[2]} " for part in parts if part.startswith("path:"))
    shown: dict[tuple[str, ...], None] = {}
    for view in answers.views.values():
        for name, answer in view.value.items() if isinstance(view, Observation) else ():
            near = f"address:{answer.last.peer}" in parts or name.startswith(ends)
            if answer.last.tls is not None and (near or f"{name} from " in words):
                shown[answer.last.tls.chain] = None
    for chain in map(_read_chain, shown):
        if chain and f"issued by {chain[-1].issuer}, " in words:
            yield chain


def _read_chain(shown: tuple[str, ...]) -> tuple[x509.Certificate, ...]:
    try:
        return x509.chain(shown)
    except x509.NoCertificate:
        return ()


def _known(
    answers: Answers, clusters: Mapping[str, ClusterFacts]
) -> Iterator[tuple[str, x509.Certificate]]:
    for name, bundle in answers.trust.items():
        if isinstance(bundle, Observation):
            yield from _read(f"CA bundle {name}", bundle.value)
    for name, facts in clusters.items():
        if isinstance(facts.identity, Observation):
            yield from _read(f"the API's CA of {name}", facts.identity.value.ca)
        if isinstance(facts.mesh_roots, Observation):
            for pem in dict.fromkeys(pem for _, pem in facts.mesh_roots.value):
                yield from _read(f"the mesh root of {name}", pem)


def _read(label: str, pem: str) -> Iterator[tuple[str, x509.Certificate]]:
    """The certificates of a bundle; one that cannot be read holds no root."""
    try:
        for root in x509.bundle(pem) if pem else ():
            yield label, root
    except x509.NoCertificate:
        return
