"""What single checks of names say, word for word, where no fault of the table shows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.dns.faults import ZONE, fails, one_name_times_out
from tests.dns.plans import without_authority
from tests.dns.universe import (
    APP_SERVICE,
    ARGOCD,
    AUTHORITY,
    CONTROL_ZONE,
    FACTS,
    HOST,
    NXDOMAIN,
    PLAN,
    REDIS,
    answers,
    says,
    silent,
)
from tests.live import unseen
from tests.told import lines, reply
from tests.worlds import cidrs, with_cluster, with_name, with_zone
from trueline.checks import dns_absent, dns_answers, dns_pace, dns_records, dns_servers
from trueline.checks.dns_state import Dns, Said, ended, knows, text
from trueline.codec.dns import DnsAnswer
from trueline.model.check import Check
from trueline.model.naming import authorities
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers, Reply
from trueline.model.topology import Name, Topology

AT_AUTHORITY = f"argocd.control.test at authority {AUTHORITY}"
HEALTHY = answers()
SILENT = f"authority {AUTHORITY} gives no answer (timed out) by UDP, see DNS-001"


def of_name(check: Check, asked: Answers, plan: Topology = PLAN, name: Name = ARGOCD) -> list[str]:
    (mine,) = (item for item in plan.dns.names if item.name == name.name)
    return lines(check, mine, plan, FACTS, asked)


def of_zone(check: Check, asked: Answers, plan: Topology = PLAN) -> list[str]:
    return lines(check, plan.dns.zones[0], plan, asked)


def of_host(check: Check, asked: Answers, plan: Topology = PLAN) -> str:
    """The last word on the resolver of the host."""
    return lines(check, HOST, plan, asked)[-1]


# --- an answer ------------------------------------------------------------------------------------


def an_answer(rcode: str, *values: str) -> Said:
    return Said(
        answer=DnsAnswer(
            rcode=rcode,
            values=values,
            ttl=None,
            negative_ttl=None,
            authoritative=False,
            truncated=False,
        )
    )


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (an_answer("NOERROR", "10.0.0.1", "10.0.0.2"), "10.0.0.1 and 10.0.0.2"),
        (an_answer("NOERROR"), "no address"),
        (an_answer("REFUSED"), "REFUSED"),
        (Said(answer=None, why="no answer (refused)"), "no answer (refused)"),
    ],
)
def test_an_answer_is_told_by_all_that_it_holds(said: Said, told: str) -> None:
    assert str(said) == told


def test_without_an_answer_there_is_neither_code_nor_record() -> None:
    said = Said(answer=None, why="no answer (refused)")
    assert (said.rcode, said.values) == ("", frozenset())


@pytest.mark.parametrize(
    ("addresses", "told"),
    [
        (("10.0.0.2", "10.0.0.1"), "10.0.0.1 and 10.0.0.2"),
        ((), "no address"),
    ],
)
def test_addresses_are_told_in_order(addresses: tuple[str, ...], told: str) -> None:
    assert text(frozenset(addresses)) == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (reply("failed", "route", detail="no socket"), "no answer (failed: no socket)"),
        (reply("silent", "tcp", detail="closed at once"), "no answer (silent: closed at once)"),
        (reply("silent", "tcp"), "no answer (silent)"),
        (reply("refused", "route", detail="errno 111"), "no answer (refused)"),
    ],
)
def test_how_a_conversation_ended_is_told_where_its_outcome_does_not(
    said: Reply, told: str
) -> None:
    assert ended(said) == told


@pytest.mark.parametrize(
    ("soa", "known"),
    [
        (an_answer("NOERROR", "ns. root. 1 2 3 4 5"), True),
        (an_answer("NOERROR"), False),
        (an_answer("SERVFAIL", "ns. root. 1 2 3 4 5"), False),
    ],
)
def test_a_zone_is_known_to_who_has_its_soa(soa: Said, known: bool) -> None:
    assert knows(soa) is known


# --- servers --------------------------------------------------------------------------------------


def test_each_authority_is_asked_for_a_zone_of_its_own() -> None:
    plan = with_zone(PLAN, "app.test", authority="192.168.64.109")
    found = {
        one.address: lines(dns_servers.authority_answers, one, plan, answers(plan))
        for one in authorities(plan)
    }
    assert found == {
        address: [
            f"PASS authority {address} at host by {by}: an answer | an answer"
            for by in ("UDP", "TCP")
        ]
        for address in (AUTHORITY, "192.168.64.109")
    }


def test_a_server_that_answers_for_one_zone_of_two_is_not_silent() -> None:
    asked = answers(server=one_name_times_out(AUTHORITY, ZONE))
    (one,) = authorities(PLAN)
    assert lines(dns_servers.authority_answers, one, PLAN, asked) == [
        f"PASS authority {AUTHORITY} at host by {by}: an answer | an answer"
        for by in ("UDP", "TCP")
    ]


def test_a_zone_that_is_not_served_over_tcp_alone_spoils_no_answer_over_udp() -> None:
    refused = says(AUTHORITY, ZONE, "SOA", by="tcp", rcode="REFUSED", minimum=None)
    udp, tcp = of_name(dns_records.name_leads_to_its_service, answers(server=refused))
    assert udp.startswith(f"PASS {AT_AUTHORITY} by UDP: ")
    assert tcp.startswith(f"UNKNOWN {AT_AUTHORITY} by TCP: ")
    assert tcp.endswith(
        f"| authority {AUTHORITY} does not serve control.test (REFUSED), see DNS-005"
    )


def test_of_an_authority_that_is_silent_altogether_the_first_silence_is_told() -> None:
    state = Dns(PLAN, FACTS, answers(server=silent(AUTHORITY)))
    with pytest.raises(NotObserved, match=f"^{re.escape(SILENT)}$"):
        state.authority(CONTROL_ZONE)


def test_a_zone_without_an_authority_has_none_to_be_asked() -> None:
    state = Dns(without_authority(), FACTS, HEALTHY)
    with pytest.raises(NotObserved, match=r"^the plan names no authority of control\.test$"):
        state.authority(CONTROL_ZONE)


def test_the_dns_pods_of_a_cluster_that_cannot_be_seen_are_one_doubt() -> None:
    blind = {**FACTS, "app": unseen(FACTS["app"], "endpoints", "forbidden")}
    check = dns_absent.unknown_services_do_not_exist
    found = lines(check, PLAN.cluster("app"), PLAN, blind, answers(clusters=blind))
    assert [line.partition(" | ")[0] for line in found] == [
        "UNKNOWN DNS pods of app: to be known",
        f"PASS a Service nobody made at DNS Service {APP_SERVICE} of app: NXDOMAIN",
    ]


# --- resolvers ------------------------------------------------------------------------------------


def test_every_reason_why_nothing_resolves_is_told_once() -> None:
    def resolver(_: str, name: str) -> str:
        return NXDOMAIN if name == ARGOCD.name else "Temporary failure in name resolution"

    assert of_host(dns_servers.resolver_resolves, answers(resolver=resolver)) == (
        "FAIL resolver of host: some name resolves | none of 3: Name or service not known, "
        "Temporary failure in name resolution"
    )


def test_a_resolver_is_to_blame_where_the_server_has_one_of_the_names() -> None:
    asked = answers(
        server=says(AUTHORITY, ARGOCD.name, rcode="NXDOMAIN", authoritative=True),
        resolver=fails("host", zone=ZONE, detail=NXDOMAIN),
    )
    found = lines(dns_servers.zone_is_known, CONTROL_ZONE, PLAN, FACTS, asked)
    assert (
        "FAIL control.test at the resolver of host: some name resolves | "
        "none of 2: Name or service not known"
    ) in found


@pytest.mark.parametrize(
    ("resolver", "told"),
    [
        (fails("host"), "UNKNOWN {} | the resolver of host resolves nothing, see DNS-004"),
        (
            fails("host", zone=ARGOCD.name),
            "FAIL {} | Temporary failure in name resolution; "
            "argocd/argocd of control holds 192.168.64.100",
        ),
    ],
)
def test_without_an_authority_the_resolvers_are_asked(
    resolver: Callable[[str, str], Any], told: str
) -> None:
    plan = without_authority()
    found = of_name(dns_records.name_leads_to_its_service, answers(plan, resolver=resolver), plan)
    assert found[0] == told.format(
        "argocd.control.test at the resolver of host: "
        "192.168.64.100, held by argocd/argocd of control"
    )


# --- records --------------------------------------------------------------------------------------


def dual() -> Topology:
    """Argo CD has an address of each family."""
    return with_name(PLAN, ARGOCD.name, addresses=("192.168.64.100", "fd00::100"))


def test_an_address_that_nobody_reserved_is_promised_alone() -> None:
    found = of_name(dns_records.name_leads_to_its_service, HEALTHY, name=REDIS)
    assert found == [
        f"PASS redis.control.test at authority {AUTHORITY} by {by}: 192.168.64.31 | 192.168.64.31"
        for by in ("UDP", "TCP")
    ]


def test_servers_agree_about_both_families() -> None:
    plan = dual()
    differs = says(APP_SERVICE, ARGOCD.name, "AAAA", values=("fd00::9",))
    check = dns_answers.servers_agree_with_the_authority
    told = f"argocd.control.test at DNS Service {APP_SERVICE} of app by UDP"
    expected = "192.168.64.100 and fd00::100"
    assert f"PASS {told}: {expected} | {expected}" in of_name(check, answers(plan), plan)
    found = of_name(check, answers(plan, server=differs), plan)
    assert [line for line in found if not line.startswith("PASS")] == [
        f"FAIL {told}: {expected} | 192.168.64.100 and fd00::9"
    ]


@pytest.mark.parametrize("kind", ["A", "AAAA"])
def test_where_the_authority_loses_a_family_nobody_can_be_told_to_differ(kind: str) -> None:
    def loses(asked: str, _by: str, name: str, about: str) -> Reply | None:
        mine = (asked, name, about) == (AUTHORITY, ARGOCD.name, kind)
        return reply("timed out", "route") if mine else None

    asked = answers(server=loses)
    (told,) = of_name(dns_answers.servers_agree_with_the_authority, asked)
    assert told.startswith("UNKNOWN argocd.control.test: ")
    assert told.endswith(f"| authority {AUTHORITY} gives no answer (timed out) for it, see DNS-010")
    assert of_name(dns_records.name_leads_to_its_service, asked)[0].startswith("FAIL ")


def test_a_server_that_is_silent_is_not_asked_where_an_address_leads() -> None:
    plan = with_name(PLAN, ARGOCD.name, reverse=True)
    asked = answers(plan, server=silent(AUTHORITY, transport="udp"))
    assert of_name(dns_answers.address_leads_back, asked, plan)[0] == (
        f"UNKNOWN 192.168.64.100 at authority {AUTHORITY}: argocd.control.test. | {SILENT}"
    )


def test_answers_with_authority_are_counted() -> None:
    assert of_zone(dns_records.authority_answers_with_authority, HEALTHY) == [
        f"PASS control.test at authority {AUTHORITY}: every answer with authority | "
        "3 answers with authority"
    ]


def test_the_longest_time_to_live_of_both_families_counts() -> None:
    plan = dual()
    long = says(AUTHORITY, ARGOCD.name, "AAAA", values=("fd00::100",), ttl=300)
    found = of_zone(
        dns_records.records_are_kept_no_longer_than_planned, answers(plan, server=long), plan
    )
    assert found[0] == f"FAIL {AT_AUTHORITY}: at most 60 s | 300 s"


@pytest.mark.parametrize(
    ("most", "ttl", "verdict"),
    [(60, 60, "PASS"), (60, 61, "FAIL"), (0, 0, "PASS"), (0, 1, "FAIL")],
)
def test_a_record_may_be_kept_just_as_long_as_planned(most: int, ttl: int, verdict: str) -> None:
    plan = with_zone(PLAN, ZONE, max_ttl=most)
    kept = says(AUTHORITY, ARGOCD.name, "A", values=("192.168.64.100",), ttl=ttl)
    found = of_zone(
        dns_records.records_are_kept_no_longer_than_planned, answers(plan, server=kept), plan
    )
    assert found[0] == f"{verdict} {AT_AUTHORITY}: at most {most} s | {ttl} s"


def test_an_api_of_two_service_networks_has_the_first_address_of_either() -> None:
    two = cidrs("10.97.0.0/16", "fd00:97::/108")
    plan = with_cluster(PLAN, "app", services=two)
    check, app = dns_absent.api_has_its_internal_name, plan.cluster("app")
    assert {line.partition(" | ")[0].rpartition(": ")[2] for line in lines(
        check, app, plan, FACTS, answers(plan)
    )} == {"10.97.0.1 or fd00:97::1"}  # fmt: skip


# --- pace -----------------------------------------------------------------------------------------


def test_a_denial_is_measured_by_its_end() -> None:
    plan = replace(PLAN, dns=replace(PLAN.dns, names=(REDIS, *PLAN.dns.names)))
    denied = answers(plan, resolver=fails("host", zone=REDIS.name, detail=NXDOMAIN), took=0.75)
    check = dns_pace.look_ups_are_fast
    assert lines(check, HOST, plan, FACTS, denied)[0] == (
        "FAIL resolver of host in control.test: within 0.5 s | 0.750 s, the middle of 1"
    )


@pytest.mark.parametrize(("more", "verdict"), [(0.0, "PASS"), (0.001, "FAIL")])
def test_a_look_up_may_take_just_as_long_as_planned(more: float, verdict: str) -> None:
    asked = answers(took=PLAN.budgets.dns_latency + more)
    found = lines(dns_pace.look_ups_are_fast, HOST, PLAN, FACTS, asked)
    assert {line.split()[0] for line in found} == {verdict}
