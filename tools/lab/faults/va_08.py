"""VA-08: Vault wants another issuer of a cluster's tokens than the cluster is."""

from __future__ import annotations

from tools.lab.faults import vaults
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import vault_logins, vault_open, vault_setup

_ISSUER = "https://kubernetes.default.svc.elsewhere.test"


def inject(lab: Lab) -> None:
    """Switch the check of issuers on, with one that signs nothing here."""
    _, item, login = vaults.struck(lab)
    cluster = lab.cluster(login.cluster)
    reviewer = vault_logins.reviewer_token(cluster, login)
    more = {"disable_iss_validation": False, "issuer": _ISSUER}
    vault_setup.trust(vault_open.opened(lab, item), login, cluster, reviewer, **more)
    vaults.unsynced(lab, item)


FAULT = Fault(
    id="VA-08",
    title="Vault wants another issuer of a cluster's tokens",
    reds=frozenset({"REACH-020", "REACH-022"}),
    cause="REACH-020",
    inject=inject,
    source="Vault Kubernetes auth documentation",
)
