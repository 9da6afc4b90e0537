"""A look at a real API over TLS: what is asked, what is kept, what one refusal costs."""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.kube import objects
from tests.kube.api import (
    CIDRS,
    METALLB,
    TOKEN,
    FakeApi,
    Pki,
    Query,
    healthy,
    listed,
    status,
)
from tests.kube.looking import NOW, dead, look, reasons
from tests.kube.objects import but
from trueline.probes import kube_client

# --- a healthy cluster ----------------------------------------------------------------------------


def test_a_healthy_cluster_is_seen_whole(api: FakeApi, config: Path, pki: Pki) -> None:
    facts = look(config)
    assert reasons(facts) == {}
    identity = facts.identity.value
    assert identity.server == api.url
    assert identity.ca_sha256 == hashlib.sha256(pki.ca_der).hexdigest()
    assert (identity.kube_system_uid, identity.version) == ("uid-1", "v1.34.4")
    assert [node.name for node in facts.nodes.value] == ["app-cp-1"]
    assert [service.key for service in facts.services.value] == ["app1/app1"]
    assert len(facts.endpoints.value) == 3
    assert [item.kind for item in facts.workloads.value] == ["Deployment", "DaemonSet"]
    assert [item.cidrs for item in facts.service_cidrs.value] == [("10.96.0.0/12",)]
    assert [pool.name for pool in facts.pools.value] == ["spare"]
    assert facts.pool_labels.value == {"spare": {"tier": "gold"}}
    assert [item.name for item in facts.advertisements.value] == ["l2"]
    assert [item.object for item in facts.events.value] == ["x"]
    assert facts.moving.value == ()
    assert (facts.nodes.at, facts.nodes.origin) == (NOW, "GET /api/v1/nodes from this host")


def test_what_is_asked_is_bounded_authorised_and_never_a_secret(api: FakeApi, config: Path) -> None:
    look(config)
    assert api.authorization == {f"Bearer {TOKEN}"}
    assert not [path for path in api.paths() if path.endswith("/secrets")]
    lists = [(path, query) for path, query in api.asked if query]
    assert len(lists) == len(healthy()) - 2  # a namespace and the version are no lists
    assert all(query["limit"] == "400" for _, query in lists)
    assert dict(lists)["/api/v1/events"]["fieldSelector"] == "involvedObject.kind=Service"
    assert gc.isenabled()


def test_the_collector_stays_off_for_who_turned_it_off(config: Path) -> None:
    gc.disable()
    try:
        look(config)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_lists_are_read_page_by_page(api: FakeApi, config: Path) -> None:
    def pages(query: Query) -> Any:
        if query.get("continue") == "second":
            return listed(but(objects.NODE, "metadata.name", "b"))
        return listed(objects.NODE, more="second")

    api.routes["/api/v1/nodes"] = pages
    assert [node.name for node in look(config).nodes.value] == ["app-cp-1", "b"]


def test_what_still_moves_is_told_until_it_is_old(api: FakeApi, config: Path) -> None:
    pending = but(objects.SERVICE, "status", None)
    api.routes["/api/v1/services"] = listed(pending)
    assert look(config).moving.value == ()
    assert look(config, young=301.0).moving.value == (
        "Service app1/app1 is 300 s old, without an address yet",
    )


def test_events_come_oldest_first(api: FakeApi, config: Path) -> None:
    older = but(but(objects.EVENT, "lastTimestamp", "2026-01-15T09:00:00Z"), "reason", "Older")
    api.routes["/api/v1/events"] = listed(objects.EVENT, older)
    assert [item.reason for item in look(config).events.value] == ["Older", "AllocationFailed"]


