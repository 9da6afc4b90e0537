"""What must go on while one part goes down. They disturb the clusters: see `--disruptive`."""

import pytest

from trueline.checks.drills import (
    address_is_announced_again,
    addresses_survive_the_controller,
    api_survives_one_server,
    clients_are_served_again,
    drill_leaves_all_as_before,
    names_survive_a_dns_pod,
    service_gets_its_address_back,
)

pytestmark = pytest.mark.disruptive


@pytest.mark.verifies(address_is_announced_again)
def test_address_is_announced_again(failover_drill, topology, drilled, judge):
    judge(failover_drill, topology, drilled)


@pytest.mark.verifies(clients_are_served_again)
def test_clients_are_served_again(failover_drill, topology, drilled, judge):
    judge(failover_drill, topology, drilled)


@pytest.mark.verifies(addresses_survive_the_controller)
def test_addresses_survive_the_controller(controller_drill, drilled, judge):
    judge(controller_drill, drilled)


@pytest.mark.verifies(service_gets_its_address_back)
def test_service_gets_its_address_back(recreate_drill, topology, drilled, judge):
    judge(recreate_drill, topology, drilled)


@pytest.mark.verifies(names_survive_a_dns_pod)
def test_names_survive_a_dns_pod(dns_drill, topology, drilled, judge):
    judge(dns_drill, topology, drilled)


@pytest.mark.verifies(api_survives_one_server)
def test_api_survives_one_server(api_drill, topology, drilled, judge):
    judge(api_drill, topology, drilled)


@pytest.mark.verifies(drill_leaves_all_as_before)
def test_drill_leaves_all_as_before(drill, topology, drilled, judge):
    judge(drill, topology, drilled)
