"""Two clusters with the same addresses: who asks for one of the other gets to its own."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_address

from tests.recorded.altering import in_cluster, told
from trueline.compare.facts import Facts
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answer, Reply

_ASKED = re.compile(
    r"(?:reach|flow .* to) (?P<address>[\d.]+) port (?P<port>\d+)(?: from outside)?"
)


def among_twins(facts: Facts) -> Facts:
    """The same facts; what pods ask of an address that their own cluster has too is its own."""

    def change(vantage: str, name: str, answer: Answer) -> Answer:
        asked = _ASKED.fullmatch(name)
        own = next((one for one in facts.clusters if in_cluster(vantage, one)), None)
        if asked is None or own is None:
            return answer
        outcome = _own(facts.clusters[own], asked["address"], int(asked["port"]))
        return answer if outcome is None else replace(answer, replies=(outcome,))

    return told(facts, change)


def _own(cluster: ClusterFacts, address: str, port: int) -> Reply | None:
    """How a connection ends in the own cluster; None where nobody there has the address."""
    wanted = ip_address(address)
    for service in cluster.services.value:
        if wanted in service.cluster_ips:
            return _connected(address) if port in {item.port for item in service.ports} else None
    for end in cluster.endpoints.value:
        if end.address == wanted and (port, "TCP") in end.ports:
            return _connected(address)
    return _REFUSED if any(wanted in pod.ips for pod in cluster.pods.value) else None


def _connected(address: str) -> Reply:
    return Reply(outcome="connected", reached="tcp", peer=address, seconds={"tcp": 0.001})


_REFUSED = Reply(outcome="refused", reached="route", broke="tcp", seconds={"resolve": 0.0})
