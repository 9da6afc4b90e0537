"""Whether a time-out was measured, or the vantage point itself was too busy to notice an answer.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

from typing import Any

LATE = 1.0  # seconds beyond its limit at which a time-out says that this process was starved
TRIES = 3  # of a step that was starved


def stalled(reply: dict[str, Any], probe: dict[str, Any]) -> bool:
    """Whether a time-out was noticed so late that this process itself had no time to run.

    It then measured nothing of the network: what came in time may not have been read.
    """
    if reply["outcome"] != "timed out":
        return False
    limits = {"resolve": probe["answer"], "tcp": probe["connect"], "tls": probe["connect"] + 0.5}
    limit = limits.get(reply["broke"], 2 * probe["answer"])
    return bool(reply["seconds"]["end"] > limit + LATE)
