"""Rows for the checks of trueline.checks.plan_clusters."""

from __future__ import annotations

from tests.plan.judging import Row
from tests.worlds import with_cluster, with_node, world
from trueline.model.topology import Identity

ROWS = [
    Row(
        "api_endpoint_is_planned",
        "no endpoint",
        with_cluster(world(), "app", api=None),
        ["fail app api: expected https://HOST:PORT, observed nothing (topology.yaml:60)"],
        "PLAN-050 PLAN-061 PLAN-071",
    ),
    Row(
        "api_endpoint_is_planned",
        "plain http",
        with_cluster(world(), "app", api="http://192.168.64.20:8080"),
        [
            (
                "fail app api: expected https://HOST:PORT, observed http://192.168.64.20:8080 "
                "(topology.yaml:60)"
            )
        ],
        "PLAN-050 PLAN-071",
    ),
    Row(
        "api_endpoint_outlives_any_one_node",
        "the first of two masters",
        with_cluster(
            with_node(world(), "app/app-worker-1", role="control-plane"),
            "app",
            api="https://192.168.64.21:6443",
        ),
        [
            (
                "fail app api: expected an endpoint in front of 2 control-plane nodes, "
                "observed 192.168.64.21, node app/app-cp-1 (topology.yaml:60)"
            )
        ],
        "PLAN-060 PLAN-061",
    ),
    Row(
        "api_endpoint_outlives_any_one_node",
        "a master by name",
        with_cluster(
            with_node(world(), "app/app-worker-1", role="control-plane"),
            "app",
            api="https://app-worker-1:6443",
        ),
        [
            (
                "fail app api: expected an endpoint in front of 2 control-plane nodes, "
                "observed app-worker-1, node app/app-worker-1 (topology.yaml:60)"
            )
        ],
        "PLAN-060 PLAN-061",
    ),
    Row(
        "api_endpoint_outlives_any_one_node",
        "no endpoint for two masters",
        with_cluster(with_node(world(), "app/app-worker-1", role="control-plane"), "app", api=None),
        [],
        "PLAN-050 PLAN-061 PLAN-071",
    ),
    Row(
        "contexts_are_distinct",
        "one context for both",
        with_cluster(
            with_cluster(world(), "app", context="kubernetes-admin@kubernetes"),
            "control",
            context="kubernetes-admin@kubernetes",
        ),
        [
            (
                "fail control and app context: expected two contexts, observed "
                "kubernetes-admin@kubernetes and kubernetes-admin@kubernetes "
                "(topology.yaml:60) (topology.yaml:8)"
            )
        ],
        "PLAN-052",
    ),
    Row(
        "identities_are_distinct",
        "one endpoint for both",
        with_cluster(world(), "app", api="https://192.168.64.10:6443/"),
        [
            (
                "fail control and app API endpoint: expected two values, observed "
                "192.168.64.10:6443 and 192.168.64.10:6443 (topology.yaml:60) "
                "(topology.yaml:8)"
            )
        ],
        "PLAN-053 PLAN-061",
    ),
    Row(
        "identities_are_distinct",
        "one endpoint on port 443",
        with_cluster(
            with_cluster(world(), "control", api="https://api.control.test"),
            "app",
            api="https://API.control.test:443",
        ),
        [
            (
                "fail control and app API endpoint: expected two values, observed "
                "api.control.test:443 and api.control.test:443 (topology.yaml:60) "
                "(topology.yaml:8)"
            )
        ],
        "PLAN-053 PLAN-061 PLAN-071",
    ),
    Row(
        "identities_are_distinct",
        "one IPv6 endpoint for both",
        with_cluster(
            with_cluster(world(), "control", api="https://[fd00::10]:6443"),
            "app",
            api="https://[fd00:0::10]:6443/",
        ),
        [
            (
                "fail control and app API endpoint: expected two values, observed "
                "[fd00::10]:6443 and [fd00::10]:6443 (topology.yaml:60) "
                "(topology.yaml:8)"
            )
        ],
        "PLAN-053 PLAN-060 PLAN-061",
    ),
    Row(
        "identities_are_distinct",
        "the same pins",
        with_cluster(
            with_cluster(
                world(), "control", identity=Identity(ca_sha256="c" * 8, kube_system_uid="u1")
            ),
            "app",
            identity=Identity(ca_sha256="c" * 8, kube_system_uid="u1"),
        ),
        [
            (
                "fail control and app CA pin: expected two values, observed cccccccc and "
                "cccccccc (topology.yaml:60) (topology.yaml:8)"
            ),
            (
                "fail control and app kube-system UID pin: expected two values, observed u1 "
                "and u1 (topology.yaml:60) (topology.yaml:8)"
            ),
        ],
        "PLAN-053",
    ),
    Row(
        "identities_are_distinct",
        "nothing to compare",
        with_cluster(world(), "app", api=None),
        [
            (
                "not applicable control and app: nothing that tells the clusters apart is "
                "planned for both (topology.yaml:8)"
            )
        ],
        "PLAN-050 PLAN-061 PLAN-071",
    ),
    Row(
        "versions_are_stated",
        "no versions",
        with_cluster(world(), "app", versions={}),
        [
            (
                "fail app versions kubernetes: expected a version, observed nothing "
                "(topology.yaml:60)"
            ),
            ("fail app versions metallb: expected a version, observed nothing (topology.yaml:60)"),
            ("fail app versions flannel: expected a version, observed nothing (topology.yaml:60)"),
        ],
        "PLAN-054",
    ),
]
