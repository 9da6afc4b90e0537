"""Every check of names over a whole universe, as the suites would run them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.dns.universe import PLAN
from trueline.checks import dns_absent, dns_answers, dns_pace, dns_records, dns_servers
from trueline.model.check import Check, Judgement
from trueline.model.naming import authorities, resolving
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answers
from trueline.model.topology import Topology
from trueline.model.verdict import Verdict

Facts = dict[str, ClusterFacts]
Lines = dict[str, list[str]]

WITH_FACTS: tuple[Check, ...] = (
    dns_servers.dns_pods_answer,
    dns_servers.zone_is_known,
    dns_pace.look_ups_are_fast,
    dns_records.name_leads_to_its_service,
    dns_answers.servers_agree_with_the_authority,
    dns_answers.name_exists_for_both_families,
    dns_answers.address_leads_back,
    dns_absent.unknown_names_do_not_exist,
    dns_absent.api_has_its_internal_name,
    dns_absent.unknown_services_do_not_exist,
)


def _subjects(plan: Topology) -> list[tuple[Any, tuple[Check, ...]]]:
    of_cluster = (
        dns_servers.dns_pods_answer,
        dns_servers.dns_service_answers,
        dns_absent.api_has_its_internal_name,
        dns_absent.unknown_services_do_not_exist,
    )
    of_vantage = (dns_servers.resolver_resolves, dns_pace.look_ups_are_fast)
    of_zone = (
        dns_servers.zone_is_known,
        dns_records.authority_answers_with_authority,
        dns_records.records_are_kept_no_longer_than_planned,
        dns_absent.unknown_names_do_not_exist,
        dns_absent.outside_names_do_not_resolve,
    )
    of_name = (
        dns_records.name_leads_to_its_service,
        dns_answers.name_exists_for_both_families,
        dns_answers.address_leads_back,
        dns_answers.name_resolves_where_planned,
        dns_answers.servers_agree_with_the_authority,
    )
    kinds: list[tuple[Any, tuple[Check, ...]]] = [
        (authorities(plan), (dns_servers.authority_answers,)),
        (plan.clusters, of_cluster),
        (resolving(plan), of_vantage),
        (plan.dns.zones, of_zone),
        (plan.dns.names, of_name),
    ]
    return [(subject, checks) for subjects, checks in kinds for subject in subjects]


ALL = tuple(dict.fromkeys(check for _, checks in _subjects(PLAN) for check in checks))


def judge_all(plan: Topology, clusters: Facts, asked: Answers) -> Iterator[Judgement]:
    """Every check of every subject."""
    for subject, checks in _subjects(plan):
        for one in checks:
            facts = (clusters,) if one in WITH_FACTS else ()
            yield one(subject, plan, *facts, asked)


def lines(plan: Topology, clusters: Facts, asked: Answers) -> dict[Verdict, Lines]:
    """Every claim as one line of text, by verdict and by requirement id."""
    found: dict[Verdict, Lines] = {verdict: {} for verdict in Verdict}
    for judgement in judge_all(plan, clusters, asked):
        assert judgement.claims, (judgement.check, "claimed nothing")
        for claim in judgement.claims:
            text = f"{claim.subject}: expected {claim.expected}, observed {claim.observed}"
            found[claim.verdict].setdefault(judgement.check.requirement.id, []).append(text)
    return {verdict: dict(sorted(mine.items())) for verdict, mine in found.items()}
