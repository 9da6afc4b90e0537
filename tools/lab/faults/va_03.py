"""VA-03: the auth mount of a cluster asks another cluster about its tokens."""

from __future__ import annotations

from tools.lab.faults import vaults
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import vault_logins, vault_open, vault_setup


def inject(lab: Lab) -> None:
    """Give the mount the API, the authority and a reviewer of Vault's own cluster."""
    home, item, login = vaults.struck(lab)
    home.api.create_all(vault_logins.reviewer(login))
    reviewer = vault_logins.reviewer_token(home, login)
    vault_setup.trust(vault_open.opened(lab, item), login, home, reviewer)
    vaults.unsynced(lab, item)


FAULT = Fault(
    id="VA-03",
    title="Vault asks the wrong cluster about the tokens of another",
    reds=frozenset({"REACH-020", "REACH-021", "REACH-022"}),
    cause="REACH-020",
    inject=inject,
    source="external-secrets#2233, #2691; vault-helm#376",
)
