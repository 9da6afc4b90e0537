"""A sweep as a run does it: `targets` on an `interface`, a `window`, as often as `repeats` says."""

from __future__ import annotations

from time import perf_counter

from tools.bench.acts.telling import addresses, given, tell
from trueline.probes.sweep import sweep


def main() -> None:
    """Sweep, and tell who answered the last time and how much was heard in all."""
    words = given()
    targets = addresses(words["targets"])
    seconds, observations = [], 0
    for _ in range(words["repeats"]):
        began = perf_counter()
        facts = sweep("lan", words["interface"], targets, window=words["window"])
        seconds.append(perf_counter() - began)
        observations += sum(bool(replies) for replies in facts.replies.values())
    replies = {
        address: [reply.mac for reply in each] for address, each in facts.replies.items() if each
    }
    tell(seconds=seconds, observations=observations, replies=replies)


if __name__ == "__main__":
    main()
