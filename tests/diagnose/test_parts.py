"""All that a subject needs to be well, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.worlds import at, flow, with_more, world
from trueline.diagnose.commands import commands
from trueline.diagnose.parts import needs
from trueline.model.mesh import Mesh, MeshMember, Workload
from trueline.model.product import Deploy, Login, Product, Sender
from trueline.model.subject import Access, Delivery, Link, Placement
from trueline.model.topology import Vantage

CALLER = Vantage(name="shop", kind="pod", cluster="control", segment=None, at=at(1))
OTHER = replace(CALLER, name="other", cluster="app")
HOST = Vantage(name="host", kind="host", cluster=None, segment="lan", at=at(2))
SENDER = Sender(cluster="app", namespace="logging", labels={}, at=at(3))
STORE = Product(
    name="store", kind="redis", target="vm:redis", stand_in=False, anonymous=None, tenant=None,
    senders=(SENDER,), logins=(), synced=(), deploys=(), data_sources={}, at=at(4),
)  # fmt: skip
WEB = Workload(
    name="web", cluster="app", service="shop/web", port=80, service_account="web", strict=True,
    callers=("shop",), at=at(5),
)  # fmt: skip
MEMBERS = tuple(
    MeshMember(cluster=name, network=name, ingress="ingress", east_west="east-west", at=at(6))
    for name in ("control", "app")
)
BARE = replace(world(), flows=(), products=(), vantages=(CALLER, OTHER, HOST), mesh=None)
PLAN = with_more(BARE, products=(STORE,))
MESH = Mesh(
    trust_domain="mesh.test", root_sha256=None, mode="strict", members=MEMBERS, workloads=(WEB,),
    at=at(7),
)  # fmt: skip
IN_MESH = with_more(
    replace(PLAN, mesh=MESH),
    flows=(
        flow("mesh", "pods:control", "reservation:app/east-west"),
        flow("db", "pods:app", "vm:redis"),
    ),
)
LOGIN = Login(
    cluster="app", namespace="apps", service_account="a", mount="app", role="r", reads=None,
    at=at(8),
)  # fmt: skip


def of(cluster: str) -> set[str]:
    """The parts of a cluster that whatever is in it needs."""
    kinds = ("cluster", "nodes", "pods", "services", "metallb", "dns", "policies", "clock")
    return {f"{kind}:{cluster}" for kind in kinds}


@pytest.mark.parametrize(
    ("subject", "needed"),
    [
        (STORE, {"product:store", "vm:redis"}),
        (
            Delivery(product=STORE, sender=SENDER),
            {"delivery:store<app/logging", "path:pods:app/logging>vm:redis", "product:store",
             "vm:redis", "policy:app/logging", *of("app")},
        ),
        (
            Access(product=STORE, login=LOGIN),
            {"login:store<app", "product:store", "vm:redis", *of("app")},
        ),
        (
            Link(product=STORE, cluster="app"),
            {"link:store>app", "product:store", "vm:redis", *of("app")},
        ),
        (
            Placement(product=STORE, deploy=Deploy(cluster="app", name="a/b", at=at(9))),
            {"object:a/b", "link:store>app", "product:store", "vm:redis", *of("app")},
        ),
        (flow("db", "vantage:shop", "vm:redis"),
         {"path:vantage:shop>vm:redis", "vantage:shop", "product:store", "vm:redis",
          *of("control")}),
        (flow("up", "segment:lan", "nodes:app"), {"path:segment:lan>nodes:app", *of("app")}),
        (flow("up", "segment:lan", "services:app"), {"path:segment:lan>services:app", *of("app")}),
        (PLAN.cluster("app").pools[0], {"pool:app/reserved", *of("app")}),
        (HOST, {"vantage:host"}),
    ],
)  # fmt: skip
def test_a_subject_needs_these_parts_and_no_other(subject: object, needed: set[str]) -> None:
    assert needs(subject, PLAN) == needed


def test_a_workload_needs_its_callers_its_gateway_and_the_way_to_it() -> None:
    (gate,) = [item for item in PLAN.reservations if str(item) == "app/east-west"]
    assert needs(WEB, IN_MESH) == {
        "workload:app/web",
        "mesh:control",
        "mesh:app",
        "dates:app",
        "vantage:shop",
        "path:pods:control>reservation:app/east-west",
        *of("app"),
        *of("control"),
        *needs(gate, IN_MESH),
    }
    assert needs(gate, PLAN) == {
        "address:192.168.64.123",
        f"service:app/{gate.owner}",
        f"policy:app/{gate.owner.partition('/')[0]}",
        "pool:app/reserved",
        "announcers:app",
        *of("app"),
    }


def test_a_name_needs_its_zone_its_addresses_and_the_dns_of_who_asks() -> None:
    (vault,) = [item for item in PLAN.reservations if str(item) == "control/vault"]
    name = replace(
        next(item for item in PLAN.dns.names if vault.address in item.addresses),
        vantages=("shop", "host"),
    )
    zone = next(item for item in PLAN.dns.zones if item.name == "control.test")
    assert needs(name, PLAN) == {
        f"name:{name}",
        f"service:control/{vault.owner}",
        f"address:{vault.address}",
        "dns:control",
        *needs(zone, PLAN),
    }
    (dns,) = [item for item in PLAN.reservations if f"reservation:{item}" == zone.authority]
    assert needs(zone, PLAN) == {
        "zone:control.test",
        "authority:192.168.64.108",
        *needs(dns, PLAN),
    }


@pytest.mark.parametrize(
    "part",
    [
        "cluster:app",
        "service:app/shop/web",
        "policy:app/shop",
        "pool:app/spare",
        "node:app/n",
        "workload:app/web",
    ],
)
def test_the_cluster_of_a_command_is_read_from_any_part(part: str) -> None:
    assert commands("CLU-060", (part,), PLAN) == ("kubectl --context app get pods -A -o wide",)
    assert commands("CLU-060", ("address:192.168.64.1",), PLAN) == ()
