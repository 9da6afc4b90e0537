from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest
import yaml

from tests.lab_unit.world import TEXT, plan
from tools.lab.errors import LabError
from tools.lab.products import (
    collector,
    loki,
    prometheus,
    prometheus_agent,
    promtail,
    spans,
    telemetry,
    tempo,
)
from trueline.model.topology import Topology

RESERVED = """\
        metrics:
          address: 198.51.100.101
          service: watch/numbers
          ports: [53/UDP/dns, 80/TCP/http]
        lines:
          address: 198.51.100.102
          service: watch/lines
          ports: [3100/TCP/http]
        spans:
          address: 198.51.100.103
          service: watch/spans
          ports: [80/TCP/http, 4318/TCP/http, 9999/TCP/grpc]
"""
PRODUCTS = """\
products:
  numbers:
    kind: prometheus
    at: reservation:east/metrics
    senders: {west: {namespace: outpost, labels: {site: west}}}
  lines:
    kind: loki
    at: reservation:east/lines
    tenant: shop
    senders: {west: {namespace: outpost, labels: {site: west}}}
  spans:
    kind: tempo
    at: reservation:east/spans
    senders: {west: {namespace: outpost}}
"""
LB = "metallb.universe.tf/loadBalancerIPs"
BASE = {"trueline.lab/base": "true"}
BY_KIND: dict[str, Any] = {"prometheus": prometheus, "loki": loki, "tempo": tempo}


def telling(old: str = "", new: str = "", *, products: str = PRODUCTS) -> Topology:
    text = TEXT.replace("  west:\n", RESERVED + "  west:\n", 1) + products
    assert old in text
    return plan(text.replace(old, new) if old else text)


