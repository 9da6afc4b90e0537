"""Names that must not exist, and the names inside a cluster."""

import pytest

from trueline.checks.dns_absent import (
    api_has_its_internal_name,
    outside_names_do_not_resolve,
    unknown_names_do_not_exist,
    unknown_services_do_not_exist,
)


@pytest.mark.verifies(unknown_names_do_not_exist)
def test_unknown_names_do_not_exist(zone, topology, snapshot, answers, judge):
    judge(zone, topology, snapshot.clusters, answers)


@pytest.mark.verifies(outside_names_do_not_resolve)
def test_outside_names_do_not_resolve(zone, topology, answers, judge):
    judge(zone, topology, answers)


@pytest.mark.verifies(api_has_its_internal_name)
def test_api_has_its_internal_name(cluster, topology, snapshot, answers, judge):
    judge(cluster, topology, snapshot.clusters, answers)


@pytest.mark.verifies(unknown_services_do_not_exist)
def test_unknown_services_do_not_exist(cluster, topology, snapshot, answers, judge):
    judge(cluster, topology, snapshot.clusters, answers)
