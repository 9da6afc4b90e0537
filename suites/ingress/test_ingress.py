"""What the gateways do with the hosts that they route, and with all others."""

import pytest

from trueline.checks.ingress import (
    gateway_shows_the_hosts_certificate,
    host_reaches_its_service,
    load_balancers_are_planned_doors,
    plain_http_is_redirected,
    unknown_host_is_refused,
)


@pytest.mark.verifies(host_reaches_its_service)
def test_host_reaches_its_service(route, topology, answers, judge):
    judge(route, topology, answers)


@pytest.mark.verifies(gateway_shows_the_hosts_certificate)
def test_gateway_shows_the_hosts_certificate(route, topology, answers, judge):
    judge(route, topology, answers)


@pytest.mark.verifies(plain_http_is_redirected)
def test_plain_http_is_redirected(route, topology, answers, judge):
    judge(route, topology, answers)


@pytest.mark.verifies(unknown_host_is_refused)
def test_unknown_host_is_refused(route, topology, answers, judge):
    judge(route, topology, answers)


@pytest.mark.verifies(load_balancers_are_planned_doors)
def test_load_balancers_are_planned_doors(cluster, topology, snapshot, judge):
    judge(cluster, topology, snapshot.clusters[cluster.name])
