"""VA-05: Vault has lost its data, and is as new: nobody has initialised it."""

from __future__ import annotations

from tools.lab import baseline
from tools.lab.faults import products, vaults
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import vault_open
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Start it on an empty disk of its pod's own; its data lie untouched where they were."""
    home, item, _ = vaults.struck(lab)
    path = vaults.deployment(item)
    pod = home.api.get(path)["spec"]["template"]["spec"]
    vaults.answers_in_any_state(pod)
    volumes = [
        {"name": "data", "emptyDir": {}} if volume["name"] == "data" else volume
        for volume in pod["volumes"]
    ]
    changed = {"containers": pod["containers"], "volumes": volumes}
    home.api.merge(path, {"spec": {"template": {"spec": changed}}})
    products.runs(home, path)
    api = vaults.at_its_address(lab, item)
    until(
        f"{item.plan} is as new",
        lambda: vault_open.passing(lambda: not api.get("sys/init")["initialized"]),
        within=30,
    )
    vaults.unsynced(lab, item)


def undo(lab: Lab) -> None:
    """Let it have its data again, before a reset finds it new and would initialise it."""
    home, item, _ = vaults.struck(lab)
    path = vaults.deployment(item)
    home.api.replace(baseline.load(home)[path])
    products.runs(home, path)


FAULT = Fault(
    id="VA-05",
    title="Vault is not initialised",
    reds=frozenset({"REACH-001", "REACH-020", "REACH-022"}),
    cause="REACH-001",
    unknowns=frozenset({"ISO-004", "REACH-021"}),
    inject=inject,
    undo=undo,
    source="Vault health API",
)
