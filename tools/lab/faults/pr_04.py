"""PR-04: one direction of one flow is dropped: the sender's nodes reach the receiver no more."""

from __future__ import annotations

from urllib.parse import quote

from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import prometheus_agent
from tools.lab.waiting import until

_TABLE = "trueline-fault"


def inject(lab: Lab) -> None:
    """Drop what the pods of the sender's cluster send to the receiver, on their nodes."""
    _, item = products.server(lab, "prometheus")
    cluster, sender = products.sender(lab, item)
    address = item.reservation.address
    family = "ip" if address.version == 4 else "ip6"
    rules = (
        f"table inet {_TABLE} {{\n"
        f"chain forward {{ type filter hook forward priority -10; "
        f"{family} daddr {address} tcp dport {item.port} drop; }}\n}}"
    )
    for machine in cluster.machines:
        machine.change(["nft", rules], ["nft", "delete", "table", "inet", _TABLE])
    fresh = f"/api/v1/query?query={quote(prometheus_agent.fresh(sender))}"
    until(
        f"{item.plan} hears nothing of {sender.cluster}",
        lambda: not products.result(lab, item, fresh),
        within=60,
        every=0.5,
    )


FAULT = Fault(
    id="PR-04",
    title="a firewall drops what one cluster sends to the metrics receiver of another",
    reds=frozenset({"REACH-001", "REACH-003", "REACH-010", "REACH-011"}),
    cause="REACH-001",
    inject=inject,
    source="Prometheus agent documentation",
)
