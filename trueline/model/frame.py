"""What goes over a wire: a frame, and what an answer for an address says."""

from __future__ import annotations

from dataclasses import dataclass


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
