"""What must stay apart."""

import pytest

from trueline.checks.isolation import (
    cluster_ips_stay_inside,
    only_planned_ports_answer,
    pod_networks_stay_apart,
    product_is_open_as_planned,
)


@pytest.mark.verifies(pod_networks_stay_apart)
def test_pod_networks_stay_apart(ordered_pair, topology, snapshot, answers, judge):
    judge(ordered_pair, topology, snapshot.clusters[ordered_pair[1].name], answers)


@pytest.mark.verifies(cluster_ips_stay_inside)
def test_cluster_ips_stay_inside(cluster, topology, snapshot, answers, judge):
    judge(cluster, topology, snapshot.clusters[cluster.name], answers)


@pytest.mark.verifies(only_planned_ports_answer)
def test_only_planned_ports_answer(reservation, topology, answers, judge):
    judge(reservation, topology, answers)


@pytest.mark.verifies(product_is_open_as_planned)
def test_product_is_open_as_planned(product, topology, answers, judge):
    judge(product, topology, answers)
