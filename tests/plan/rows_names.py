"""Rows for the checks of trueline.checks.plan_names."""

from __future__ import annotations

from dataclasses import replace

from tests.plan.judging import Row
from tests.worlds import (
    pool,
    reservation,
    segment,
    with_cluster,
    with_more,
    with_more_in,
    with_name,
    with_vm,
    with_zone,
    without_name,
    world,
    zone,
)

ROWS = [
    Row(
        "reservation_has_a_name",
        "a reservation without name",
        without_name(world(), "loki.control.test"),
        [
            (
                "fail control/loki: expected a name for 192.168.64.104, observed none "
                "(topology.yaml:34)"
            )
        ],
        "PLAN-060",
    ),
    Row(
        "vm_has_a_name",
        "a VM without name",
        without_name(world(), "redis.control.test"),
        [("fail redis: expected a name for 192.168.64.31, observed none (topology.yaml:120)")],
        "PLAN-060",
    ),
    Row(
        "vm_has_a_name",
        "a VM without address",
        with_vm(world(), "redis", address=None),
        [
            (
                "not applicable redis: no address is planned that a name could lead to "
                "(topology.yaml:120)"
            )
        ],
        "PLAN-043 PLAN-061",
    ),
    Row(
        "api_endpoint_has_a_name",
        "an endpoint without name",
        without_name(world(), "api.app.test"),
        ["fail app: expected a name for 192.168.64.20, observed none (topology.yaml:60)"],
        "PLAN-060",
    ),
    Row(
        "api_endpoint_has_a_name",
        "an endpoint by an unplanned name",
        with_cluster(world(), "app", api="https://kube.app.test:6443"),
        [("fail app api: expected a planned name, observed kube.app.test (topology.yaml:60)")],
        "PLAN-060 PLAN-061",
    ),
    Row(
        "api_endpoint_has_a_name",
        "no endpoint",
        with_cluster(world(), "app", api=None),
        ["not applicable app: no API endpoint is planned (topology.yaml:60)"],
        "PLAN-050 PLAN-061 PLAN-071",
    ),
    Row(
        "name_leads_to_planned_addresses",
        "a stale record",
        with_name(world(), "vault.control.test", addresses=["192.168.64.103", "192.168.64.203"]),
        [
            (
                "fail vault.control.test: expected planned addresses, observed 192.168.64.203 "
                "not planned (topology.yaml:143)"
            )
        ],
        "PLAN-061",
    ),
    Row(
        "name_leads_to_planned_addresses",
        "a name without address",
        with_name(world(), "vault.control.test", addresses=[]),
        [
            (
                "fail vault.control.test: expected planned addresses, observed nothing "
                "(topology.yaml:143)"
            )
        ],
        "PLAN-060 PLAN-061",
    ),
    Row(
        "name_lies_in_a_declared_zone",
        "a name outside the zones",
        with_name(world(), "vault.control.test", name="vault.notcontrol.test"),
        [
            (
                "fail vault.notcontrol.test: expected a name in control.test or app.test, "
                "observed vault.notcontrol.test (topology.yaml:143)"
            )
        ],
        "PLAN-062",
    ),
    Row(
        "name_lies_in_a_declared_zone",
        "no zones",
        replace(world(), dns=replace(world().dns, zones=(), names=world().dns.names[:1])),
        [
            (
                "fail argocd.control.test: expected a name in a declared zone, observed "
                "argocd.control.test (topology.yaml:140)"
            )
        ],
        "PLAN-060 PLAN-062",
    ),
    Row(
        "zone_has_an_authority",
        "nobody",
        with_zone(world(), "app.test", authority=None),
        ["fail app.test: expected an authority, observed nothing (topology.yaml:131)"],
        "PLAN-063",
    ),
    Row(
        "name_covers_every_family_of_its_owner",
        "the other family forgotten",
        with_more_in(
            with_more(world(), segments=(segment("lan6", "fd00:64::/64", None, (), line=7),)),
            "app",
            pools=(pool("app", "six", "fd00:64::100-fd00:64::1ff", segment="lan6", line=72),),
            reservations=(
                reservation(
                    "app", "app1-six", "fd00:64::121", "80/TCP/http", owner="app1/app1", line=84
                ),
            ),
        ),
        [
            (
                "fail app1.app.test: expected every family reserved for the same Service, "
                "observed without fd00:64::121 of app/app1-six (topology.yaml:84) "
                "(topology.yaml:151)"
            )
        ],
        "PLAN-060 PLAN-064",
    ),
    Row(
        "name_covers_every_family_of_its_owner",
        "a name of no reservation",
        with_name(world(), "app1.app.test", addresses=["192.168.64.31"]),
        [("not applicable app1.app.test: the name leads to no reservation (topology.yaml:151)")],
        "PLAN-060",
    ),
    Row(
        "name_says_where_it_resolves",
        "from nowhere",
        with_name(world(), "vault.control.test", vantages=()),
        [
            (
                "fail vault.control.test: expected declared vantage points, observed nothing "
                "(topology.yaml:143)"
            )
        ],
        "PLAN-065",
    ),
    Row(
        "name_says_where_it_resolves",
        "from an undeclared place",
        with_name(world(), "vault.control.test", vantages=("host", "mars")),
        [
            (
                "fail vault.control.test: expected declared vantage points, observed mars not "
                "declared (topology.yaml:143)"
            )
        ],
        "PLAN-065",
    ),
    Row(
        "zone_is_not_multicast",
        "a .local zone",
        with_more(world(), zones=(zone("Control.LOCAL.", line=132),)),
        [
            (
                "fail Control.LOCAL.: expected a zone outside .local, observed Control.LOCAL. "
                "(topology.yaml:132)"
            )
        ],
        "",
    ),
]
