"""Argo CD's Applications and links, and Grafana's data sources."""

from __future__ import annotations

import json
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from tests.live import seen, unseen
from tests.reach.answering import ARGOCD_METRICS, but, healthy
from tests.reach.network import APPLICATION, PLAN, SNAPSHOT, facts
from tests.told import http, lines, refused, reply
from tests.worlds import dns_name, port, with_cluster, with_more, with_reservation
from trueline.checks import reach_deployments, reach_sources
from trueline.model.observation import ApplicationFact, Snapshot
from trueline.model.probe import Answers, Reply
from trueline.model.subject import SUBJECTS
from trueline.model.topology import Topology

HEALTHY = healthy()


def with_product(name: str, **changes: Any) -> Topology:
    products = tuple(
        replace(item, **changes) if item.name == name else item for item in PLAN.products
    )
    return replace(PLAN, products=products)


def subject(kind: str, topology: Topology = PLAN) -> object:
    (found,) = SUBJECTS[kind](topology)
    return found


# --- Applications ---------------------------------------------------------------------------------

APP = "argocd/guestbook in app"


def applied(*found: ApplicationFact, topology: Topology = PLAN) -> list[str]:
    clusters = facts()
    clusters["control"] = replace(clusters["control"], applications=seen(found))
    return lines(
        reach_deployments.application_is_deployed,
        subject("application", topology),
        topology,
        Snapshot(clusters=clusters),
    )


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ((APPLICATION,), f"PASS {APP}: Synced and Healthy | Synced and Healthy"),
        ((), f"FAIL {APP}: Synced and Healthy | control has no Application argocd/guestbook"),
        (
            (replace(APPLICATION, sync="OutOfSync", conditions=("ComparisonError: x",)),),
            f"FAIL {APP}: Synced and Healthy | OutOfSync and Healthy (ComparisonError: x)",
        ),
        (
            (replace(APPLICATION, sync="", health=""),),
            f"FAIL {APP}: Synced and Healthy | not compared and health unknown",
        ),
        (
            (replace(APPLICATION, destination="https://127.0.0.1:6443"),),
            f"FAIL {APP} destination: https://api.app.test:6443 | https://127.0.0.1:6443",
        ),
        (
            (APPLICATION,),
            f"PASS {APP} destination: https://api.app.test:6443 | https://api.app.test:6443",
        ),
    ],
)
def test_an_application_is_as_in_git_and_where_it_is_planned(
    found: tuple[ApplicationFact, ...], told: str
) -> None:
    assert told in applied(*found)


def test_a_destination_by_name_is_left_to_the_link() -> None:
    assert len(applied(replace(APPLICATION, destination="app"))) == 1


def test_an_application_of_the_own_cluster_goes_by_its_own_name() -> None:
    (argocd, *_) = PLAN.products
    own = tuple(replace(item, cluster="control") for item in argocd.deploys)
    plan = with_product("argocd", deploys=own)
    inside = replace(APPLICATION, destination="https://kubernetes.default.svc")
    assert applied(inside, topology=plan)[1].startswith("PASS argocd/guestbook in control dest")


def test_an_application_of_the_own_cluster_may_go_by_either_of_its_names() -> None:
    (argocd, *_) = PLAN.products
    own = tuple(replace(item, cluster="control") for item in argocd.deploys)
    wrong = replace(APPLICATION, destination="https://127.0.0.1:6443")
    assert applied(wrong, topology=with_product("argocd", deploys=own))[1] == (
        "FAIL argocd/guestbook in control destination: https://api.control.test:6443 or "
        "https://kubernetes.default.svc | https://127.0.0.1:6443"
    )


@pytest.mark.parametrize(
    ("planned", "said", "verdict"),
    [
        ("https://api.app.test", "https://api.app.test:443", "PASS"),
        ("https://api.app.test", "https://api.app.test:444", "FAIL"),
        ("https://api.app.test:443", "https://API.app.test/", "PASS"),
        ("https://[fd00::1]", "https://[fd00::1]:443", "PASS"),
        ("https://[fd00::1]", "https://[FD00:0::1]", "PASS"),
        ("https://[fd00::1]:6443", "https://[fd00::1]:443", "FAIL"),
    ],
)
def test_the_port_of_https_need_not_be_spelt_out(planned: str, said: str, verdict: str) -> None:
    plan = with_cluster(PLAN, "app", api=planned)
    found = applied(replace(APPLICATION, destination=said), topology=plan)
    assert found[1].startswith(f"{verdict} {APP} destination: ")


def test_an_api_without_a_planned_endpoint_has_no_destination() -> None:
    plan = with_cluster(PLAN, "app", api=None)
    assert applied(APPLICATION, topology=plan)[1].startswith(
        f"FAIL {APP} destination: the planned API of app | "
    )


