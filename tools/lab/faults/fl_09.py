"""FL-09: pods leave their cluster with their own address, to which nobody outside finds a way."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.faults import names, products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until

_CHAIN = "FLANNEL-POSTRTG"


def inject(lab: Lab) -> None:
    """Except one address of the other cluster from what Flannel masquerades, on every node."""
    _, item = products.server(lab, "tempo")
    sender, _ = products.sender(lab, item)
    address, port = str(item.reservation.address), item.port
    tables = "ip6tables" if ":" in address else "iptables"
    for machine in sender.machines:
        nat, rule = [tables, "-w", "-t", "nat"], [_CHAIN, "-d", address, "-j", "RETURN"]
        machine.change([*nat, "-I", *rule], [*nat, "-D", *rule])
    pod = names.programs(sender)[0].pid

    def unanswered() -> bool:
        try:
            netns.connect(pod, address, port, 1).close()
        except OSError:
            return True
        return False

    until(f"pods of {sender.name} get no answer from {item.plan}", unanswered, within=20)
    netns.connect(sender.machines[-1].pid, address, port, 2).close()


FAULT = Fault(
    id="FL-09",
    title="what pods send to another cluster keeps their own address, which nobody can answer",
    reds=frozenset({"REACH-001", "REACH-003", "REACH-015"}),
    cause="REACH-001",
    inject=inject,
    source="flannel configuration (ip-masq is off by default)",
)
