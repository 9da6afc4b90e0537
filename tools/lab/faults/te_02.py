"""TE-02: spans are taken by one Tempo, and looked for in another with a storage of its own."""

from __future__ import annotations

from typing import Any

from tools.lab.cluster import LabCluster
from tools.lab.faults import products, traces
from tools.lab.faults.fault import Fault
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import arrival, tempo
from tools.lab.products.telemetry import OTLP
from tools.lab.waiting import until

_NAMES = {tempo.QUERY: "query", OTLP["grpc"]: "otlp-grpc", OTLP["http"]: "otlp-http"}
_PART = "reader"


def inject(lab: Lab) -> None:
    """Start a second one behind the same Service, and divide its ports between the two."""
    home, item = products.server(lab, "tempo")
    namespace, _, name = item.reservation.owner.partition("/")
    group = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    template = home.api.get(f"{group}/{name}")["spec"]["template"]
    home.api.create(_reader(namespace, name, template))
    (container,) = template["spec"]["containers"]
    container["ports"] = _ports(*OTLP.values())
    home.api.merge(f"{group}/{name}", {"spec": {"template": {"spec": {"containers": [container]}}}})

    def change(spec: Object) -> Object:
        return {
            "ports": [{**port, "targetPort": _NAMES[port["targetPort"]]} for port in spec["ports"]]
        }

    products.service(home, item.reservation.owner, change)
    for one in (name, f"{name}-{_PART}"):
        products.runs(home, f"{group}/{one}")
    until(
        f"{home.name}: the ports of {name} lead to two pods",
        lambda: _divided(home, namespace, name),
        within=30,
        every=0.3,
    )
    query, port = traces.query(item), traces.carried_by(item, "http")
    until(
        f"{item.plan} takes spans and answers queries",
        lambda: (
            traces.taken(lab, item, port) and arrival.get(lab, item, query, "/ready") is not None
        ),
        within=30,
        every=0.3,
    )


def _ports(*numbers: int) -> list[dict[str, Any]]:
    return [{"name": _NAMES[number], "containerPort": number} for number in numbers]


def _reader(namespace: str, name: str, template: Object) -> Object:
    """A Deployment of the same pods, but for the only port that they name."""
    labels = {"app": name, "trueline.lab/part": _PART}
    (container,) = template["spec"]["containers"]
    pod = {**template["spec"], "containers": [{**container, "ports": _ports(tempo.QUERY)}]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": f"{name}-{_PART}", "namespace": namespace},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def _divided(cluster: LabCluster, namespace: str, name: str) -> bool:
    """Whether no pod behind a Service takes both spans and queries, and all are taken by some."""
    found = cluster.api.get(
        f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
        f"?labelSelector=kubernetes.io%2Fservice-name%3D{name}"
    )["items"]
    parts = [{port["port"] for port in one["ports"] or ()} for one in found if one["endpoints"]]
    return sorted(map(sorted, parts)) == sorted([[tempo.QUERY], sorted(OTLP.values())])


FAULT = Fault(
    id="TE-02",
    title="spans are taken, and looked for in another storage",
    reds=frozenset({"REACH-015"}),
    inject=inject,
    source='Tempo "Unable to find traces"',
)
