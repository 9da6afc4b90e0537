"""A cluster whose Services have IPv6 addresses: the name of its API has an AAAA record alone."""

from __future__ import annotations

from ipaddress import ip_address

from tests.dns.judging import lines
from tests.dns.universe import APP_POD, PLAN, answers, facts, says
from tests.worlds import cidrs, with_cluster
from trueline.model.verdict import Verdict
from trueline.questions import dns as questions

SIX = with_cluster(
    PLAN, "app", services=cidrs("fd00:97::/112"), dns_service=ip_address("fd00:97::a")
)
KEPT = facts(SIX)


def test_the_type_follows_the_first_service_network() -> None:
    assert questions.internal_kind(PLAN.cluster("app")) == "A"
    assert questions.internal_kind(SIX.cluster("app")) == "AAAA"
    dual = with_cluster(PLAN, "app", services=cidrs("10.97.0.0/16", "fd00:97::/112"))
    assert questions.internal_kind(dual.cluster("app")) == "A"


def test_the_name_of_the_api_is_asked_for_by_its_own_family() -> None:
    judged = lines(SIX, KEPT, answers(SIX, KEPT))
    assert judged[Verdict.FAIL] == {}
    assert judged[Verdict.UNKNOWN] == {}
    assert any("fd00:97::1" in line for line in judged[Verdict.PASS]["DNS-030"])


def test_another_address_is_still_seen() -> None:
    wrong = says(APP_POD, questions.INTERNAL, "AAAA", values=("fd00:96::1",))
    judged = lines(SIX, KEPT, answers(SIX, KEPT, server=wrong))
    assert sorted(judged[Verdict.FAIL]) == ["DNS-030"]
