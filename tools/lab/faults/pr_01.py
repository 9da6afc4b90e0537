"""PR-01: Prometheus takes no remote writes, because the flag for them is missing."""

from __future__ import annotations

from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until

_FLAG = "--web.enable-remote-write-receiver"


def inject(lab: Lab) -> None:
    """Start Prometheus anew without the flag; what it had goes with its pod."""
    cluster, item = products.server(lab, "prometheus")
    namespace, _, name = item.reservation.owner.partition("/")
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
    (container,) = cluster.api.get(path)["spec"]["template"]["spec"]["containers"]
    container["args"] = [word for word in container["args"] if word != _FLAG]
    cluster.api.merge(path, {"spec": {"template": {"spec": {"containers": [container]}}}})
    products.runs(cluster, path)
    query = "/api/v1/query?query=vector(1)"
    until(
        f"{item.plan} answers again",
        lambda: products.result(lab, item, query),
        within=60,
        every=0.3,
    )


FAULT = Fault(
    id="PR-01",
    title="the remote-write receiver of Prometheus is off",
    reds=frozenset({"REACH-010", "REACH-011"}),
    unknowns=frozenset({"ISO-004"}),
    cause="REACH-011",
    inject=inject,
    source="Prometheus source; agent documentation",
)