def test_what_cannot_be_told_of_applications() -> None:
    (told,) = applied(APPLICATION, topology=with_product("argocd", stand_in=True))
    assert told.endswith("| a stand-in proves nothing of the product")
    (told,) = applied(APPLICATION, topology=with_product("argocd", target="vm:redis"))
    assert told.endswith("| argocd stands behind no reservation")
    check, one = reach_deployments.application_is_deployed, subject("application")
    (told,) = lines(check, one, PLAN, Snapshot(clusters={}))
    assert told.endswith("| nobody looked at cluster control")
    blind = facts() | {"control": unseen(facts()["control"], "applications", "not installed")}
    (told,) = lines(check, one, PLAN, Snapshot(clusters=blind))
    assert told.endswith("| not installed")


# --- links ----------------------------------------------------------------------------------------

LINK = ("pods-control", "clusters that argocd is connected to")


def linked(
    answers: Answers = HEALTHY, topology: Topology = PLAN, snapshot: Snapshot = SNAPSHOT
) -> list[str]:
    one = subject("cluster_link", topology)
    return lines(reach_deployments.argocd_is_connected, one, topology, snapshot, answers)


def test_a_link_is_up_and_leads_to_the_right_version() -> None:
    assert linked() == [
        "PASS argocd to app: connected | connected",
        "PASS argocd to app version: 1.34 | 1.34",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            ARGOCD_METRICS.replace("} 1", "} 0"),
            "FAIL argocd to app: connected | known, and not connected",
        ),
        (
            ARGOCD_METRICS.replace("api.app.test", "127.0.0.1"),
            "FAIL argocd to app: connected | not known to it; it knows https://127.0.0.1:6443",
        ),
        (
            "",
            "UNKNOWN argocd to app: Argo CD reports the planned API of a cluster as connected, "
            "and that cluster's version. | Argo CD tells of no cluster yet: it looks at them every "
            "30 s, from its start on",
        ),
        (
            ARGOCD_METRICS.replace("1.34", "1.30"),
            "FAIL argocd to app version: 1.34 | 1.30",
        ),
        (
            ARGOCD_METRICS.replace("api.app.test:6443", "[fd00::1]"),
            "FAIL argocd to app: connected | not known to it; it knows https://[fd00::1]",
        ),
        (
            ARGOCD_METRICS.replace("https://api.app.test:6443", "in-cluster"),
            "FAIL argocd to app: connected | not known to it; it knows in-cluster",
        ),
        (
            ARGOCD_METRICS.replace(',server="https://api.app.test:6443"', ""),
            "FAIL argocd to app: connected | not known to it; it knows none",
        ),
        (
            ARGOCD_METRICS.replace('k8s_version="1.34",name', "name"),
            "FAIL argocd to app version: 1.34 | ",
        ),
        (
            ARGOCD_METRICS
            + 'argocd_cluster_info{k8s_version="1.30",server="https://api.app.test:6443"} 1\n'
            + 'argocd_cluster_info{k8s_version="1.29",server="https://api.other.test"} 1\n'
            + 'argocd_cluster_info{k8s_version="1.28"} 1\n',
            "FAIL argocd to app version: 1.34 | 1.30 or 1.34",
        ),
    ],
)
def test_a_link_that_is_down_or_leads_elsewhere(text: str, told: str) -> None:
    assert told in linked(but(HEALTHY, LINK, http(200, text)))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (refused(), "refused at tcp"),
        (http(404, "no"), "HTTP 404: no"),
        (reply("answered", "answer", received=b"x"), "no HTTP answer, it begins with 'x'"),
    ],
)
def test_metrics_that_cannot_be_read_leave_the_link_in_doubt(said: Reply, why: str) -> None:
    (told,) = linked(but(HEALTHY, LINK, said))
    assert told.startswith("UNKNOWN argocd to app: ")
    assert told.endswith(f"| Argo CD's metrics cannot be read: {why}")


def test_what_cannot_be_told_of_a_link() -> None:
    (told,) = linked(topology=with_product("argocd", stand_in=True))
    assert told.endswith("| a stand-in proves nothing of the product")
    bare = facts()
    services = bare["control"].services
    assert services.kind == "seen"
    kept = tuple(item for item in services.value if item.name != "argocd-metrics")
    bare["control"] = replace(bare["control"], services=replace(services, value=kept))
    (told,) = linked(snapshot=Snapshot(clusters=bare))
    assert told.endswith("| no Service of argocd has port 8082, Argo CD's metrics")


# --- data sources ---------------------------------------------------------------------------------

SOURCE = ("host", "data source metrics of grafana")
HEALTH = ("host", "health of data source metrics of grafana")
THROUGH = "(through a stand-in, which proves nothing of Grafana)"
URL = f"grafana data source metrics URL {THROUGH}: prometheus at http://192.168.64.101:9090"
QUERY = f"grafana data source metrics query {THROUGH}: an answer of prometheus"


def sourced(answers: Answers = HEALTHY, topology: Topology = PLAN) -> list[str]:
    one = subject("data_source", topology)
    return lines(reach_sources.data_source_reaches_its_product, one, topology, answers)


