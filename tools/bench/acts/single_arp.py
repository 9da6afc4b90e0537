"""One address asked for over a wire that is open, again and again: until its reply is read."""

from __future__ import annotations

from ipaddress import ip_address
from time import perf_counter

from tools.bench.acts.telling import given, tell
from trueline.probes import sweep
from trueline.probes.interfaces import interface_named

WINDOW = 0.002


class Timed:
    """A wire that tells how long the reply to the first question took to be in hand."""

    def __init__(self, wire: sweep.Wire) -> None:
        self._wire = wire
        self._sent = self.read = 0.0

    def again(self) -> None:
        """Another question comes."""
        self._sent = self.read = 0.0

    def send(self, frame: bytes) -> None:
        """As the wire."""
        self._sent = self._sent or perf_counter()
        self._wire.send(frame)

    def receive(self, timeout: float) -> tuple[bytes, float] | None:
        """As the wire."""
        heard = self._wire.receive(timeout)
        if heard and not self.read:
            self.read = perf_counter() - self._sent
        return heard

    def close(self) -> None:
        """As the wire."""
        self._wire.close()


def main() -> None:
    """Ask `repeats` times for `target`, and tell: the first time, nothing is warm."""
    words = given()
    target, own = ip_address(words["target"]), interface_named(words["interface"])
    wire, read, noted, silent = Timed(sweep.opened(words["interface"])), [], [], 0
    for _ in range(words["repeats"] + 1):
        wire.again()
        facts = sweep.sweep_over(wire, "lan", own, [target], window=WINDOW)
        replies = facts.replies[str(target)]
        silent += not replies
        read.append(wire.read)
        noted += [reply.after for reply in replies[:1]]
    wire.close()
    tell(read=read[1:], noted=noted[1:], silent=silent)


if __name__ == "__main__":
    main()
