"""TCP connection attempts, all at once.

This module stands on the standard library of Python 3.8 or later alone, because its own source text
is what a pod runs (`python3 -c SOURCE BATCH TIMEOUT`): one probe code for every vantage point.

A batch is JSON, `[{"address": "10.96.0.1", "port": 443}, ...]`; the answer is a JSON list in the
same order with the rest of `trueline.model.observation.TcpFact` added.
"""

from __future__ import annotations

import asyncio
import errno
import json
import sys
from typing import Any, Sequence  # noqa: UP035 - Python 3.8 cannot subscript collections.abc

LIMIT = 200  # attempts in flight: above a few hundred, one loop delays its own time-outs

_REASONS = {
    errno.ECONNREFUSED: "refused",
    errno.ENETUNREACH: "unreachable",
    errno.EHOSTUNREACH: "unreachable",
    errno.ETIMEDOUT: "timed out",
}


async def _attempt(
    target: dict[str, Any], timeout: float, gate: asyncio.Semaphore
) -> dict[str, Any]:
    async with gate:
        loop = asyncio.get_running_loop()
        start = loop.time()
        local, detail = None, ""
        try:
            opening = asyncio.open_connection(target["address"], target["port"])
            _, writer = await asyncio.wait_for(opening, timeout)
            local = writer.get_extra_info("sockname")[0]
            writer.close()
            outcome = "connected"
        except asyncio.TimeoutError:  # noqa: UP041 - they are two classes before Python 3.11
            outcome = "timed out"
        except OSError as error:
            outcome = _REASONS.get(error.errno or 0, "failed")
            detail = str(error)
        after = round(loop.time() - start, 4)
        return dict(target, outcome=outcome, local=local, after=after, detail=detail)


async def _all(targets: Sequence[dict[str, Any]], timeout: float) -> list[dict[str, Any]]:
    gate = asyncio.Semaphore(LIMIT)
    return await asyncio.gather(*(_attempt(target, timeout, gate) for target in targets))


def connect(targets: Sequence[dict[str, Any]], timeout: float) -> list[dict[str, Any]]:
    """Try every target (dicts with `address` and `port`) within `timeout` seconds each."""
    return asyncio.run(_all(targets, timeout))


if __name__ == "__main__":
    json.dump(connect(json.loads(sys.argv[1]), float(sys.argv[2])), sys.stdout)
