"""KP-02: a Service leads to a port on which its pods do not listen."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.faults import applications, products
from tools.lab.faults.fault import Fault
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.waiting import until

_NOBODY = 9


def inject(lab: Lab) -> None:
    """Move the target of an application's only port, and wait until it is refused."""
    cluster, item = applications.plain(lab)

    def change(spec: Object) -> Object:
        return {"ports": [{**port, "targetPort": _NOBODY} for port in spec["ports"]]}

    products.service(cluster, item.owner, change)

    def refused() -> bool:
        try:
            netns.connect(lab.runner, str(item.address), item.ports[0].number, 1).close()
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
        return False

    until(f"{item.address} refuses connections", refused, within=30)


FAULT = Fault(
    id="KP-02",
    title="a reserved Service leads to a port that nobody listens on",
    reds=frozenset({"ING-001", "REACH-001", "REACH-003"}),
    unknowns=frozenset({"TIME-004"}),
    cause="REACH-001",
    inject=inject,
    source='Kubernetes "Debug Services"',
)
