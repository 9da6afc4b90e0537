"""One address asked for over a wire that is open: the delays that sweeps note of its reply."""

from __future__ import annotations

from ipaddress import ip_address

from tools.bench.acts.telling import given, tell
from trueline.probes import sweep
from trueline.probes.interfaces import interface_named

WINDOW = 0.002


def main() -> None:
    """Ask `repeats` times for `target`, and tell."""
    words = given()
    target, own = ip_address(words["target"]), interface_named(words["interface"])
    wire, seconds, silent = sweep.opened(words["interface"]), [], 0
    for number in range(words["repeats"] + 1):
        facts = sweep.sweep_over(wire, "lan", own, [target], window=WINDOW)
        replies = facts.replies[str(target)]
        silent += not replies
        seconds += [reply.after for reply in replies[:1]] if number else []
    wire.close()
    tell(seconds=seconds, silent=silent)


if __name__ == "__main__":
    main()
