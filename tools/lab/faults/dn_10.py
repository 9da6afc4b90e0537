"""DN-10: no pod stands behind the DNS Service."""

from __future__ import annotations

from tools.lab.faults import dn_09, names
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab
from tools.lab.waiting import until

_SLICES = (
    "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices"
    "?labelSelector=kubernetes.io%2Fservice-name%3Dkube-dns"
)


def inject(lab: Lab) -> None:
    """Give the second cluster's DNS Service a selector that selects nothing."""
    api = second(lab).api
    api.merge(names.SERVICE, {"spec": {"selector": {"k8s-app": "kube-dns-typo"}}})
    until(
        "the DNS Service has no endpoint",
        lambda: not any(item.get("endpoints") for item in api.get(_SLICES)["items"]),
        within=30,
    )


FAULT = Fault(
    id="DN-10",
    title="no pod stands behind the DNS Service",
    reds=frozenset({"CLU-051", "CLU-060", "DNS-003", "MTLS-008"}),
    unknowns=frozenset({"DNS-002", *dn_09.HIDDEN, *dn_09.INSIDE, "MTLS-010"}),
    inject=inject,
    source="Kubernetes, Debugging DNS Resolution",
    cause="CLU-051",
)
