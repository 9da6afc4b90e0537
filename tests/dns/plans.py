"""Other plans: what each asks nothing of, and what it asks instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.dns.faults import ZONE, Broken, gives
from tests.dns.universe import ARGOCD, PLAN, SERVICE, Server, all_of, answers, says
from tests.worlds import with_cluster, with_name, with_zone
from trueline.model.topology import Topology


def without_authority() -> Topology:
    return with_zone(with_zone(PLAN, "app.test", authority=None), ZONE, authority=None)


PLANS: tuple[tuple[str, Callable[[], Broken]], ...] = (
    (
        "no authority",
        lambda: Broken(
            plan=without_authority(),
            asked=answers(
                without_authority(), resolver=gives("192.168.64.9", ARGOCD.name, "pods-app")
            ),
        ),
    ),
    ("no bound", lambda: Broken(plan=with_zone(PLAN, ZONE, max_ttl=None))),
    (
        "no pods that ask",
        lambda: _same(replace(PLAN, vantages=PLAN.vantages[:1])),
    ),
    ("no vantage points", lambda: _same(replace(PLAN, vantages=()))),
    (
        "no DNS Service",
        lambda: _same(with_cluster(PLAN, "app", dns_service=None)),
    ),
    (
        "a name outside all zones",
        lambda: _same(with_name(PLAN, "app1.app.test", name="app1.other")),
    ),
    (
        "only a name outside all zones, and nobody to ask",
        lambda: _same(
            replace(
                with_name(PLAN, ARGOCD.name, name="argocd.other", reverse=True),
                vantages=PLAN.vantages[:1],
            )
        ),
    ),
    (
        "a vantage point of names outside all zones",
        lambda: _same(replace(PLAN, dns=replace(PLAN.dns, zones=()), vantages=PLAN.vantages[:1])),
    ),
    (
        "a name that leads back",
        lambda: _reversed(all_of()),
    ),
    (
        "a name that does not lead back",
        lambda: _reversed(
            says(SERVICE, "100.64.168.192.in-addr.arpa", values=("other.control.test.",))
        ),
    ),
    (
        "two hosts",
        lambda: _same(_two_hosts()),
    ),
)


def _same(plan: Topology) -> Broken:
    return Broken(plan=plan, asked=answers(plan))


def _reversed(server: Server) -> Broken:
    plan = with_name(PLAN, ARGOCD.name, reverse=True)
    return Broken(plan=plan, asked=answers(plan, server=server))


def _two_hosts() -> Topology:
    second = replace(PLAN.vantages[0], name="laptop")
    plan = replace(PLAN, vantages=(*PLAN.vantages, second))
    return with_name(plan, ARGOCD.name, vantages=("host", "laptop"))
