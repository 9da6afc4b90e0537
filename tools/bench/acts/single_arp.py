"""One address asked for over a wire that is open, again and again: until its reply is read.

It is asked for just after some others, and alone: a sweep awaits replies for a while, and what the
kernel and Python run next is no longer in the processor's caches then.
"""

from __future__ import annotations

from ipaddress import ip_address
from time import perf_counter

from tools.bench.acts.telling import as_in_a_run, given, tell
from trueline.model.address import Address
from trueline.probes import arp_frames, sweep
from trueline.probes.interfaces import interface_named

WINDOW = 0.002
OTHERS = 2 * sweep.DRAIN_EVERY  # whose replies have been read when the last question goes out
SELDOM = 10  # is it asked for alone, once in so many times


class Timed:
    """A wire that tells how long the reply about one address took to be in hand."""

    def __init__(self, wire: sweep.Wire, about: Address) -> None:
        self._wire, self._about = wire, about.packed
        self._sent = self.read = 0.0

    def again(self) -> None:
        """Another question comes."""
        self._sent = self.read = 0.0

    def send(self, frame: bytes) -> None:
        """As the wire."""
        if arp_frames.about(frame) == self._about:
            self._sent = self._sent or perf_counter()
        self._wire.send(frame)

    def receive(self, timeout: float) -> tuple[bytes, float] | None:
        """As the wire."""
        heard = self._wire.receive(timeout)
        if heard and not self.read and arp_frames.about(heard[0]) == self._about:
            self.read = perf_counter() - self._sent
        return heard

    def close(self) -> None:
        """As the wire."""
        self._wire.close()


def main() -> None:
    """Ask `repeats` times for `target`, and seldom for it alone, and tell.

    The first time is left out: nothing is warm.
    """
    words = given()
    as_in_a_run()
    target, own = ip_address(words["target"]), interface_named(words["interface"])
    wire, silent = Timed(sweep.opened(words["interface"]), target), 0
    ways = {"warm": [*(target + 1 + n for n in range(OTHERS)), target], "alone": [target]}
    read: dict[str, list[float]] = {way: [] for way in ways}
    noted: list[float] = []
    for number in range(words["repeats"] + 1):
        for way, targets in ways.items():
            if way == "alone" and number % SELDOM:
                continue
            wire.again()
            facts = sweep.sweep_over(wire, "lan", own, targets, window=WINDOW)
            replies = facts.replies[str(target)]
            silent += not replies
            read[way].append(wire.read)
            noted += [reply.after for reply in replies[:1] if way == "warm"]
    wire.close()
    tell(**{way: each[1:] for way, each in read.items()}, noted=noted[1:], silent=silent)


if __name__ == "__main__":
    main()
