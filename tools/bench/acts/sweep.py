"""A sweep as a run does it: `targets` on an `interface`, a `window`, as often as `repeats` says."""

from __future__ import annotations

import os
from time import perf_counter

from tools.bench.acts.telling import addresses, as_in_a_run, given, tell
from trueline.probes.sweep import sweep


def main() -> None:
    """Sweep, and tell who answered the last time and how much was heard in all.

    `kernel` is how many seconds the kernel worked for this process meanwhile.
    """
    words = given()
    as_in_a_run()
    targets = addresses(words["targets"])
    seconds, observations, before = [], 0, os.times().system
    for _ in range(words["repeats"]):
        began = perf_counter()
        facts = sweep("lan", words["interface"], targets, window=words["window"])
        seconds.append(perf_counter() - began)
        observations += sum(bool(replies) for replies in facts.replies.values())
    kernel = os.times().system - before
    replies = {
        address: [reply.mac for reply in each] for address, each in facts.replies.items() if each
    }
    tell(seconds=seconds, kernel=kernel, observations=observations, replies=replies)


if __name__ == "__main__":
    main()
