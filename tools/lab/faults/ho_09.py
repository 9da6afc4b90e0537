"""HO-09: two contexts of the kubeconfig lead to one cluster."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tools.lab.errors import LabError
from tools.lab.faults.fault import Fault, first, second
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab.state import write
from tools.lab.waiting import until

_UID = ("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}")


def _kept() -> Path:
    return state() / "kubeconfig-before-fault"


def inject(lab: Lab) -> None:
    """Let the second cluster's context say the server and the user of the first one's."""
    file = state() / "kubeconfig"
    text = file.read_text()
    write(_kept(), text)
    config = json.loads(text)
    contexts = {item["name"]: item for item in config["contexts"]}
    mine, theirs = (cluster.plan.context for cluster in (second(lab), first(lab)))
    contexts[mine]["context"] = contexts[theirs]["context"]
    write(file, json.dumps(config, indent=1))
    until(
        f"{mine} and {theirs} lead to one cluster",
        lambda: _uid(lab, mine) == _uid(lab, theirs),
        within=20,
        every=0.5,
    )


def _uid(lab: Lab, context: str) -> str:
    """What tells a cluster from any other, by way of a context. Raises LabError."""
    done = subprocess.run(
        lab.runner_command(["kubectl", f"--context={context}", *_UID]),
        env=lab.runner_environment(),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    if done.returncode != 0:
        raise LabError(f"context {context}: {done.stderr.strip()}")
    return done.stdout.strip()


def undo(_: Lab) -> None:
    """Put the kubeconfig back."""
    if _kept().exists():
        write(state() / "kubeconfig", _kept().read_text())
        _kept().unlink()


# Everything of the second cluster is looked for in the first: what is missing there fails, and what
# is asked from its pods cannot be asked.
_REDS = (
    "CLU-003 CLU-010 CLU-011 CLU-021 CLU-023 CLU-030 CLU-031 CLU-041 CLU-050 CLU-060 DNS-003 "
    "DNS-010 DNS-030 ING-005 ISO-001 ISO-002 L2-005 LB-004 LB-005 LB-008 LB-009 LB-012 LB-021 "
    "POL-004 REACH-001 REACH-002 REACH-020 VM-001 VM-003"
)
_UNKNOWNS = (
    "CLU-006 CLU-060 DNS-005 DNS-013 DNS-021 DNS-022 DNS-030 DNS-031 DNS-040 ISO-001 ISO-002 "
    "L2-008 LB-006 LB-007 LB-010 LB-013 LB-018 MTLS-001 MTLS-002 MTLS-004 MTLS-005 MTLS-006 "
    "MTLS-009 POL-001 POL-002 POL-003 REACH-001 REACH-002 REACH-013 REACH-015 "
    "REACH-021 REACH-022 TIME-001 TIME-003 TIME-010 TIME-011"
)

FAULT = Fault(
    id="HO-09",
    title="two contexts of the kubeconfig lead to one cluster",
    reds=frozenset(_REDS.split()),
    unknowns=frozenset(_UNKNOWNS.split()),
    cause="CLU-003",
    inject=inject,
    undo=undo,
    source="kubeadm's fixed name of contexts",
)
