"""What a claim about single Services concerns: they alone are lost with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.checks_kube.breaking import NEW, OLD
from tests.checks_kube.judging import live
from tests.live import balancer, with_more
from tests.worlds import world
from trueline.checks import metallb_addresses as addresses
from trueline.checks import metallb_requests as requests
from trueline.model.check import Check

APP = world().cluster("app")
FREE = "192.168.64.130"


def concerned(check: Check, *services: Any, verdict: str = "fail", **named: Any) -> set[str]:
    facts = with_more(live(), "services", *services)
    subjects = named.get("subjects", (APP,))
    return {
        part
        for claim in check(*subjects, facts).claims
        if claim.verdict.value == verdict
        for part in claim.concerns
    }


def test_a_service_that_waits_for_an_address() -> None:
    check = addresses.every_load_balancer_service_has_an_address
    waiting = replace(balancer("shop/x", FREE), ingress=())
    assert concerned(check, waiting) == {"service:app/shop/x"}
    assert "service:app/app1/app1" in concerned(check, verdict="pass")


def test_services_that_hold_what_nobody_reserved() -> None:
    both = balancer("shop/b", FREE), balancer("shop/a", FREE)
    named = {"service:app/shop/a", "service:app/shop/b", f"address:{FREE}"}
    pool = next(item for item in APP.pools if item.holds(both[0].ingress[0]))
    held = addresses.unreserved_addresses_are_held_by_nobody
    assert concerned(held, *both, subjects=(pool, APP)) == named
    assert concerned(held, verdict="pass", subjects=(pool, APP)) == set()
    shared = addresses.addresses_are_shared_only_by_agreement
    assert concerned(shared, *both) == named
    assert concerned(shared, both[0], verdict="pass") == set()


def test_services_that_ask_in_vain() -> None:
    unread = balancer("shop/x", FREE, annotations={NEW: FREE})
    check: Check = requests.annotations_fit_the_running_version
    assert concerned(check, unread) == {"service:app/shop/x"}
    twice = replace(
        balancer("shop/x", FREE, annotations={OLD: FREE}), load_balancer_ip="192.168.64.131"
    )
    check = requests.addresses_are_asked_for_once
    assert concerned(check, twice) == {"service:app/shop/x"}
    other = balancer("shop/x", FREE, annotations={OLD: "192.168.64.131"})
    check = requests.held_addresses_are_the_requested_ones
    assert concerned(check, other) == {"service:app/shop/x"}
