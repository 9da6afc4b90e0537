"""What was still changing in a cluster when it was looked at. Pure: the time is handed in.

Something that stays wrong is not moving: a pod that is not ready, or a Service without an address,
counts only while it is younger than `young` seconds.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

Json = dict[str, Any]


def deployment(item: Json) -> str | None:
    """A rollout in progress: the controller lags, or replicas of two templates exist."""
    spec, status = item["spec"], item.get("status") or {}
    updated, wanted = status.get("updatedReplicas", 0), spec.get("replicas", 1)
    if _lags(item) or updated < wanted or status.get("replicas", 0) > updated:
        return f"Deployment {_key(item)} rolls out: {updated} of {wanted} updated"
    return None


def daemon_set(item: Json) -> str | None:
    """A rollout in progress: the controller lags, or some nodes have the old template."""
    status = item.get("status") or {}
    updated = status.get("updatedNumberScheduled", 0)
    wanted = status.get("desiredNumberScheduled", 0)
    if _lags(item) or updated < wanted:
        return f"DaemonSet {_key(item)} rolls out: {updated} of {wanted} updated"
    return None


def pod(item: Json, now: float, young: float) -> str | None:
    """A young pod that is not ready yet; a finished one never will be."""
    status = item.get("status") or {}
    if status.get("phase") in ("Succeeded", "Failed"):
        return None
    ready = any(
        entry["type"] == "Ready" and entry["status"] == "True"
        for entry in status.get("conditions") or ()
    )
    return None if ready else _young("Pod", item, now, young, "not ready yet")


def service(item: Json, now: float, young: float) -> str | None:
    """A young LoadBalancer Service that has no address yet."""
    balancer = (item.get("status") or {}).get("loadBalancer") or {}
    if item["spec"].get("type") != "LoadBalancer" or balancer.get("ingress"):
        return None
    return _young("Service", item, now, young, "without an address yet")


def _young(kind: str, item: Json, now: float, young: float, what: str) -> str | None:
    created = datetime.fromisoformat(item["metadata"]["creationTimestamp"])
    age = now - created.timestamp()
    return f"{kind} {_key(item)} is {max(0.0, age):.0f} s old, {what}" if age < young else None


def _lags(item: Json) -> bool:
    """Whether the controller has not seen the newest spec yet."""
    seen: int = (item.get("status") or {}).get("observedGeneration", 0)
    return seen < int(item["metadata"].get("generation", 0))


def _key(item: Json) -> str:
    return f"{item['metadata']['namespace']}/{item['metadata']['name']}"
