"""A network whose every promise is kept: its plan, its facts, and what is asked of it.

answers = healthy()                                    # everything is well
answers = but(healthy(), ("host", "talk to ..."), refused())   # one answer is another
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from tests.certificates import root
from tests.live import changed, facts_for, seen
from tests.told import NOW
from tests.wire import wire_for
from tests.worlds import at, flow, with_more, with_reservation, world
from trueline.model.mesh import Workload
from trueline.model.observation import (
    ApplicationFact,
    ClusterFacts,
    EndpointFact,
    ServiceFact,
    Snapshot,
    SyncedFact,
)
from trueline.model.product import Deploy, Login, Product, Sender, Trust
from trueline.model.topology import Topology, Vantage
from trueline.questions import (
    deployments,
    logins,
    logs,
    matrix,
    metrics,
    reach,
    sizes,
    traces,
    vms,
)
from trueline.questions.question import Question, Scene

EDGE, CONTROL_CA, APP_CA, STRANGER_CA = (
    root(name) for name in ("edge", "control-ca", "app-ca", "stranger")
)
LEAVES = {
    "192.168.64.100": EDGE.leaf("argocd.control.test"),
    "192.168.64.103": EDGE.leaf("vault.control.test", "secrets.control.test"),
    "192.168.64.10": CONTROL_CA.leaf("api.control.test"),
    "192.168.64.20": APP_CA.leaf("api.app.test"),
}
HOST = Vantage(name="host", kind="host", cluster=None, segment="lan", at=at(210))
PODS = tuple(
    Vantage(name=f"pods-{name}", kind="pod", cluster=name, segment=None, at=at(211))
    for name in ("control", "app")
)
CANARY = replace(PODS[1], name="canary", namespace="secrets", service_account="canary", at=at(213))
STRANGER = replace(CANARY, name="stranger", service_account="stranger", at=at(214))


def product(name: str, kind: str, end: str, line: int, **more: Any) -> Product:
    """A product; what is not given promises nothing."""
    plain: dict[str, Any] = {
        "stand_in": False,
        "anonymous": None,
        "tenant": None,
        "senders": (),
        "logins": (),
        "synced": (),
        "deploys": (),
        "data_sources": {},
    }
    return Product(name=name, kind=kind, target=end, at=at(line), **(plain | more))


def sender(namespace: str, line: int, **labels: str) -> Sender:
    return Sender(cluster="app", namespace=namespace, labels=labels, at=at(line))


LOGIN = Login(
    cluster="app",
    namespace="secrets",
    service_account="canary",
    mount="kubernetes-app",
    role="canary",
    reads="secret/data/canary",
    at=at(302),
)
PRODUCTS = (
    product(
        "argocd",
        "argocd",
        "reservation:control/argocd",
        300,
        deploys=(Deploy(cluster="app", name="argocd/guestbook", at=at(301)),),
    ),
    product(
        "prometheus",
        "prometheus",
        "reservation:control/prometheus",
        303,
        senders=(sender("monitoring", 304, cluster="app"),),
    ),
    product(
        "grafana",
        "grafana",
        "reservation:control/grafana",
        305,
        stand_in=True,
        data_sources={"metrics": "prometheus"},
    ),
    product(
        "vault",
        "vault",
        "reservation:control/vault",
        306,
        logins=(LOGIN,),
        synced=(Deploy(cluster="app", name="secrets/canary", at=at(307)),),
    ),
    product(
        "loki",
        "loki",
        "reservation:control/loki",
        308,
        tenant="app",
        senders=(sender("logging", 309, cluster="app"),),
    ),
    product("tempo", "tempo", "reservation:control/tempo", 310, senders=(sender("tracing", 311),)),
    product("redis", "redis", "vm:redis", 312, anonymous=False),
    product("mysql", "mysql", "vm:mysql", 313, anonymous=False),
)


def plan() -> Topology:
    """The reference network with products, TLS, and flows of every kind."""
    made = with_reservation(world(), "control/argocd", tls_ca="edge")
    (vault,) = (item for item in made.reservations if str(item) == "control/vault")
    made = with_reservation(
        made,
        "control/vault",
        ports=tuple(replace(port, application="https") for port in vault.ports),
        tls_ca="edge",
        tls_names=("vault.control.test", "secrets.control.test"),
    )
    (tempo,) = (item for item in made.reservations if str(item) == "control/tempo")
    otlp = replace(tempo.ports[1], number=4318)
    made = with_reservation(made, "control/tempo", ports=(*tempo.ports, otlp))
    made = with_reservation(made, "app/app1", answers="apps/app1")
    hello = Workload(
        name="hello",
        cluster="control",
        service="apps/hello",
        port=8080,
        service_account="hello",
        strict=True,
        callers=(),
        at=at(193),
    )
    assert made.mesh is not None
    made = replace(
        made,
        vantages=(HOST, *PODS, CANARY, STRANGER),
        products=PRODUCTS,
        trust=(Trust(name="edge", file="edge.crt", at=at(320)),),
        mesh=replace(made.mesh, workloads=(hello,)),
        clusters=tuple(
            replace(item, api=f"https://api.{item.name}.test:6443") for item in made.clusters
        ),
    )
    more = (
        flow(
            "secrets of app", "pods:app/secrets", "reservation:control/vault", "8200/TCP", line=400
        ),
        flow("spans", "pods:app", "reservation:control/tempo", "4318/TCP", line=401),
        flow("nodes are watched", "pods:control", "nodes:control", "10250/TCP", line=402),
        flow("plaintext", "pods:app", "pods:app/shop", "8080/TCP/http", expected=False, line=403),
        flow("silence", "segment:lan", "pool:app/spare", expected=False, line=404),
        flow("no shop", "pods:app", "reservation:app/app2", "81/TCP", expected=False, line=405),
    )  # fmt: skip
    return with_more(made, flows=more)


PLAN = plan()


def facts(topology: Topology = PLAN) -> dict[str, ClusterFacts]:
    """What the APIs say: pods with ports, Argo CD's metrics, and that all operators are content."""
    found = facts_for(topology)
    for name, authority in (("control", CONTROL_CA), ("app", APP_CA)):
        identity = replace(found[name].identity.value, ca=authority.pem, version="v1.34.4")
        found[name] = changed(found[name], "identity", identity)
    shop = EndpointFact(
        service="shop/web",
        slice="shop/web-x",
        address=ip_address("10.245.1.9"),
        ready=True,
        node="app-worker-1",
        pod="shop/web-1",
        ports=((8080, "TCP"), (53, "UDP")),
    )
    monitored = replace(
        shop, address=ip_address("10.244.1.9"), node="control-worker-1", ports=((9090, "TCP"),)
    )
    found["app"] = changed(found["app"], "endpoints", (shop,))
    found["control"] = changed(found["control"], "endpoints", (monitored,))
    found["control"] = changed(
        found["control"], "services", (*found["control"].services.value, _metrics_service())
    )
    found["app"] = replace(
        found["app"],
        external_secrets=_listed(SECRET),
        secret_stores=_listed(STORE),
    )
    found["control"] = replace(found["control"], applications=_listed(APPLICATION))
    return found


