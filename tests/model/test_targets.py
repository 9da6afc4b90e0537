"""Where flows lead to."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.reach.network import PLAN
from tests.worlds import port, with_cluster, with_reservation, with_vm
from trueline.model import targets
from trueline.model.topology import Topology


def of(name: str, topology: Topology = PLAN, **changes: object) -> targets.Target | None:
    flows = {item.name: item for item in topology.flows}
    return targets.of_flow(topology, replace(flows[name], **changes))  # type: ignore[arg-type]


def known(name: str, topology: Topology = PLAN, **changes: object) -> targets.Target:
    found = of(name, topology, **changes)
    assert found is not None
    return found


def test_a_reservation_brings_what_is_planned_behind_it() -> None:
    found = known("argocd")
    assert (found.host, found.port, found.speaks) == ("192.168.64.100", 443, "https")
    assert (found.names, found.trust) == (("argocd.control.test",), "edge")
    assert found.product is not None
    assert (found.product.name, str(found)) == (
        "argocd",
        "reservation:control/argocd port 443/TCP",
    )


def test_the_flow_may_say_what_speaks_and_the_reservation_else() -> None:
    assert known("metrics").speaks == "http"
    assert known("metrics", port=port("9090/TCP/https")).speaks == "https"
    assert known("metrics", port=port("9999/TCP")).speaks is None


def test_a_vm_speaks_what_its_product_is() -> None:
    assert known("cache").speaks == "redis"
    assert known("cache", replace(PLAN, products=())).speaks is None


def test_a_vm_that_is_the_endpoint_of_an_api_is_that_api() -> None:
    plan = with_cluster(PLAN, "app", api="https://192.168.64.31:6379")
    assert known("cache", plan).api == "app"


@pytest.mark.parametrize(
    ("url", "number"), [("https://api.test", 443), ("https://api.test:6443", 6443)]
)
def test_an_api_has_the_port_of_its_url(url: str, number: int) -> None:
    cluster = replace(PLAN.cluster("app"), api=url)
    found = targets.of_api(cluster)
    assert found is not None
    assert (found.host, found.port, found.names) == ("api.test", number, ("api.test",))


def test_what_has_no_address_is_no_target() -> None:
    assert of("cache", with_vm(PLAN, "redis", address=None)) is None
    assert of("gitops", with_cluster(PLAN, "app", api=None)) is None
    assert of("cache", port=None) is None
    assert of("cache", target="vm:nothing") is None
    assert of("cache", target="api:nothing") is None
    assert of("cache", target="pods:app") is None


def test_names_and_addresses_in_headers_and_handshakes() -> None:
    named, bare = known("argocd"), known("metrics")
    assert (named.server_name, named.authority) == ("argocd.control.test", "argocd.control.test")
    assert (bare.server_name, bare.authority) == (None, "192.168.64.101")
    assert bare.address == ip_address("192.168.64.101")
    assert known("gitops").address is None
    six = replace(bare, host="fd00::1")
    assert six.authority == "[fd00::1]"


def test_a_product_is_asked_over_tls_where_both_are_planned_and_never_at_otlps_own_port() -> None:
    products = {item.name: item for item in PLAN.products}
    found = {name: targets.web(PLAN, item) for name, item in products.items()}
    ports = {name: item.port if item else None for name, item in found.items()}
    assert ports == {
        "argocd": 443,
        "prometheus": 9090,
        "grafana": 3000,
        "vault": 8200,
        "loki": 3100,
        "tempo": 3200,
        "redis": None,
        "mysql": None,
    }


def test_a_host_reads_and_else_the_pods_beside_the_product() -> None:
    (loki,) = (item for item in PLAN.products if item.name == "loki")
    assert targets.reader(PLAN, loki) == "host"
    hostless = replace(PLAN, vantages=PLAN.vantages[1:])
    assert targets.reader(hostless, loki) == "pods-control"


def test_everything_is_tried_by_hosts_and_by_the_pods_of_every_cluster() -> None:
    assert targets.observers(PLAN) == (
        ("host", None),
        ("pods-control", "control"),
        ("pods-app", "app"),
    )
    third = replace(PLAN.cluster("app"), name="third")
    plan = replace(PLAN, clusters=(*PLAN.clusters, third))
    assert targets.observers(plan)[-1] == ("pods:third", "third")


def test_a_product_is_asked_on_tcp_ports_alone() -> None:
    loki = next(item for item in PLAN.products if item.name == "loki")
    both = with_reservation(
        PLAN, "control/loki", ports=(port("3100/TCP/http"), port("3100/UDP/syslog"))
    )
    assert [item.port for item in targets.of_product(both, loki)] == [3100]
