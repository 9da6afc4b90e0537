"""VA-01: Vault is sealed, and is reached all the same."""

from __future__ import annotations

from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.kubeapi import KubeApi
from tools.lab.lab import Lab
from tools.lab.products import vault_open
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Keep Vault's pod behind its Service though it is not ready, as charts do, and seal it."""
    cluster, item = products.server(lab, "vault")
    api = vault_open.opened(lab, item)
    owner = item.reservation.owner
    products.service(cluster, owner, lambda _spec: {"publishNotReadyAddresses": True})
    api.put("sys/seal", {})
    for secret in item.plan.synced:
        namespace, _, name = secret.name.partition("/")
        theirs = lab.cluster(secret.cluster).api
        path = f"/apis/external-secrets.io/v1/namespaces/{namespace}/externalsecrets/{name}"

        def stale(path: str = path, theirs: KubeApi = theirs) -> bool:
            conditions = theirs.get(path)["status"]["conditions"]
            return any(c["type"] == "Ready" and c["status"] == "False" for c in conditions)

        until(f"{secret.name} is reported stale", stale, within=60, every=0.5)


FAULT = Fault(
    id="VA-01",
    title="Vault is sealed",
    reds=frozenset({"REACH-001", "REACH-020", "REACH-022"}),
    unknowns=frozenset({"REACH-021"}),
    areas=("reach",),
    inject=inject,
    source="Vault health API; kubefirst#1906",
)
