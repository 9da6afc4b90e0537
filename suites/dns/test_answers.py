"""Planned names for everybody else: resolvers at the vantage points, and the clusters' DNS."""

import pytest

from trueline.checks.dns_answers import (
    address_leads_back,
    name_exists_for_both_families,
    name_resolves_where_planned,
    servers_agree_with_the_authority,
)


@pytest.mark.verifies(name_resolves_where_planned)
def test_name_resolves_where_planned(dns_name, topology, answers, judge):
    judge(dns_name, topology, answers)


@pytest.mark.verifies(servers_agree_with_the_authority)
def test_servers_agree_with_the_authority(dns_name, topology, snapshot, answers, judge):
    judge(dns_name, topology, snapshot.clusters, answers)


@pytest.mark.verifies(name_exists_for_both_families)
def test_name_exists_for_both_families(dns_name, topology, snapshot, answers, judge):
    judge(dns_name, topology, snapshot.clusters, answers)


@pytest.mark.verifies(address_leads_back)
def test_address_leads_back(dns_name, topology, snapshot, answers, judge):
    judge(dns_name, topology, snapshot.clusters, answers)
