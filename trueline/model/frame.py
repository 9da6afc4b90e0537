"""What goes over a wire: a frame, what an answer for an address says, and all of a segment."""

from __future__ import annotations

from dataclasses import dataclass, field

from trueline.model.address import Address
from trueline.model.observed import NotObserved, Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourReply:
    """One answer for an address, by ARP or neighbour discovery.

    Who gave it (MAC), and how long after the question, in seconds.
    """

    mac: str
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame, sent or heard: when (seconds since the epoch, UTC), and its bytes as hex."""

    at: float
    octets: str

    def __post_init__(self) -> None:
        """Stored frames are read again. Raises ValueError where they are no hex."""
        bytes.fromhex(self.octets)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFacts:
    """What one listening window on a segment heard: every reply to every question.

    `replies` holds each address that was asked; a silent one has an empty tuple. `window` is how
    long replies were awaited after the last question, in seconds: below 0.83 s a Linux proxy-ARP
    responder can be missed, so a shorter window proves no silence. `direct` holds, of silent
    addresses that were looked at closely, who answers when asked directly and not by broadcast.
    `frames` holds the first questions and answers about an address as they went over the wire, for
    as many addresses as there is room for (none in older stores); no verdict rests on them.
    """

    segment: str
    interface: str
    window: float
    replies: dict[str, tuple[NeighbourReply, ...]]
    direct: dict[str, tuple[NeighbourReply, ...]] = field(default_factory=dict)
    frames: dict[str, tuple[Frame, ...]] = field(default_factory=dict)

    def macs(self, address: Address) -> frozenset[str]:
        """The MACs that answered for an address. Raises NotObserved when it was not asked."""
        try:
            return frozenset(reply.mac for reply in self.replies[str(address)])
        except KeyError:
            raise NotObserved(f"{address} was not asked for on segment {self.segment}") from None


# What one run heard on the wire, by the name of the segment.
Wire = dict[str, Observed[SegmentFacts]]