SECRET = SyncedFact(
    kind="ExternalSecret",
    namespace="secrets",
    name="canary",
    ready=True,
    reason="SecretSynced",
    message="",
    store="secrets/vault",
)
STORE = replace(SECRET, kind="SecretStore", name="vault", reason="Valid", store=None)
APPLICATION = ApplicationFact(
    namespace="argocd",
    name="guestbook",
    sync="Synced",
    health="Healthy",
    destination="https://api.app.test:6443",
    conditions=(),
)


def _listed(*items: Any) -> Any:
    return seen(tuple(items))


def _metrics_service() -> ServiceFact:
    service = facts_for(world())["control"].services.value[0]
    (port,) = service.ports[:1]
    return replace(
        service,
        namespace="argocd",
        name="argocd-metrics",
        cluster_ips=(ip_address("10.96.7.7"),),
        ports=(replace(port, port=8082),),
    )


def scene(topology: Topology = PLAN, clusters: dict[str, ClusterFacts] | None = None) -> Scene:
    return Scene(topology=topology, clusters=clusters or facts(topology), nonce="n0", now=NOW)


AREAS: tuple[Callable[[Scene], Iterator[Question]], ...] = (
    reach.asked,
    matrix.asked,
    sizes.asked,
    metrics.asked,
    logs.asked,
    traces.asked,
    logins.asked,
    deployments.asked,
    vms.asked,
)


def questions(topology: Topology = PLAN) -> dict[tuple[str, str], Question]:
    """Everything that the areas of this folder ask."""
    return {(item.vantage, item.name): item for area in AREAS for item in area(scene(topology))}


SNAPSHOT = Snapshot(clusters=facts())
WIRE = wire_for(PLAN, facts())
