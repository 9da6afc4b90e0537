"""Planned names at their authority: planned addresses, real Services, flags and times."""

import pytest

from trueline.checks.dns_records import (
    authority_answers_with_authority,
    name_leads_to_its_service,
    records_are_kept_no_longer_than_planned,
)


@pytest.mark.verifies(name_leads_to_its_service)
def test_name_leads_to_its_service(dns_name, topology, snapshot, answers, judge):
    judge(dns_name, topology, snapshot.clusters, answers)


@pytest.mark.verifies(authority_answers_with_authority)
def test_authority_answers_with_authority(zone, topology, answers, judge):
    judge(zone, topology, answers)


@pytest.mark.verifies(records_are_kept_no_longer_than_planned)
def test_records_are_kept_no_longer_than_planned(zone, topology, answers, judge):
    judge(zone, topology, answers)
