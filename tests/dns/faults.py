"""Ways in which names go wrong: the world in which one thing is broken, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any

from tests.dns.universe import (
    APP_POD,
    APP_SERVICE,
    ARGOCD,
    AUTHORITY,
    FACTS,
    FAILURE,
    NXDOMAIN,
    OTHER_POD,
    PLAN,
    POD,
    SERVICE,
    Says,
    Server,
    all_of,
    answers,
    says,
    silent,
)
from tests.live import balancer, unseen, with_each, with_more, with_one
from tests.told import reply, unusable
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answers, Reply
from trueline.model.topology import Topology
from trueline.questions import dns as questions

IN_APP = (APP_POD, APP_SERVICE)
ZONE = "control.test"
GONE = f"nx-n0.{ZONE}"


HEALTHY = answers()


@dataclass(frozen=True)
class Broken:
    """A plan, what the clusters hold and what everybody was told."""

    plan: Topology = PLAN
    facts: dict[str, ClusterFacts] = field(default_factory=lambda: FACTS)
    asked: Answers = HEALTHY


def served(
    server: Server, resolver: Callable[[str, str], Any] = lambda *_: None, **more: Any
) -> Broken:
    return Broken(asked=answers(server=server, resolver=resolver, **more))


def resolving(resolver: Callable[[str, str], Any]) -> Broken:
    return Broken(asked=answers(resolver=resolver))


def fails(*vantages: str, zone: str = "", detail: str = FAILURE) -> Callable[[str, str], Any]:
    """The resolvers of some vantage points fail, for one zone or for everything."""

    def resolver(vantage: str, name: str) -> str | None:
        mine = not vantages or vantage in vantages
        return detail if mine and (name.endswith(zone) or not zone) else None

    return resolver


def gives(address: str, name: str, *vantages: str) -> Callable[[str, str], Any]:
    """The resolvers of some vantage points give another address for a name."""

    def resolver(vantage: str, asked: str) -> frozenset[str] | None:
        mine = not vantages or vantage in vantages
        return frozenset({address}) if mine and asked == name else None

    return resolver


def zone_of(addresses: tuple[str, ...], zone: str, **what: Any) -> Server:
    """Servers that say one thing of everything in a zone."""

    def server(address: str, _by: str, name: str, _kind: str) -> Says | None:
        return Says(**what) if address in addresses and name.endswith(zone) else None

    return server


def everybody(name: str, kind: str, **what: Any) -> Server:
    """Every server says one thing of a name."""
    return all_of(
        says(AUTHORITY, name, kind, authoritative=True, **what),
        *(says(one, name, kind, **what) for one in (POD, OTHER_POD, SERVICE, *IN_APP)),
    )


def no_zone_in_app(**what: Any) -> Broken:
    """Cluster DNS of app does not know a zone (DN-01, DN-05)."""
    return served(zone_of(IN_APP, ZONE, **what), fails("pods-app", zone=ZONE))


def app_differs(**what: Any) -> Server:
    return all_of(*(says(one, ARGOCD.name, "A", **what) for one in IN_APP))


def moved(*holds: str) -> dict[str, ClusterFacts]:
    """The Service of Argo CD holds other addresses."""
    addresses = tuple(ip_address(text) for text in holds)
    return {
        **FACTS,
        "control": with_one(FACTS["control"], "services", "argocd/argocd", ingress=addresses),
    }


def garbage(address: str) -> Server:
    def server(asked: str, *_: str) -> Reply | None:
        return reply("answered", "answer", received=b"SSH-2.0") if asked == address else None

    return server


def one_name_times_out(address: str, name: str) -> Server:
    def server(asked: str, _by: str, about: str, _kind: str) -> Reply | None:
        return reply("timed out", "route") if (asked, about) == (address, name) else None

    return server


def taken(facts: dict[str, ClusterFacts]) -> dict[str, ClusterFacts]:
    """Another Service holds the address of Argo CD."""
    thief = balancer("default/test", "192.168.64.100")
    return {**facts, "control": with_more(facts["control"], "services", thief)}


FAULTS: tuple[tuple[str, Callable[[], Broken]], ...] = (
    # --- servers
    ("the authority is dead", lambda: served(silent(AUTHORITY), fails(zone=".test"))),
    ("the authority takes no TCP", lambda: served(silent(AUTHORITY, transport="tcp"))),
    (
        "the authority answers by TCP alone",
        lambda: served(
            all_of(
                silent(AUTHORITY, transport="udp"),
                zone_of((POD, OTHER_POD, SERVICE, *IN_APP), ".test", rcode="SERVFAIL"),
            ),
            fails(zone=".test"),
        ),
    ),
    ("the authority speaks no DNS", lambda: served(garbage(AUTHORITY))),
    (
        "the authority does not serve a zone",
        lambda: served(
            all_of(
                zone_of((AUTHORITY,), ZONE, rcode="REFUSED", minimum=None),
                zone_of((POD, OTHER_POD, SERVICE, *IN_APP), ZONE, rcode="SERVFAIL"),
            ),
            fails(zone=ZONE),
        ),
    ),
    ("one DNS pod is dead", lambda: served(silent(OTHER_POD))),
    ("one DNS pod takes no UDP", lambda: served(silent(APP_POD, transport="udp"))),
    ("one DNS pod takes no TCP", lambda: served(silent(APP_POD, transport="tcp"))),
    (
        "the DNS Service is dead (DN-09, DN-10)",
        lambda: served(silent(APP_SERVICE, outcome="refused"), fails("pods-app")),
    ),
    (
        "no DNS pod is ready",
        lambda: Broken(
            facts={**FACTS, "app": with_each(FACTS["app"], "endpoints", lambda _: None)},
            asked=answers(
                clusters={**FACTS, "app": with_each(FACTS["app"], "endpoints", lambda _: None)},
                server=silent(APP_SERVICE),
                resolver=fails("pods-app"),
            ),
        ),
    ),
    # --- resolvers
    ("a host resolves through nobody", lambda: resolving(fails("host"))),
    ("pods resolve through somebody else", lambda: resolving(fails("pods-app"))),
    ("a host does not know a zone", lambda: resolving(fails("host", zone=ZONE, detail=NXDOMAIN))),
    ("an entry in /etc/hosts", lambda: resolving(gives("192.168.64.9", ARGOCD.name, "host"))),
    ("a name that the resolver denies", lambda: resolving(fails("host", zone=ARGOCD.name))),
    # --- zones
    (
        "no stub zone in a cluster (DN-01)",
        lambda: no_zone_in_app(rcode="REFUSED", minimum=None),
    ),
    ("the upstream of a cluster is dead (DN-05)", lambda: no_zone_in_app(rcode="SERVFAIL")),
    # --- records
    (
        "a stale record (DN-02)",
        lambda: served(
            everybody(ARGOCD.name, "A", values=("192.168.64.199",)),
            gives("192.168.64.199", ARGOCD.name),
        ),
    ),
    (
        "a missing record",
        lambda: served(
            all_of(
                everybody(ARGOCD.name, "A", rcode="NXDOMAIN"),
                everybody(ARGOCD.name, "AAAA", rcode="NXDOMAIN"),
            ),
            fails(zone=ARGOCD.name, detail=NXDOMAIN),
        ),
    ),
    ("the Service has moved", lambda: Broken(facts=moved("192.168.64.109"))),
    ("the Service has lost its address", lambda: Broken(facts=moved())),
    ("another Service holds the address", lambda: Broken(facts=taken(moved()))),
    (
        "record and Service have left the plan",
        lambda: replace(
            served(
                everybody(ARGOCD.name, "A", values=("192.168.64.109",)),
                gives("192.168.64.109", ARGOCD.name),
            ),
            facts=moved("192.168.64.109"),
        ),
    ),
    (
        "record, Service and plan all differ",
        lambda: replace(
            served(
                everybody(ARGOCD.name, "A", values=("192.168.64.199",)),
                gives("192.168.64.199", ARGOCD.name),
            ),
            facts=moved("192.168.64.109"),
        ),
    ),
    (
        "one name times out at the authority",
        lambda: served(one_name_times_out(AUTHORITY, ARGOCD.name)),
    ),
    (
        "the authority forwards",
        lambda: served(says(AUTHORITY, ARGOCD.name, "A", values=("192.168.64.100",))),
    ),
    (
        "records are kept too long",
        lambda: served(
            says(
                AUTHORITY, ARGOCD.name, "A", values=("192.168.64.100",), ttl=300, authoritative=True
            )
        ),
    ),
    (
        "denials are kept too long",
        lambda: served(says(AUTHORITY, GONE, rcode="NXDOMAIN", minimum=3600, authoritative=True)),
    ),
    (
        "denials carry no SOA",
        lambda: served(says(AUTHORITY, GONE, rcode="NXDOMAIN", minimum=None, authoritative=True)),
    ),
    # --- answers of others
    (
        "AAAA is denied in a cluster (DN-07)",
        lambda: served(
            all_of(*(says(one, ARGOCD.name, "AAAA", rcode="NXDOMAIN") for one in IN_APP))
        ),
    ),
    (
        "AAAA is denied by the authority",
        lambda: served(says(AUTHORITY, ARGOCD.name, "AAAA", rcode="NXDOMAIN")),
    ),
    (
        "clusters disagree (DN-11)",
        lambda: served(
            app_differs(values=("192.168.64.77",)), gives("192.168.64.77", ARGOCD.name, "pods-app")
        ),
    ),
    (
        "a denial is still cached (DN-13)",
        lambda: served(
            all_of(
                app_differs(rcode="NXDOMAIN", minimum=27),
                *(says(one, ARGOCD.name, "AAAA", rcode="NXDOMAIN") for one in IN_APP),
            ),
            fails("pods-app", zone=ARGOCD.name, detail=NXDOMAIN),
        ),
    ),
    # --- what must not exist
    (
        "a wildcard",
        lambda: served(
            everybody(GONE, "A", values=("192.168.64.106",)), gives("192.168.64.106", GONE)
        ),
    ),
    ("a resolver that is not sure", lambda: resolving(fails("host", zone=GONE))),
    (
        "a catch-all",
        lambda: resolving(gives("192.168.64.106", f"{ZONE}.n0.invalid", "pods-app")),
    ),
    (
        "the API has another address",
        lambda: served(
            says(APP_POD, questions.INTERNAL, "A", values=("10.96.0.1",)),
            gives("10.96.0.1", questions.INTERNAL, "pods-app"),
        ),
    ),
    (
        "cluster DNS knows no Services",
        lambda: served(
            says(APP_POD, questions.INTERNAL, "A", rcode="NXDOMAIN"),
            lambda vantage, name: (
                NXDOMAIN if (vantage, name) == ("pods-app", questions.INTERNAL) else None
            ),
        ),
    ),
    (
        "every Service exists",
        lambda: served(
            says(APP_POD, f"nx-n0.default.svc.{questions.DOMAIN}", "A", values=("10.97.0.9",))
        ),
    ),
    # --- time
    ("everything is slow (DN-03)", lambda: Broken(asked=answers(took=0.75))),
    # --- what could not be seen
    (
        "a pod cannot be used",
        lambda: Broken(asked=unusable(answers(), "pods-app", "no pod to probe from in app")),
    ),
    (
        "endpoints are not known",
        lambda: Broken(
            facts={**FACTS, "app": unseen(FACTS["app"], "endpoints", "forbidden")},
            asked=answers(
                clusters={**FACTS, "app": unseen(FACTS["app"], "endpoints", "forbidden")}
            ),
        ),
    ),
    (
        "Services are not known",
        lambda: Broken(
            facts={**FACTS, "control": unseen(FACTS["control"], "services", "forbidden")},
            asked=answers(
                clusters={**FACTS, "control": unseen(FACTS["control"], "services", "forbidden")},
                server=says(AUTHORITY, ARGOCD.name, "A", values=("192.168.64.9",)),
            ),
        ),
    ),
)
