"""ML-22: a client keeps the MAC of an owner that is gone."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.errors import LabError
from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_NOBODY = "02:00:00:00:0d:ad"


def _target(lab: Lab) -> tuple[str, int]:
    _, item = products.server(lab, "prometheus")
    return str(item.reservation.address), item.port


def inject(lab: Lab) -> None:
    """Fix the runner's neighbour entry of an address to a MAC that nobody has."""
    address, port = _target(lab)
    netns.run(
        lab.runner,
        *("ip", "neigh", "replace", address, "lladdr", _NOBODY, "dev", "eth0", "nud", "permanent"),
    )
    try:
        netns.connect(lab.runner, address, port, 2).close()
    except OSError:
        return
    raise LabError(f"{address} still answers the runner")


def undo(lab: Lab) -> None:
    """Let the runner ask again."""
    netns.run(lab.runner, "ip", "neigh", "del", _target(lab)[0], "dev", "eth0")


FAULT = Fault(
    id="ML-22",
    title="a client keeps the MAC of an owner that is gone",
    reds=frozenset({"L2-007", "REACH-001", "REACH-003", "REACH-010", "REACH-011"}),
    unknowns=frozenset({"ISO-004", "TIME-004"}),
    cause="L2-007",
    inject=inject,
    undo=undo,
    source="metallb#2009, #733, #298",
)
