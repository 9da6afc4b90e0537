"""The Lease of a cluster (coordination.k8s.io/v1) by which runs do not disturb each other.

An annotation lists every run at work. The fields of the Lease itself name the one that is alone, as
`kubectl get lease` shows them. Each change is made to what was read: where somebody else was
quicker, the API refuses it (409) and nothing is lost.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from trueline.model.lease import NAME, Hold, blocking, stamp, without
from trueline.probes.kube_client import Api, NotFound, Refused
from trueline.probes.kube_pods import OURS

HOLDS = "trueline/holds"
GROUP = "coordination.k8s.io"
Json = dict[str, Any]


def take(api: Api, namespace: str, wanted: Hold, now: float) -> tuple[Hold, ...] | None:
    """Hold the cluster, and give back (); else who has to be waited for; None: look again.

    A hold of the same run is replaced, one that has expired is taken over. Raises Refused, with
    NotFound where there is no such namespace, or Unreachable.
    """
    lease = _read(api, namespace)
    holds = () if lease is None else held(lease)
    others = blocking(holds, wanted, now)
    if others:
        return others
    return () if _write(api, namespace, lease, (*without(holds, wanted.run, now), wanted)) else None


def leave(api: Api, namespace: str, run: str, now: float) -> bool:
    """Hold the cluster no more; False: somebody else wrote meanwhile, so look again.

    Raises Refused or Unreachable.
    """
    lease = _read(api, namespace)
    if lease is None or all(hold.run != run for hold in held(lease)):
        return True
    return _write(api, namespace, lease, without(held(lease), run, now))


def held(lease: Json) -> tuple[Hold, ...]:
    """The holds that a Lease names; what cannot be read is none of ours."""
    try:
        listed = json.loads((lease["metadata"].get("annotations") or {}).get(HOLDS, "[]"))
        found = tuple(
            Hold(
                run=str(item["run"]),
                group=str(item["group"]),
                since=float(item["since"]),
                until=float(item["until"]),
                alone=bool(item["alone"]),
            )
            for item in listed
        )
        _ = [(stamp(hold.since), stamp(hold.until)) for hold in found]  # times that there are
        return found
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return ()


def _read(api: Api, namespace: str) -> Json | None:
    try:
        return api.get(f"{_leases(namespace)}/{NAME}")
    except NotFound:
        return None


def _write(api: Api, namespace: str, lease: Json | None, holds: tuple[Hold, ...]) -> bool:
    meta: Json = {
        "name": NAME,
        "namespace": namespace,
        "labels": dict(OURS),
        "annotations": {HOLDS: json.dumps([asdict(hold) for hold in holds])},
    }
    item = {"apiVersion": f"{GROUP}/v1", "kind": "Lease", "metadata": meta, "spec": _spec(holds)}
    try:
        if lease is None:
            api.post(_leases(namespace), item)
        else:
            meta["resourceVersion"] = lease["metadata"]["resourceVersion"]
            api.put(f"{_leases(namespace)}/{NAME}", item)
    except Refused as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        return False
    return True


def _spec(holds: tuple[Hold, ...]) -> Json:
    for hold in holds:
        if hold.alone:
            return {
                "holderIdentity": hold.run,
                "acquireTime": _micro(hold.since),
                "leaseDurationSeconds": max(1, round(hold.until - hold.since)),
            }
    return {}


def _micro(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _leases(namespace: str) -> str:
    return f"/apis/{GROUP}/v1/namespaces/{namespace}/leases"
