"""AR-02: Argo CD trusts another authority than the one of the cluster that it deploys to."""

from __future__ import annotations

import base64
from typing import Any

from tools.lab.faults import deployments
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Put the authority of Argo CD's own cluster into the Secret of the other one."""
    _, instance, _ = deployments.struck(lab)
    home = lab.cluster(instance.reservation.cluster)
    wrong = base64.b64encode((home.pki / "ca.crt").read_bytes()).decode()

    def change(config: dict[str, Any]) -> None:
        config["tlsClientConfig"]["caData"] = wrong

    deployments.reconnect(lab, change)


FAULT = Fault(
    id="AR-02",
    title="Argo CD does not trust the authority of the cluster that it deploys to",
    reds=frozenset({"REACH-030", "REACH-031"}),
    cause="REACH-031",
    inject=inject,
    source="argo-cd#13439, #3945, #2389",
)
