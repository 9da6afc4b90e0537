"""VA-01: Vault is sealed: it answers everybody, and serves nobody."""

from __future__ import annotations

from tools.lab.faults import products, vaults
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import vault_open
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Seal it, and wait until its address says so. A Vault that starts anew unseals itself."""
    home, item, _ = vaults.struck(lab)
    path = vaults.deployment(item)
    pod = home.api.get(path)["spec"]["template"]["spec"]
    vaults.answers_in_any_state(pod)
    home.api.merge(path, {"spec": {"template": {"spec": {"containers": pod["containers"]}}}})
    products.runs(home, path)
    vault_open.opened(lab, item).put("sys/seal", {})
    api = vaults.at_its_address(lab, item)
    until(
        f"{item.plan} is sealed",
        lambda: vault_open.passing(lambda: api.get("sys/seal-status")["sealed"]),
        within=30,
    )
    vaults.unsynced(lab, item)


FAULT = Fault(
    id="VA-01",
    title="Vault is sealed",
    reds=frozenset({"REACH-001", "REACH-020", "REACH-022"}),
    cause="REACH-001",
    unknowns=frozenset({"ISO-004", "REACH-021"}),
    inject=inject,
    undo=lambda lab: vault_open.revive(lab, vaults.struck(lab)[1]),
    source="Vault health API; kubefirst#1906",
)
