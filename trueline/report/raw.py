"""What a verdict rests on, as it was observed: answers, facts of an API, frames of the wire.

Nothing is made up: what was not kept is not shown. Everything is bounded, and says what it leaves
out. Secrets were blotted out where they were observed; nothing here knows any.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from trueline.codec.pcap import arp, pcap
from trueline.model.frame import Frame
from trueline.model.observation import ClusterFacts, Observation, Unobserved, Wire
from trueline.model.probe import Answer, Answers
from trueline.report.journal import Entry

ANSWERS = 24  # of one verdict
RECEIVED = 2_000  # characters of one answer
LONGEST = 30_000  # characters of one attachment
ADDRESSES = 8  # whose frames are shown of one test

_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")


@dataclass(frozen=True, slots=True)
class Raw:
    """Something to attach: `kind` says what the bytes are."""

    name: str
    kind: Literal["json", "text", "pcap"]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Watched(Answers):
    """The same answers, which remember what was read of them: (vantage point, name)."""

    read: dict[tuple[str, str], None] = field(default_factory=dict, compare=False)

    @classmethod
    def over(cls, answers: Answers) -> Watched:
        """Answers as they were, of which nothing has been read."""
        return cls(nonce=answers.nonce, views=answers.views, trust=answers.trust)

    def of(self, vantage: str, name: str) -> Answer:
        """One answer, and that it was read."""
        self.read[vantage, name] = None
        return super().of(vantage, name)


def answers(watched: Watched, bad: Sequence[Entry]) -> Iterator[Raw]:
    """The answers that were read for a verdict; first those of vantage points that claims name."""
    told = {origin for entry in bad for origin in entry.evidence}
    seen = [(vantage, name) for vantage, name in watched.read if _given(watched, vantage, name)]
    seen.sort(key=lambda one: watched.origin(one[0]) not in told)
    if not seen:
        return
    shown = [
        {"from": watched.origin(vantage), "question": name, **_answer(watched.of(vantage, name))}
        for vantage, name in seen[:ANSWERS]
    ]
    more = f" of {len(seen)}" if len(seen) > ANSWERS else ""
    noun = "answer" if len(seen) == 1 else "answers"
    yield _bounded(f"{len(shown)}{more} {noun} as received", shown)


def facts(bad: Sequence[Entry], clusters: Mapping[str, ClusterFacts]) -> Iterator[Raw]:
    """What the APIs said that claims name as their evidence."""
    told = {origin for entry in bad for origin in entry.evidence}
    about = {name for entry in bad for name in entry.cluster.split("+")}
    chosen = [name for name in clusters if name in about] or list(clusters)
    for name in chosen:
        for facet in fields(ClusterFacts):
            seen = getattr(clusters[name], facet.name)
            if isinstance(seen, Observation) and seen.origin in told:
                shown = {
                    "cluster": name,
                    "from": seen.origin,
                    "at": moment(seen.at),
                    facet.name: _plain(seen.value),
                }
                yield _bounded(f"{facet.name.replace('_', ' ')} of cluster {name}", shown)


def frames(bad: Sequence[Entry], wire: Wire) -> Iterator[Raw]:
    """The frames about each address that claims about the wire name: to read, and as a capture."""
    for heard in wire.values():
        if isinstance(heard, Unobserved):
            continue
        about = dict.fromkeys(
            address
            for entry in bad
            if heard.origin in entry.evidence
            for address in _addresses(entry)
            if address in heard.value.frames
        )
        for address in list(about)[:ADDRESSES]:
            kept = heard.value.frames[address]
            yield Raw(f"ARP for {address}", "text", _read(kept).encode())
            packets = ((frame.at, bytes.fromhex(frame.octets)) for frame in kept)
            yield Raw(f"ARP for {address} (capture)", "pcap", pcap(packets))


def moment(at: float) -> str:
    """A time as a reader sees it, to the millisecond."""
    try:
        known = datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):  # the clock of a machine may say anything
        return f"no time: {at}"
    return known.isoformat(sep=" ", timespec="milliseconds")


def _given(watched: Watched, vantage: str, name: str) -> bool:
    view = watched.views.get(vantage)
    return isinstance(view, Observation) and name in view.value


def _answer(answer: Answer) -> dict[str, Any]:
    told = asdict(answer)
    told["at"] = moment(answer.at)
    for reply in told["replies"]:
        reply["received"] = _text(reply["received"])
    return told


def _text(received: str) -> str:
    """What came in base64, as text where it is text, else in hex."""
    octets = b64decode(received)
    text = octets.decode(errors="replace")
    if not all(char.isprintable() or char in "\r\n\t" for char in text.replace("\ufffd", "\0")):
        text = f"hex: {octets.hex(' ')}"
    left = len(text) - RECEIVED
    return f"{text[:RECEIVED]} ... and {left} characters more" if left > 0 else text


def _addresses(entry: Entry) -> Iterator[str]:
    """The addresses that a claim is about: of its subject, and in what it says."""
    kinds = (part.partition(":") for part in (*entry.takes, *entry.needs))
    yield from (name for kind, _, name in kinds if kind == "address")
    yield from _IPV4.findall(f"{entry.subject} {entry.expected} {entry.observed}")


def _read(kept: Sequence[Frame]) -> str:
    lines = [f"from {moment(kept[0].at)}, each with seconds since then"]
    for frame in kept:
        after = frame.at - kept[0].at
        lines.append(f"{after:9.6f}  {arp(bytes.fromhex(frame.octets))}")
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> Any:
    """A fact as JSON has it: what is no text, number or list by its name."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _bounded(name: str, value: object) -> Raw:
    """As JSON; what is too long is cut, and then no longer JSON."""
    text = json.dumps(value, indent=1) + "\n"
    if len(text) <= LONGEST:
        return Raw(name, "json", text.encode())
    left = len(text) - LONGEST
    return Raw(name, "text", f"{text[:LONGEST]}\n... and {left} characters more\n".encode())