def made(topology: Topology, kind: str, cluster: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = BY_KIND[kind].of_cluster(topology, topology.cluster(cluster))
    return found


def names(objects: list[dict[str, Any]]) -> list[str]:
    return [
        f"{item['kind']} {item['metadata'].get('namespace', '')}/{item['metadata']['name']}"
        for item in objects
    ]


def configuration(objects: list[dict[str, Any]]) -> dict[str, Any]:
    (text,) = next(item["data"] for item in objects if item["kind"] == "ConfigMap").values()
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@pytest.mark.parametrize("kind", BY_KIND)
def test_a_plan_without_the_product_asks_for_none(kind: str) -> None:
    topology = plan()
    product = BY_KIND[kind].PRODUCT
    assert product.name == kind
    assert not product.wanted(topology)
    assert product.owners(topology, topology.clusters[0]) == frozenset()
    assert made(topology, kind, "east") == []


@pytest.mark.parametrize(
    ("kind", "owner"),
    [("prometheus", "watch/numbers"), ("loki", "watch/lines"), ("tempo", "watch/spans")],
)
def test_a_planned_product_brings_the_service_of_its_reservation(kind: str, owner: str) -> None:
    topology = telling()
    product = BY_KIND[kind].PRODUCT
    assert product.wanted(topology)
    assert product.owners(topology, topology.cluster("east")) == {owner}
    assert product.owners(topology, topology.cluster("west")) == frozenset()


def test_what_the_plan_leaves_to_a_stand_in_is_left_to_it() -> None:
    topology = telling("kind: loki", "kind: loki\n    stand_in: true")
    assert not loki.PRODUCT.wanted(topology)
    assert made(topology, "loki", "east") == made(topology, "loki", "west") == []


def test_the_server_and_its_senders_are_made_where_the_plan_puts_them() -> None:
    topology = telling()
    assert {
        cluster: {kind: names(made(topology, kind, cluster)) for kind in BY_KIND}
        for cluster in ("east", "west")
    } == {
        "east": {
            "prometheus": [
                "Service watch/numbers",
                "ConfigMap watch/numbers",
                "Deployment watch/numbers",
            ],
            "loki": ["Service watch/lines", "ConfigMap watch/lines", "Deployment watch/lines"],
            "tempo": ["Service watch/spans", "ConfigMap watch/spans", "Deployment watch/spans"],
        },
        "west": {
            "prometheus": [
                "Namespace /outpost",
                "ConfigMap outpost/numbers-agent",
                "Deployment outpost/numbers-agent",
            ],
            "loki": [
                "Namespace /outpost",
                "ConfigMap outpost/lines-promtail",
                "DaemonSet outpost/lines-promtail",
                "Deployment outpost/lines-heartbeat",
            ],
            "tempo": [
                "Namespace /outpost",
                "Service outpost/otel-collector",
                "ConfigMap outpost/otel-collector",
                "Deployment outpost/otel-collector",
            ],
        },
    }


def test_every_object_is_of_the_labs_base() -> None:
    topology = telling()
    objects = [
        item
        for kind in BY_KIND
        for cluster in ("east", "west")
        for item in made(topology, kind, cluster)
    ]
    assert [
        item for item in objects if not BASE.items() <= item["metadata"]["labels"].items()
    ] == []


@pytest.mark.parametrize(
    ("kind", "address", "ports"),
    [
        ("prometheus", "198.51.100.101", {53: 53, 80: 9090}),
        ("loki", "198.51.100.102", {3100: 3100}),
        ("tempo", "198.51.100.103", {80: 3200, 4318: 4318, 9999: 4317}),
    ],
)
def test_the_planned_ports_lead_to_those_of_the_product(
    kind: str, address: str, ports: dict[int, int]
) -> None:
    service = made(telling(), kind, "east")[0]
    assert service["metadata"]["annotations"] == {LB: address}
    assert {p["port"]: p["targetPort"] for p in service["spec"]["ports"]} == ports


def test_the_receiver_for_remote_write_is_on() -> None:
    pod = made(telling(), "prometheus", "east")[2]["spec"]["template"]["spec"]
    assert "--web.enable-remote-write-receiver" in pod["containers"][0]["args"]


def test_the_agent_pushes_to_the_planned_address_with_the_planned_labels() -> None:
    agent = made(telling(), "prometheus", "west")
    said = configuration(agent)
    assert said["global"]["external_labels"] == {"site": "west"}
    assert [item["url"] for item in said["remote_write"]] == [
        "http://198.51.100.101:80/api/v1/write"
    ]
    assert agent[2]["spec"]["template"]["spec"]["containers"][0]["args"][0] == "--agent"


def test_loki_asks_for_the_tenant_where_one_is_planned() -> None:
    assert configuration(made(telling(), "loki", "east"))["auth_enabled"] is True
    open_to_all = telling("    tenant: shop\n", "")
    assert configuration(made(open_to_all, "loki", "east"))["auth_enabled"] is False
    assert "tenant_id" not in configuration(made(open_to_all, "loki", "west"))["clients"][0]


def test_the_shipper_sends_under_the_planned_tenant_and_labels() -> None:
    (client,) = configuration(made(telling(), "loki", "west"))["clients"]
    assert client["url"] == "http://198.51.100.102:3100/loki/api/v1/push"
    assert client["tenant_id"] == "shop"
    assert client["external_labels"] == {"site": "west"}


def test_the_shipper_is_labelled_as_a_substitute_and_reads_the_nodes_logs() -> None:
    shipper = made(telling(), "loki", "west")[2]
    mark = {"trueline.lab/substitute-for": "fluent-bit"}
    template = shipper["spec"]["template"]
    assert mark.items() <= shipper["metadata"]["labels"].items()
    assert mark.items() <= template["metadata"]["labels"].items()
    assert template["spec"]["volumes"][-1] == {
        "name": "host-0",
        "hostPath": {"path": "/var/log/pods"},
    }


def test_tempo_and_the_collector_listen_on_every_interface() -> None:
    both = {"grpc": {"endpoint": ":4317"}, "http": {"endpoint": ":4318"}}
    server = configuration(made(telling(), "tempo", "east"))
    assert server["distributor"]["receivers"]["otlp"]["protocols"] == both
    assert configuration(made(telling(), "tempo", "west"))["receivers"]["otlp"]["protocols"] == both


def test_the_collector_exports_by_grpc_to_the_planned_port() -> None:
    said = configuration(made(telling(), "tempo", "west"))
    assert said["exporters"]["otlp_grpc/spans"]["endpoint"] == "198.51.100.103:9999"
    assert said["service"]["pipelines"] == {
        "traces": {"receivers": ["otlp"], "exporters": ["otlp_grpc/spans"]}
    }


def test_a_tenant_of_tempo_is_asked_for_and_sent() -> None:
    topology = telling("kind: tempo", "kind: tempo\n    tenant: shop")
    assert configuration(made(topology, "tempo", "east"))["multitenancy_enabled"] is True
    exporter = configuration(made(topology, "tempo", "west"))["exporters"]["otlp_grpc/spans"]
    assert exporter["headers"] == {"X-Scope-OrgID": "shop"}


def test_one_collector_sends_to_every_tempo_of_its_namespace() -> None:
    second = (
        "  more: {kind: tempo, at: 'reservation:east/web', senders: {west: {namespace: outpost}}}\n"
    )
    topology = telling("80/TCP/http, 5353/UDP/dns", "4317/TCP/grpc", products=PRODUCTS + second)
    found = made(topology, "tempo", "west")
    assert names(found).count("Deployment outpost/otel-collector") == 1
    assert configuration(found)["service"]["pipelines"]["traces"]["exporters"] == [
        "otlp_grpc/spans",
        "otlp_grpc/more",
    ]


def test_a_tempo_without_a_port_for_spans_is_refused() -> None:
    with pytest.raises(LabError) as caught:
        made(telling(", 9999/TCP/grpc", ""), "tempo", "west")
    assert str(caught.value) == (
        "topology.yaml:50: the collectors have no port to send spans to\n"
        "fix: plan the port for OTLP by gRPC, 4317/TCP/grpc"
    )


def test_labels_that_the_collector_cannot_add_are_refused() -> None:
    with pytest.raises(LabError) as caught:
        made(telling("namespace: outpost}", "namespace: outpost, labels: {a: b}}"), "tempo", "west")
    assert str(caught.value) == "topology.yaml:87: the lab's collector adds no labels to spans"


def test_an_address_of_ipv6_is_bracketed_in_urls() -> None:
    server = telemetry.servers(telling(), "loki")[0]
    assert server.host == "198.51.100.102"
    six = replace(server.reservation, address=ip_address("2001:db8::1"))
    assert replace(server, reservation=six).host == "[2001:db8::1]"


def test_what_has_just_arrived_is_selected_by_the_senders_labels() -> None:
    sender = telemetry.servers(telling("site: west", "site: 'a\"b'"), "loki")[0].plan.senders[0]
    assert promtail.fresh(sender) == (
        'sum(count_over_time({job="pods",container="heartbeat",site="a\\"b"}[10s]))'
    )
    assert prometheus_agent.fresh(sender) == (
        'time() - timestamp(up{job="prometheus-agent",site="a\\"b"}) < 10'
    )


def test_the_heartbeat_says_whose_it_is() -> None:
    pod = made(telling(), "loki", "west")[3]["spec"]["template"]["spec"]["containers"][0]
    assert pod["command"] == ["sh", "-c", "while echo 'heartbeat of west'; do sleep 2; done"]


def test_queries_go_to_the_planned_port_that_is_not_for_spans() -> None:
    topology = telling()
    assert tempo.query_port(telemetry.servers(topology, "tempo")[0].reservation) == 80
    spans_alone = telling("80/TCP/http, 4318/TCP/http, ", "")
    assert tempo.query_port(telemetry.servers(spans_alone, "tempo")[0].reservation) is None


def test_a_span_lasts_a_millisecond() -> None:
    value: Any = spans.span("ab" * 16, "cd" * 8, 1_000_000_000)
    (sent,) = value["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert sent == {
        "traceId": "ab" * 16,
        "spanId": "cd" * 8,
        "name": "arrival",
        "kind": 1,
        "startTimeUnixNano": "1000000000",
        "endTimeUnixNano": "1001000000",
    }


def test_collectors_are_none_where_nobody_sends() -> None:
    assert collector.objects([]) == []
