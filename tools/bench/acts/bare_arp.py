"""A sweep that asks once and looks into no reply: what Python takes for the frames alone."""

from __future__ import annotations

from time import monotonic

from tools.bench.acts.telling import addresses, as_in_a_run, given, tell
from trueline.probes.interfaces import interface_named
from trueline.probes.sweep import DRAIN_EVERY, Wire, opened
from trueline.probes.wire_language import language


def main() -> None:
    """Ask for `targets` on an `interface`, for a `window`, and tell how many frames came back."""
    words = given()
    as_in_a_run()
    targets = addresses(words["targets"])
    question = language(targets).asking(interface_named(words["interface"]))
    wire, heard = opened(words["interface"]), 0
    for number, target in enumerate(targets):
        wire.send(question(target))
        if number % DRAIN_EVERY == 0:
            heard += _read(wire, 0.0)
    deadline = monotonic() + words["window"]
    while (left := deadline - monotonic()) > 0:
        heard += _read(wire, left)
    wire.close()
    tell(heard=heard)


def _read(wire: Wire, wait: float) -> int:
    """How many frames are there now, the first one awaited."""
    heard = 0
    while wire.receive(wait):
        heard, wait = heard + 1, 0.0
    return heard


if __name__ == "__main__":
    main()
