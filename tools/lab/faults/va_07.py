"""VA-07: a SecretStore logs in by a role that Vault does not have."""

from __future__ import annotations

from tools.lab.faults import vaults
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import external_secrets


def inject(lab: Lab) -> None:
    """Write another role into the store of the first planned secret."""
    _, item, _ = vaults.struck(lab)
    planned = item.plan.synced[0]
    cluster = lab.cluster(planned.cluster)
    store, _ = external_secrets.stored(item, planned, "", "")
    auth = {"kubernetes": {"role": "nobody"}}
    cluster.api.merge(cluster.api.path(store), {"spec": {"provider": {"vault": {"auth": auth}}}})
    vaults.unsynced(lab, item)


FAULT = Fault(
    id="VA-07",
    title="a store of synced secrets has a role that Vault does not know",
    reds=frozenset({"REACH-022"}),
    inject=inject,
    source="external-secrets#2560, #3093",
)
