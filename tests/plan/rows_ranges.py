"""Rows for the checks of trueline.checks.plan_ranges."""

from __future__ import annotations

from ipaddress import ip_address

from tests.plan.judging import Row
from tests.worlds import at, cidrs, with_cluster, with_segment, with_vm, world
from trueline.model.address import Cidr
from trueline.model.topology import Cni

ROWS = [
    Row(
        "cluster_networks_are_written_without_host_bits",
        "a Service network with host bits",
        with_cluster(world(), "app", services=cidrs("10.97.0.1/16")),
        [
            (
                "fail app services: expected [10.97.0.0/16], observed [10.97.0.1/16] "
                "(topology.yaml:60)"
            )
        ],
        "PLAN-001",
    ),
    Row(
        "segment_is_written_without_host_bits",
        "a segment with host bits",
        with_segment(world(), cidr=Cidr.parse("192.168.64.7/24")),
        [("fail lan: expected [192.168.64.0/24], observed [192.168.64.7/24] (topology.yaml:5)")],
        "PLAN-001",
    ),
    Row(
        "planned_service_networks_are_disjoint",
        "the /12 of the document",
        with_cluster(
            with_cluster(world(), "control", services=cidrs("10.96.0.0/12")),
            "app",
            services=cidrs("10.97.0.0/12"),
        ),
        [
            (
                "fail control services, app services: expected no shared address, observed "
                "10.96.0.0/12 is in 10.96.0.0/12 of control and in 10.97.0.0/12 of app "
                "(topology.yaml:60) (topology.yaml:8)"
            )
        ],
        "PLAN-001 PLAN-002",
    ),
    Row(
        "planned_service_networks_are_disjoint",
        "one inside the other",
        with_cluster(world(), "app", services=cidrs("10.96.128.0/17"), dns_service=None),
        [
            (
                "fail control services, app services: expected no shared address, observed "
                "10.96.128.0/17 is in 10.96.0.0/16 of control and in 10.96.128.0/17 of app "
                "(topology.yaml:60) (topology.yaml:8)"
            )
        ],
        "PLAN-002",
    ),
    Row(
        "planned_pod_networks_are_disjoint",
        "the same pod network twice",
        with_cluster(world(), "app", pods=cidrs("10.244.0.0/16")),
        [
            (
                "fail control pods, app pods: expected no shared address, observed "
                "10.244.0.0/16 is in 10.244.0.0/16 of control and in 10.244.0.0/16 of app "
                "(topology.yaml:60) (topology.yaml:8)"
            )
        ],
        "PLAN-003",
    ),
    Row(
        "pods_and_services_of_two_clusters_are_disjoint",
        "pods in the other's Services",
        with_cluster(world(), "app", pods=cidrs("10.96.0.0/16")),
        [
            (
                "fail app pods, control services: expected no shared address, observed "
                "10.96.0.0/16 is in 10.96.0.0/16 of app and in 10.96.0.0/16 of control "
                "(topology.yaml:8) (topology.yaml:60)"
            )
        ],
        "PLAN-004",
    ),
    Row(
        "pods_and_services_of_two_clusters_are_disjoint",
        "Services in the other's pods",
        with_cluster(world(), "app", services=cidrs("10.244.96.0/20"), dns_service=None),
        [
            (
                "fail control pods, app services: expected no shared address, observed "
                "10.244.96.0/20 is in 10.244.0.0/16 of control and in 10.244.96.0/20 of app "
                "(topology.yaml:60) (topology.yaml:8)"
            )
        ],
        "PLAN-004",
    ),
    Row(
        "pods_and_services_are_disjoint",
        "pods in the own Services",
        with_cluster(world(), "app", pods=cidrs("10.97.128.0/17")),
        [
            (
                "fail app pods, app services: expected no shared address, observed "
                "10.97.128.0/17 is in 10.97.128.0/17 of app and in 10.97.0.0/16 of app "
                "(topology.yaml:60) (topology.yaml:60)"
            )
        ],
        "PLAN-004",
    ),
    Row(
        "cluster_networks_are_clear_of_the_segments",
        "pods over the segment",
        with_cluster(world(), "control", pods=cidrs("192.168.0.0/16")),
        [
            (
                "fail control pods: expected no address of a segment, observed "
                "192.168.64.0/24 belongs to segment lan (topology.yaml:5) (topology.yaml:8)"
            )
        ],
        "PLAN-005 PLAN-042",
    ),
    Row(
        "cluster_networks_are_clear_of_the_segments",
        "Services between two pools",
        with_cluster(world(), "app", services=cidrs("192.168.64.112/28"), dns_service=None),
        [
            (
                "fail app services: expected no address of a segment, observed "
                "192.168.64.112/28 belongs to segment lan (topology.yaml:5) "
                "(topology.yaml:60)"
            )
        ],
        "PLAN-005",
    ),
    Row(
        "cluster_networks_are_clear_of_the_segments",
        "a VM among the pods",
        with_vm(world(), "redis", address="10.244.3.3"),
        [
            (
                "fail control pods: expected no address of a segment, observed 10.244.3.3 "
                "belongs to VM redis (topology.yaml:120) (topology.yaml:8)"
            )
        ],
        "PLAN-005 PLAN-041 PLAN-060 PLAN-061",
    ),
    Row(
        "cluster_networks_are_clear_of_the_segments",
        "an API endpoint among the pods",
        with_cluster(world(), "control", api="https://10.245.1.1:6443"),
        [
            (
                "fail app pods: expected no address of a segment, observed 10.245.1.1 belongs "
                "to API endpoint of control (topology.yaml:8) (topology.yaml:60)"
            )
        ],
        "PLAN-005 PLAN-060 PLAN-061",
    ),
    Row(
        "service_network_has_a_possible_size",
        "too large",
        with_cluster(world(), "app", services=cidrs("100.64.0.0/10"), dns_service=None),
        [
            (
                "fail app services 100.64.0.0/10: expected 10 addresses to 20 host bits, "
                "observed 22 host bits (topology.yaml:60)"
            )
        ],
        "PLAN-007",
    ),
    Row(
        "service_network_has_a_possible_size",
        "no network",
        with_cluster(world(), "app", services=(), dns_service=None),
        ["not applicable app: no Service network is planned (topology.yaml:60)"],
        "PLAN-008",
    ),
    Row(
        "pod_network_has_a_range_for_every_node",
        "no network",
        with_cluster(world(), "app", pods=()),
        ["not applicable app: no pod network is planned (topology.yaml:60)"],
        "PLAN-008",
    ),
    Row(
        "service_network_has_a_possible_size",
        "too small",
        with_cluster(world(), "app", services=cidrs("10.97.0.0/29"), dns_service=None),
        [
            (
                "fail app services 10.97.0.0/29: expected 10 addresses to 20 host bits, "
                "observed 3 host bits (topology.yaml:60)"
            )
        ],
        "PLAN-007",
    ),
    Row(
        "address_families_agree",
        "two pod networks of a family",
        with_cluster(world(), "app", pods=cidrs("10.245.0.0/16", "10.246.0.0/16")),
        [
            (
                "fail app pods: expected one network of each family, observed IPv4 and IPv4 "
                "(topology.yaml:60)"
            )
        ],
        "PLAN-008",
    ),
    Row(
        "address_families_agree",
        "Services without pods",
        with_cluster(world(), "app", services=cidrs("10.97.0.0/16", "fd00:97::/112")),
        [
            (
                "fail app services: expected one network of each family, of IPv4, observed "
                "IPv4 and IPv6 (topology.yaml:60)"
            )
        ],
        "PLAN-008",
    ),
    Row(
        "address_families_agree",
        "no networks",
        with_cluster(world(), "app", pods=(), services=(), dns_service=None),
        [
            (
                "fail app pods: expected one network of each family, observed none "
                "(topology.yaml:60)"
            ),
            (
                "fail app services: expected one network of each family, of none, observed "
                "none (topology.yaml:60)"
            ),
        ],
        "PLAN-008",
    ),
    Row(
        "dns_service_is_inside_the_service_network",
        "the address of Service kubernetes",
        with_cluster(world(), "app", dns_service=ip_address("10.97.0.1")),
        [
            (
                "fail app dns_service: expected a free address of 10.97.0.0/16, observed "
                "10.97.0.1 (topology.yaml:60)"
            )
        ],
        "PLAN-009",
    ),
    Row(
        "dns_service_is_inside_the_service_network",
        "of another family",
        with_cluster(world(), "app", dns_service=ip_address("fd00::a")),
        [
            (
                "fail app dns_service: expected a free address of 10.97.0.0/16, observed "
                "fd00::a (topology.yaml:60)"
            )
        ],
        "PLAN-009",
    ),
    Row(
        "dns_service_is_inside_the_service_network",
        "not planned",
        with_cluster(world(), "app", dns_service=None),
        ["not applicable app: no cluster DNS address is planned (topology.yaml:60)"],
        "",
    ),
    Row(
        "dns_service_is_inside_the_service_network",
        "of no network",
        with_cluster(world(), "app", services=()),
        [
            (
                "fail app dns_service: expected a free address of no network, observed "
                "10.97.0.10 (topology.yaml:60)"
            )
        ],
        "PLAN-008 PLAN-009",
    ),
    Row(
        "pod_network_has_a_range_for_every_node",
        "two ranges for three nodes",
        with_cluster(world(), "app", pods=cidrs("10.245.0.0/23")),
        [
            (
                "fail app pods 10.245.0.0/23: expected ranges for 3 nodes, observed 2 of /24 "
                "(topology.yaml:60)"
            )
        ],
        "PLAN-010",
    ),
    Row(
        "pod_network_has_a_range_for_every_node",
        "a range larger than the network",
        with_cluster(world(), "app", node_prefix={4: 12}),
        [
            (
                "fail app pods 10.245.0.0/16: expected ranges for 3 nodes, observed 0 of /12 "
                "(topology.yaml:60)"
            )
        ],
        "PLAN-010",
    ),
    Row(
        "pod_network_has_a_range_for_every_node",
        "the default range",
        with_cluster(world(), "app", pods=cidrs("10.245.0.0/24"), node_prefix={}),
        [
            (
                "fail app pods 10.245.0.0/24: expected ranges for 3 nodes, observed 1 of /24 "
                "(topology.yaml:60)"
            )
        ],
        "PLAN-010",
    ),
    Row(
        "pod_network_has_a_range_for_every_node",
        "too many IPv6 ranges",
        with_cluster(world(), "app", pods=cidrs("10.245.0.0/16", "fd00:245::/40")),
        [
            (
                "fail app pods fd00:245::/40: expected ranges for 3 nodes, 2^16 at most, "
                "observed 16777216 of /64 (topology.yaml:60)"
            )
        ],
        "PLAN-010 PLAN-040",
    ),
    Row(
        "pod_network_has_a_range_for_every_node",
        "a pod network with ranges of its own",
        with_cluster(
            world(),
            "app",
            cni=Cni(kind="other", backend=None, policy_enforced=True, at=at(61)),
            node_prefix={},
        ),
        [
            (
                "not applicable app pods 10.245.0.0/16: the pod network divides its ranges by "
                "itself (topology.yaml:60)"
            )
        ],
        "",
    ),
]