# --- one facet is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "answer", "facets", "reason"),
    [
        (
            "/api/v1/nodes",
            status(403, "nodes is forbidden"),
            {"nodes"},
            "the kubeconfig may not list nodes: forbidden",
        ),
        (
            "/apis/apps/v1/deployments",
            status(403, "forbidden"),
            {"workloads"},
            "the kubeconfig may not list deployments.apps: forbidden",
        ),
        (
            "/apis/apps/v1/daemonsets",
            status(403, "forbidden"),
            {"workloads"},
            "the kubeconfig may not list daemonsets.apps: forbidden",
        ),
        (
            f"{METALLB}/ipaddresspools",
            status(404, "not found"),
            {"pools", "pool_labels"},
            "MetalLB is not installed: the API of cluster app has no ipaddresspools",
        ),
        (
            f"{METALLB}/l2advertisements",
            status(404, "not found"),
            {"advertisements"},
            "MetalLB is not installed: the API of cluster app has no l2advertisements",
        ),
        (
            "/apis/discovery.k8s.io/v1/endpointslices",
            status(404, "not found"),
            {"endpoints"},
            "URL has no /apis/discovery.k8s.io/v1/endpointslices",
        ),
        (
            "/api/v1/services",
            status(500, "etcdserver: request\ntimed out"),
            {"services"},
            "URL answers 500 to /api/v1/services: etcdserver: request timed out",
        ),
        (
            "/api/v1/services",
            (502, b"<html>Bad Gateway</html>"),
            {"services"},
            "URL answers 502 to /api/v1/services: <html>Bad Gateway</html>",
        ),
        (
            "/api/v1/services",
            (503, b""),
            {"services"},
            "URL answers 503 to /api/v1/services: no reason given",
        ),
        (
            "/api/v1/pods",
            (200, b'{"items": ['),
            {"pods"},
            "URL answers /api/v1/pods with bad JSON",
        ),
        (
            "/api/v1/pods",
            (200, b"[]"),
            {"pods"},
            "URL answers /api/v1/pods with no JSON object",
        ),
        (
            "/api/v1/pods",
            (200, {"kind": "Pod"}),
            {"pods"},
            "URL answers /api/v1/pods with no list",
        ),
        (
            "/api/v1/pods",
            listed({"metadata": {}}),
            {"pods"},
            "an object in /api/v1/pods cannot be read: KeyError: 'spec'",
        ),
        (
            "/api/v1/pods",
            (200, b'{"items": [...'),
            {"pods"},
            "URL closed the connection before its answer was complete",
        ),
        (
            "/api/v1/events",
            status(410, "expired"),
            {"events"},
            "the list /api/v1/events changed faster than it could be read",
        ),
        (
            "/api/v1/events",
            listed(objects.EVENT, more="again"),
            {"events"},
            "URL repeats itself in the list /api/v1/events",
        ),
        (
            "/api/v1/events",
            status(401, "Unauthorized"),
            {"events"},
            "URL does not accept the credentials of the kubeconfig",
        ),
        (
            "/api/v1/namespaces/kube-system",
            status(403, "forbidden"),
            {"identity"},
            "the kubeconfig may not read /api/v1/namespaces/kube-system: forbidden",
        ),
        (
            "/version",
            (200, {"major": "1"}),
            {"identity"},
            "URL tells neither its version nor its UID",
        ),
    ],
)
def test_a_refused_list_is_a_gap_of_its_own(
    api: FakeApi, config: Path, path: str, answer: Any, facets: set[str], reason: str
) -> None:
    api.routes[path] = answer
    expected = dict.fromkeys(facets, reason.replace("URL", api.url))
    assert reasons(look(config)) == expected


def test_a_list_that_does_not_come_in_time_is_a_gap(api: FakeApi, config: Path) -> None:
    api.routes["/api/v1/events"] = lambda _: None
    found = reasons(look(config, timeout=2.0))
    assert found == {"events": f"{api.url} does not answer within 2 s"}


def test_a_body_that_drips_is_cut_off(
    config: Path, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter(range(0, 100_000, 10))
    monkeypatch.setattr(kube_client, "monotonic", lambda: float(next(ticks)))
    assert dead(look(config)) == (
        f"cluster app cannot be observed: {api.url} did not finish"
        " /api/v1/namespaces/kube-system within 5 s"
    )


def test_a_list_that_expires_is_started_over_once(api: FakeApi, config: Path) -> None:
    answers = iter([listed(objects.NODE, more="x"), status(410, "too old"), listed(objects.NODE)])
    api.routes["/api/v1/nodes"] = lambda _: next(answers)
    assert [node.name for node in look(config).nodes.value] == ["app-cp-1"]
    assert api.paths().count("/api/v1/nodes") == 3


def test_a_list_that_fails_after_it_expired_tells_the_later_reason(
    api: FakeApi, config: Path
) -> None:
    answers = iter([status(410, "too old"), status(500, "no leader")])
    api.routes["/api/v1/nodes"] = lambda _: next(answers)
    assert reasons(look(config)) == {"nodes": f"{api.url} answers 500 to /api/v1/nodes: no leader"}


def test_without_any_list_that_could_move_it_is_unknown_whether_something_moves(
    api: FakeApi, config: Path
) -> None:
    for path in ("/apis/apps/v1/deployments", "/apis/apps/v1/daemonsets", "/api/v1/pods",
                 "/api/v1/services"):  # fmt: skip
        api.routes[path] = status(403, "forbidden")
    found = reasons(look(config))
    assert found["moving"] == "the kubeconfig may not list deployments.apps: forbidden"
    assert set(found) == {"moving", "workloads", "pods", "services"}


# --- the Service network without its API ----------------------------------------------------------


def test_older_apis_have_the_service_range_in_beta(api: FakeApi, config: Path) -> None:
    api.routes[CIDRS.replace("v1", "v1beta1")] = api.routes.pop(CIDRS)
    fact = look(config).service_cidrs
    assert fact.value[0].name == "kubernetes"
    assert fact.origin == "GET /apis/networking.k8s.io/v1beta1/servicecidrs from this host"


def test_without_that_api_the_flag_of_the_api_server_tells(api: FakeApi, config: Path) -> None:
    del api.routes[CIDRS]
    fact = look(config).service_cidrs
    assert fact.value[0].cidrs == ("10.96.0.0/12",)
    assert fact.origin == "GET /api/v1/pods (flags of kube-apiserver) from this host"


def test_without_flag_and_api_the_service_range_is_a_gap(api: FakeApi, config: Path) -> None:
    del api.routes[CIDRS]
    api.routes["/api/v1/pods"] = listed()
    assert reasons(look(config)) == {
        "service_cidrs": "the API has no servicecidrs, and no kube-apiserver pod shows the flag"
        " of its range"
    }
    api.routes["/api/v1/pods"] = status(403, "forbidden")
    assert reasons(look(config)) == {
        "service_cidrs": "the API has no servicecidrs",
        "pods": "the kubeconfig may not list pods: forbidden",
    }
