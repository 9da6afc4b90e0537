"""The one machine primitive: cable, power, freezing, kernel settings, and the way back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tools.lab import whohas
from tools.lab.cluster import LabCluster
from tools.lab.faults import registry
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from tools.lab.waiting import until

pytestmark = pytest.mark.lab


@pytest.fixture
def cluster(lab: Lab) -> LabCluster:
    return list(lab.clusters.values())[-1]


@pytest.fixture
def worker(lab: Lab, cluster: LabCluster) -> Iterator[Machine]:
    """The last worker; the lab is reset afterwards."""
    try:
        yield cluster.machines[-1]
    finally:
        registry.clear(lab)


def answers(lab: Lab, machine: Machine) -> bool:
    return bool(whohas.macs(lab.runner, machine.spec.address))


def test_a_pulled_cable_silences_the_machine_until_it_is_plugged_in(
    lab: Lab, worker: Machine
) -> None:
    assert answers(lab, worker)
    worker.cable(up=False)
    assert not answers(lab, worker)
    worker.cable(up=True)
    until("it answers again", lambda: answers(lab, worker), within=5)


def test_a_frozen_machine_is_there_and_does_nothing(lab: Lab, worker: Machine) -> None:
    worker.freeze()
    frozen = worker.frozen
    reachable = answers(lab, worker)  # the kernel answers ARP, whoever sleeps
    worker.thaw()
    assert (frozen, reachable, worker.frozen) == (True, True, False)
    assert worker.run(["true"]).returncode == 0


def test_power_comes_back_with_the_same_disk_and_the_node_is_ready(
    lab: Lab, cluster: LabCluster, worker: Machine
) -> None:
    before = worker.pid
    worker.off()
    assert not worker.is_on
    assert not answers(lab, worker)
    worker.on()
    assert worker.pid != before
    assert answers(lab, worker)
    until("the node is Ready", lambda: worker.name in cluster.ready_nodes(), within=60, every=0.5)


def test_a_reset_undoes_settings_and_daemons(lab: Lab, worker: Machine) -> None:
    key = "net.ipv4.ip_forward"
    worker.sysctl(key, "0")
    worker.service_stop("kube-proxy")
    assert worker.run(["sysctl", "-n", key]).stdout == "0\n"
    assert worker.service_pid("kube-proxy") is None
    registry.clear(lab)
    assert worker.run(["sysctl", "-n", key]).stdout == "1\n"
    assert worker.service_pid("kube-proxy") is not None