def test_a_data_source_leads_to_its_product() -> None:
    assert sourced() == [
        f"PASS {URL} | prometheus at http://192.168.64.101:9090",
        f"PASS {QUERY} | an answer",
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            http(200, '{"type": "loki", "url": "http://192.168.64.101:9090"}'),
            f"FAIL {URL} | loki at http://192.168.64.101:9090",
        ),
        (
            http(200, '{"type": "prometheus", "url": "http://192.168.64.9:9090/"}'),
            f"FAIL {URL} | prometheus at http://192.168.64.9:9090",
        ),
        (http(404, "not found"), f"FAIL {URL} | HTTP 404: not found"),
        (http(200, "[]"), f"FAIL {URL} | HTTP 200: []"),
        (refused(), f"FAIL {URL} | refused at tcp"),
        (
            reply("answered", "answer", received=b"x"),
            f"FAIL {URL} | no HTTP answer, it begins with 'x'",
        ),
        (http(401), f"UNKNOWN {URL} | it tells strangers nothing (HTTP 401)"),
    ],
)
def test_a_data_source_that_leads_elsewhere(said: Reply, told: str) -> None:
    assert sourced(but(HEALTHY, SOURCE, said))[0] == told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (http(400, '{"message": "401 no org id"}'), f"FAIL {QUERY} | 401 no org id"),
        (http(500, "[]"), f"FAIL {QUERY} | HTTP 500: []"),
        (http(500, '{"status": "OK"}'), f'FAIL {QUERY} | HTTP 500: {{"status": "OK"}}'),
        (http(401), f"UNKNOWN {QUERY} | it tells strangers nothing (HTTP 401)"),
        (refused(), f"FAIL {QUERY} | refused at tcp"),
        (http(403), f"UNKNOWN {QUERY} | it tells strangers nothing (HTTP 403)"),
    ],
)
def test_a_data_source_that_gets_no_answer(said: Reply, told: str) -> None:
    assert sourced(but(HEALTHY, HEALTH, said))[1] == told


def test_where_a_data_source_leads_elsewhere_its_answer_proves_nothing() -> None:
    wrong = http(200, '{"type": "prometheus", "url": "http://192.168.64.9:9090/X"}')
    assert sourced(but(HEALTHY, SOURCE, wrong)) == [
        f"FAIL {URL} | prometheus at http://192.168.64.9:9090/X"
    ]


def test_where_nobody_tells_its_address_its_answer_is_judged_alone() -> None:
    assert sourced(but(HEALTHY, SOURCE, http(403))) == [
        f"UNKNOWN {URL} | it tells strangers nothing (HTTP 403)",
        f"PASS {QUERY} | an answer",
    ]


def test_a_data_source_is_wanted_over_tls_where_its_port_speaks_it() -> None:
    plan = with_reservation(PLAN, "control/prometheus", ports=(port("9090/TCP/https"),))
    assert sourced(topology=plan)[0] == (
        f"FAIL {URL.replace('http:', 'https:')} | prometheus at http://192.168.64.101:9090"
    )


def test_a_data_source_may_go_by_a_planned_name() -> None:
    plan = with_more(PLAN, names=(dns_name("metrics.control.test", "192.168.64.101"),))
    said = http(200, '{"type": "prometheus", "url": "http://metrics.control.test:9090"}')
    assert sourced(but(HEALTHY, SOURCE, said), plan)[0].startswith("PASS ")


@pytest.mark.parametrize(
    ("address", "spoken", "url"),
    [
        ("fd00::101", "9090/TCP/http", "http://[fd00::101]:9090"),
        ("fd00::101", "9090/TCP/http", "http://[FD00:0:0::0101]:9090/"),
        ("192.168.64.101", "80/TCP/http", "http://192.168.64.101"),
        ("fd00::101", "443/TCP/https", "HTTPS://[fd00::101]"),
    ],
)
def test_a_data_source_may_spell_its_address_otherwise(address: str, spoken: str, url: str) -> None:
    where = {"address": ip_address(address), "ports": (port(spoken),)}
    plan = with_reservation(PLAN, "control/prometheus", **where)
    said = http(200, json.dumps({"type": "prometheus", "url": url}))
    assert sourced(but(HEALTHY, SOURCE, said), plan)[0].startswith("PASS ")


@pytest.mark.parametrize(
    "url",
    [
        "192.168.64.101:9090",
        "http://192.168.64.101:x",
        "http://:9090",
        "http://192.168.64.101:9090/select",
        "https://192.168.64.101:9090",
    ],
)
def test_what_is_another_url_leads_elsewhere(url: str) -> None:
    said = http(200, json.dumps({"type": "prometheus", "url": url}))
    assert sourced(but(HEALTHY, SOURCE, said))[0] == f"FAIL {URL} | prometheus at {url}"


def test_grafana_itself_is_judged_without_a_reservation_to_stand_in_for() -> None:
    assert sourced(topology=with_product("grafana", stand_in=False))[0].startswith(
        "PASS grafana data source metrics URL: "
    )
    (told,) = sourced(topology=with_product("grafana", target="vm:redis"))
    assert told.endswith("| no port of grafana is planned for HTTP")
