"""TE-01: the receivers of Tempo listen to their own host alone."""

from __future__ import annotations

from typing import Any

from tools.lab import netns
from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import tempo
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Bind the receivers to the loopback address, which is Tempo's own default."""
    cluster, item = products.server(lab, "tempo")
    namespace, _, name = item.reservation.owner.partition("/")

    def change(config: dict[str, Any]) -> None:
        for found in config["distributor"]["receivers"]["otlp"]["protocols"].values():
            found["endpoint"] = f"127.0.0.1{found['endpoint']}"

    products.reconfigure(cluster, namespace, name, change)
    query = tempo.query_port(item.reservation)
    ports = [port.number for port in item.reservation.ports if port.number != query]

    def shut() -> bool:
        for port in ports:
            try:
                netns.connect(lab.runner, str(item.reservation.address), port, 1).close()
            except ConnectionRefusedError:
                continue
            except OSError:
                return False
            return False
        netns.connect(lab.runner, str(item.reservation.address), query or 0, 1).close()
        return True

    until(f"the receivers of {item.plan} are shut", shut, within=60, every=0.3)


FAULT = Fault(
    id="TE-01",
    title="the receivers of Tempo listen on localhost alone",
    reds=frozenset({"REACH-001", "REACH-003", "REACH-015"}),
    unknowns=frozenset({"TIME-004"}),
    cause="REACH-001",
    inject=inject,
    source="Tempo 2.7 release notes; helm-charts#3540",
)
