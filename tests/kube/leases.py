"""The Lease of a faked API: kept as a server keeps it, so that a stale change is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.kube.api import Answer, FakeApi, Query, status
from trueline.model.lease import Hold
from trueline.probes.kube_lease import HOLDS, held

LEASES = "/apis/coordination.k8s.io/v1/namespaces/trueline/leases"
LEASE = f"{LEASES}/trueline"


class KeptLease:
    """What the API holds at LEASE; `meanwhile` runs before each change, as another client would."""

    def __init__(self, api: FakeApi, *holds: Hold) -> None:
        self.item: dict[str, Any] | None = None
        self.meanwhile: Callable[[], None] = lambda: None
        self._api = api
        self._version = 0
        api.routes[LEASE] = self._get
        api.on_post[LEASES] = self._post
        api.on_put[LEASE] = self._put
        if holds:
            self.set(*holds)

    @property
    def holds(self) -> tuple[Hold, ...]:
        """Who is at work, as written."""
        return held(self.item) if self.item else ()

    def set(self, *holds: Hold) -> None:
        """Let others be at work."""
        from dataclasses import asdict

        listed = json.dumps([asdict(hold) for hold in holds])
        self._keep({"metadata": {"annotations": {HOLDS: listed}}, "spec": {}})

    def _keep(self, item: dict[str, Any]) -> None:
        self._version += 1
        meta = {**item["metadata"], "resourceVersion": str(self._version)}
        self.item = {**item, "metadata": meta}

    def _get(self, _: Query) -> Answer:
        return (200, self.item) if self.item else status(404, "not found")

    def _post(self, _: Query) -> Answer:
        self.meanwhile()
        if self.item:
            return status(409, "it exists")
        self._keep(self._api.posted[-1][1])
        return 201, self.item or {}

    def _put(self, _: Query) -> Answer:
        self.meanwhile()
        given = self._api.put[-1][1]
        if self.item is None or given["metadata"]["resourceVersion"] != str(self._version):
            return status(409, "the object has been modified")
        self._keep(given)
        return 200, self.item or {}
