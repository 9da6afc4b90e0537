"""Frames kept as they went over the wire, so that a verdict about an address can be looked into."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from trueline.model.address import Address
from trueline.model.frame import Frame
from trueline.probes.wire_language import Language

if TYPE_CHECKING:
    from trueline.probes.sweep import Wire

ADDRESSES = 1024  # of which frames are kept: a sweep of more must not fill the disk
FRAMES = 8  # of one address: its questions and who answered, not a storm


class Recording:
    """A wire that keeps the first frames about each address, sent and heard, and passes all on.

    Their times are when this process sent them, or this host had them. Addresses to look at
    `first` have their frames kept before others where there are too many.
    """

    def __init__(
        self,
        wire: Wire,
        speaks: Language,
        targets: Sequence[Address],
        first: Collection[Address] = (),
    ) -> None:
        self._wire, self._speaks = wire, speaks
        ranked = sorted(targets, key=lambda target: target not in first)
        self._kept: dict[bytes, list[tuple[float, bytes]]] = {
            one.packed: [] for one in ranked[:ADDRESSES]
        }

    def send(self, frame: bytes) -> None:
        """Put one frame on the wire, and keep it if it was taken."""
        now = time.time()  # answers may be here before this process goes on
        self._wire.send(frame)
        self._keep(frame, now)

    def receive(self, timeout: float) -> tuple[bytes, float] | None:
        """The next frame, as of the wire itself."""
        heard = self._wire.receive(timeout)
        if heard:
            frame, since = heard
            self._keep(frame, time.time() - since)
        return heard

    def close(self) -> None:
        """Give the wire's socket back."""
        self._wire.close()

    def frames(self) -> dict[str, tuple[Frame, ...]]:
        """What was kept, by address, in the order of time."""
        return {
            str(self._speaks.address(packed)): tuple(
                Frame(at=round(at, 6), octets=frame.hex()) for at, frame in kept
            )
            for packed, kept in sorted(self._kept.items())
            if kept
        }

    def _keep(self, frame: bytes, at: float) -> None:
        kept = self._kept.get(self._speaks.about(frame) or b"")
        if kept is not None and len(kept) < FRAMES:
            kept.append((at, frame))
