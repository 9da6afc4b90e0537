"""DNS servers and resolvers: they answer, they resolve, and they know the zones."""

import pytest

from trueline.checks.dns_pace import look_ups_are_fast
from trueline.checks.dns_servers import (
    authority_answers,
    dns_pods_answer,
    dns_service_answers,
    resolver_resolves,
    zone_is_known,
)


@pytest.mark.verifies(authority_answers)
def test_authority_answers(dns_authority, topology, answers, judge):
    judge(dns_authority, topology, answers)


@pytest.mark.verifies(dns_pods_answer)
def test_dns_pods_answer(cluster, topology, snapshot, answers, judge):
    judge(cluster, topology, snapshot.clusters, answers)


@pytest.mark.verifies(dns_service_answers)
def test_dns_service_answers(cluster, topology, answers, judge):
    judge(cluster, topology, answers)


@pytest.mark.verifies(resolver_resolves)
def test_resolver_resolves(dns_vantage, topology, answers, judge):
    judge(dns_vantage, topology, answers)


@pytest.mark.verifies(zone_is_known)
def test_zone_is_known(zone, topology, snapshot, answers, judge):
    judge(zone, topology, snapshot.clusters, answers)


@pytest.mark.verifies(look_ups_are_fast)
def test_look_ups_are_fast(dns_vantage, topology, snapshot, answers, judge):
    judge(dns_vantage, topology, snapshot.clusters, answers)
