"""Rows for the checks of trueline.checks.plan_reservations."""

from __future__ import annotations

from tests.plan.judging import Row
from tests.worlds import ports, with_load_balancer, with_reservation, with_vm, world

ROWS = [
    Row(
        "reservation_is_inside_a_pool_of_its_cluster",
        "in the other cluster's pool",
        with_reservation(world(), "control/vault", address="192.168.64.130"),
        [
            (
                "fail control/vault: expected an address of pool control/reserved or pool "
                "control/spare, observed 192.168.64.130 in pool app/spare of another cluster "
                "(topology.yaml:33)"
            )
        ],
        "PLAN-030 PLAN-060 PLAN-061",
    ),
    Row(
        "reservation_is_inside_a_pool_of_its_cluster",
        "in no pool",
        with_load_balancer(
            world(), "app", pools=(), reservations=world().cluster("app").reservations[:1]
        ),
        [
            (
                "fail app/ingress: expected an address of a planned pool, observed "
                "192.168.64.120 (topology.yaml:80)"
            )
        ],
        "PLAN-030 PLAN-061 PLAN-070 PLAN-081",
    ),
    Row(
        "reservation_has_a_host_address",
        "the gateway",
        with_reservation(world(), "control/vault", address="192.168.64.1"),
        [
            (
                "fail control/vault: expected a host address, observed 192.168.64.1 is the "
                "gateway of segment lan (topology.yaml:5) (topology.yaml:33)"
            )
        ],
        "PLAN-030 PLAN-031 PLAN-060 PLAN-061",
    ),
    Row(
        "reservation_has_a_host_address",
        "the broadcast address",
        with_reservation(world(), "control/vault", address="192.168.64.255"),
        [
            (
                "fail control/vault: expected a host address, observed 192.168.64.255 is the "
                "network or broadcast address of segment lan (topology.yaml:5) "
                "(topology.yaml:33)"
            )
        ],
        "PLAN-030 PLAN-031 PLAN-060 PLAN-061",
    ),
    Row(
        "address_is_reserved_once",
        "two reservations of an address",
        with_reservation(world(), "control/vault", address="192.168.64.100"),
        [
            (
                "fail control/argocd: expected 192.168.64.100 for no other reservation, "
                "observed control/vault (topology.yaml:33) (topology.yaml:30)"
            ),
            (
                "fail control/vault: expected 192.168.64.100 for no other reservation, "
                "observed control/argocd (topology.yaml:30) (topology.yaml:33)"
            ),
        ],
        "PLAN-032 PLAN-061",
    ),
    Row(
        "address_is_reserved_once",
        "an address of the other cluster",
        with_reservation(world(), "control/vault", address="192.168.64.121"),
        [
            (
                "fail control/vault: expected 192.168.64.121 for no other reservation, "
                "observed app/app1 (topology.yaml:81) (topology.yaml:33)"
            ),
            (
                "fail app/app1: expected 192.168.64.121 for no other reservation, observed "
                "control/vault (topology.yaml:33) (topology.yaml:81)"
            ),
        ],
        "PLAN-030 PLAN-032 PLAN-061",
    ),
    Row(
        "owner_has_one_reservation_of_a_family",
        "two addresses for a Service",
        with_reservation(world(), "control/vault", owner="loki/loki"),
        [
            (
                "fail control/vault: expected no other IPv4 address for loki/loki, observed "
                "control/loki 192.168.64.104 (topology.yaml:34) (topology.yaml:33)"
            ),
            (
                "fail control/loki: expected no other IPv4 address for loki/loki, observed "
                "control/vault 192.168.64.103 (topology.yaml:33) (topology.yaml:34)"
            ),
        ],
        "PLAN-033",
    ),
    Row(
        "reservation_names_its_ports",
        "no ports",
        with_reservation(world(), "app/app1", ports=()),
        [("fail app/app1 ports: expected distinct ports, observed nothing (topology.yaml:81)")],
        "PLAN-034 PLAN-071",
    ),
    Row(
        "reservation_names_its_ports",
        "a port twice",
        with_reservation(world(), "app/app1", ports=ports("80/TCP/http", "80/TCP/grpc")),
        [
            (
                "fail app/app1 ports: expected distinct ports, observed [80/TCP, 80/TCP] "
                "(topology.yaml:81)"
            )
        ],
        "PLAN-034",
    ),
    Row(
        "vm_names_its_ports",
        "no ports",
        with_vm(world(), "redis", ports=()),
        [("fail redis ports: expected distinct ports, observed nothing (topology.yaml:120)")],
        "PLAN-034 PLAN-071",
    ),
    Row(
        "tls_port_has_certificate_names",
        "no names",
        with_reservation(world(), "control/argocd", tls_names=()),
        [
            (
                "fail control/argocd tls_names: expected names for 443/TCP, observed nothing "
                "(topology.yaml:30)"
            )
        ],
        "PLAN-035",
    ),
    Row(
        "tls_port_has_certificate_names",
        "port 443 without application",
        with_reservation(world(), "app/app1", ports=ports("443/TCP", "80/TCP")),
        [
            (
                "fail app/app1 tls_names: expected names for 443/TCP, observed nothing "
                "(topology.yaml:81)"
            )
        ],
        "PLAN-035",
    ),
    Row(
        "tls_port_has_certificate_names",
        "a name that leads elsewhere",
        with_reservation(
            world(), "control/argocd", tls_names=("vault.control.test", "argocd.example")
        ),
        [
            (
                "fail control/argocd tls name vault.control.test: expected 192.168.64.100, "
                "observed [192.168.64.103] (topology.yaml:143)"
            )
        ],
        "PLAN-035",
    ),
    Row(
        "tls_port_has_certificate_names",
        "names without a TLS port",
        with_reservation(world(), "app/app1", tls_names=("app1.app.test",)),
        [],
        "",
    ),
]
