"""DN-09: the DNS Service has another address than the kubelets tell their pods."""

from __future__ import annotations

from tools.lab.faults import names
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab

HIDDEN = ("DNS-004", "DNS-005", "DNS-013", "DNS-020", "DNS-021", "DNS-022", "DNS-023")
INSIDE = ("DNS-030", "DNS-031", "DNS-040")


def inject(lab: Lab) -> None:
    """Make the second cluster's DNS Service anew, with an address further on in its range."""
    cluster = second(lab)
    old = cluster.api.get(names.SERVICE)
    spec = {key: old["spec"][key] for key in ("selector", "ports")}
    spec["clusterIP"] = str(cluster.plan.services[0].network[-2])
    cluster.api.delete(names.SERVICE)
    meta = {"name": "kube-dns", "namespace": "kube-system", "labels": old["metadata"]["labels"]}
    cluster.api.create({"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec})


FAULT = Fault(
    id="DN-09",
    title="the DNS Service has another address than pods are told",
    reds=frozenset({"CLU-050", "CLU-060", "DNS-003", "MTLS-008"}),
    unknowns=frozenset({*HIDDEN, *INSIDE, "MTLS-010"}),
    inject=inject,
    source="Kubernetes, Debugging DNS Resolution",
    cause="CLU-050",
)
