"""The leases by which kubelets say that they live: two clocks in one object. Pure."""

from __future__ import annotations

from typing import Any

from trueline.model.observation import LeaseFact
from trueline.probes.kube_decode import moment

PATH = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


def lease(item: dict[str, Any]) -> LeaseFact:
    """A Lease; the API server notes in `managedFields` when it wrote the last renewal down."""
    meta = item["metadata"]
    written = [moment(entry.get("time")) for entry in meta.get("managedFields") or ()]
    return LeaseFact(
        node=meta["name"],
        renewed=moment((item.get("spec") or {}).get("renewTime")),
        written=max((time for time in written if time is not None), default=None),
    )
