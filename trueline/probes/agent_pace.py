"""Whether something was measured, or the vantage point itself was too busy to keep pace.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

from typing import Any

LATE = 1.0  # seconds beyond what they should take at which steps say that this process was starved
TRIES = 3  # of a step that was starved


def stalled(reply: dict[str, Any], probe: dict[str, Any], waited: float) -> bool:
    """Whether a step ended as it did because this process itself had no time to run.

    A time-out that was noticed late measured nothing of the network: what came in time may not have
    been read. Nor did a connection that was closed on a question sent late: servers close those
    that say nothing for a while (CoreDNS after two seconds). `waited` is for how many seconds that
    connection had stood open, or been asked for, when its question went out.
    """
    if reply["outcome"] in ("reset", "silent"):
        return waited > LATE
    if reply["outcome"] != "timed out":
        return False
    limits = {"resolve": probe["answer"], "tcp": probe["connect"], "tls": probe["connect"] + 0.5}
    limit = limits.get(reply["broke"], 2 * probe["answer"])
    return bool(reply["seconds"]["end"] > limit + LATE)


def unanswered(reply: dict[str, Any]) -> bool:
    """Whether the resolver of the system may just have lost a datagram.

    It asks again only after five seconds (resolv.conf(5)), and one datagram may be lost without
    anybody being at fault: a name is looked up twice at most.
    """
    return bool(reply["outcome"] == "timed out" and reply["broke"] == "resolve")
