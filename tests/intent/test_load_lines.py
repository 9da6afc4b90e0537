"""What stands behind the addresses, the mesh and the drills: each part with its line."""

from __future__ import annotations

import pytest

from tests.intent.plans import SMALL, WIDE
from trueline.intent.load import read
from trueline.model.drill import Drill
from trueline.model.mesh import Workload
from trueline.model.product import (
    Deploy,
    Ingress,
    Login,
    ProbePods,
    Product,
    Route,
    Sender,
    Trust,
)
from trueline.model.source import Source
from trueline.model.topology import Topology

BEHIND = """\
products:
  keys:
    kind: vault
    at: reservation:control/web
    stand_in: true
    anonymous: false
    tenant: shop
    senders:
      control: {namespace: logging, labels: {cluster: control}}
    logins:
      control:
        {namespace: pay, service_account: till, mount: kube, role: till, reads: secret/data/canary}
    synced:
      control: [pay/first, pay/second]
    deploys:
      control: [argocd/shop]
    data_sources: {Keys: keys}
ingress:
  direct: [reservation:control/web]
  routes:
    shop.example:
      {at: "reservation:control/web", service: web/web, plain: 8080, tls: 443, redirect: true,
       answers: hello}
    plain.example: {at: "reservation:control/web", service: web/plain}
mesh:
  members:
    control: {ingress: web}
  workloads:
    till:
      {cluster: control, service: pay/till, port: 8080, service_account: till, strict: false,
       callers: [runner], answers: ready}
trust:
  edge: ca/edge.pem
probes: {image: "tools:2", namespace: tests, labels: {team: net}}
drills:
  failover:
    - control/web
  recreate: [control/web]
  controller: [control]
  dns:
    - control
  api_server:
    stop: stop {node}
    start: start {node}
    clusters:
      - control
"""
PLAN = SMALL + BEHIND


def at(text: str, plan: str = PLAN) -> Source:
    """The line of the one place that has the text."""
    assert plan.count(text) == 1, text
    return Source("net.yaml", plan[: plan.index(text)].count("\n") + 1)


def within(section: str, text: str) -> Source:
    """The first line with the text after the one that the section begins with."""
    begin = PLAN.index(f"\n{section}:") + 1
    return Source("net.yaml", PLAN[: PLAN.index(text, begin)].count("\n") + 1)


@pytest.fixture(scope="module")
def plan() -> Topology:
    return read(PLAN.encode(), "net.yaml")


def test_a_product_loads_with_all_that_it_promises(plan: Topology) -> None:
    synced = within("    synced", "      control:")
    assert plan.products == (
        Product(
            name="keys",
            kind="vault",
            target="reservation:control/web",
            stand_in=True,
            anonymous=False,
            tenant="shop",
            senders=(
                Sender(
                    cluster="control",
                    namespace="logging",
                    labels={"cluster": "control"},
                    at=within("    senders", "      control:"),
                ),
            ),
            logins=(
                Login(
                    cluster="control",
                    namespace="pay",
                    service_account="till",
                    mount="kube",
                    role="till",
                    reads="secret/data/canary",
                    at=within("    logins", "      control:"),
                ),
            ),
            synced=(
                Deploy(cluster="control", name="pay/first", at=synced),
                Deploy(cluster="control", name="pay/second", at=synced),
            ),
            deploys=(
                Deploy(
                    cluster="control",
                    name="argocd/shop",
                    at=within("    deploys", "      control:"),
                ),
            ),
            data_sources={"Keys": "keys"},
            at=at("  keys:\n"),
        ),
    )


def test_routes_and_what_may_bypass_them_load(plan: Topology) -> None:
    assert plan.ingress == Ingress(
        routes=(
            Route(
                host="shop.example",
                gateway="reservation:control/web",
                service="web/web",
                tls=443,
                plain=8080,
                redirect=True,
                answers="hello",
                at=at("    shop.example:"),
            ),
            Route(
                host="plain.example",
                gateway="reservation:control/web",
                service="web/plain",
                tls=None,
                plain=80,
                redirect=False,
                at=at("    plain.example:"),
            ),
        ),
        direct=("control/web",),
    )


def test_workloads_of_the_mesh_load(plan: Topology) -> None:
    assert plan.mesh is not None
    assert plan.mesh.workloads == (
        Workload(
            name="till",
            cluster="control",
            service="pay/till",
            port=8080,
            service_account="till",
            strict=False,
            callers=("runner",),
            answers="ready",
            at=at("    till:\n"),
        ),
    )


def test_bundles_and_the_pods_of_a_run_load(plan: Topology) -> None:
    assert plan.trust == (Trust(name="edge", file="ca/edge.pem", at=at("  edge:")),)
    assert plan.probes == ProbePods(image="tools:2", namespace="tests", labels={"team": "net"})


def test_drills_load_with_what_disturbs_least_first(plan: Topology) -> None:
    assert plan.drills == (
        Drill(kind="failover", cluster="control", name="web", at=at("    - control/web")),
        Drill(kind="recreate", cluster="control", name="web", at=at("  recreate:")),
        Drill(kind="controller", cluster="control", at=at("  controller:")),
        Drill(kind="dns", cluster="control", at=within("  dns", "- control")),
        Drill(
            kind="api_server",
            cluster="control",
            stop="stop {node}",
            start="start {node}",
            at=at("      - control\n"),
        ),
    )


def test_every_part_of_a_wide_plan_knows_its_line() -> None:
    wide = read(WIDE.encode(), "net.yaml")
    assert [vm.at for vm in wide.vms] == [at("  db:", WIDE), at("  cache:", WIDE)]
    assert {zone.at for zone in wide.dns.zones} == {at("  zones:", WIDE)}
    assert [name.at for name in wide.dns.names] == [at("    web.example.internal:", WIDE)]
    assert [policy.at for policy in wide.policies] == [
        at("    web: {allow_from", WIDE),
        at("    shut:", WIDE),
    ]
    assert wide.mesh is not None
    assert wide.mesh.at == at("mesh:\n", WIDE)
    alpha, beta = wide.mesh.members
    assert alpha.at == at("    alpha: {network", WIDE)
    assert beta.at == at("    beta: {}", WIDE)
