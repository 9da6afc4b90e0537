"""Argo CD's links to the clusters that it deploys to, and whether they carry.

In a target cluster an account may do with the few kinds that are deployed what Argo CD needs, in
the namespaces of its Applications and nowhere else. Argo CD gets its token in a cluster Secret.
"""

from __future__ import annotations

import base64
import contextlib
import json

from tools.lab import workloads
from tools.lab.addons import BASE
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.kubeapi import KubeApi, Object
from tools.lab.lab import Lab
from tools.lab.products import argocd_application, argocd_settings
from tools.lab.products.argocd_plan import Instance
from tools.lab.waiting import until

_HOME = "kube-system"
_LIFETIME = 365 * 24 * 3600
_WITHIN = 120.0
_METRICS = "argocd-metrics:8082"
_CONNECTED = "argocd_cluster_connection_status{"
_REFRESH = {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}}
_NUDGE = 10
"""Every how many looks an Application that is not there yet is asked to look again."""


def account(instance: Instance) -> str:
    """The name of the account of one Argo CD in the clusters it deploys to."""
    return f"{instance.plan.name}-manager"


def objects(instance: Instance, cluster: str) -> list[Object]:
    """What a target cluster gets: the account, and namespaces with its roles in them."""
    name = account(instance)
    found: list[Object] = [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": name, "namespace": _HOME, "labels": dict(BASE)},
        }
    ]
    rules = [
        {
            "apiGroups": [group],
            "resources": [f"{kind.lower()}s" for kind in kinds],
            "verbs": ["*"],
        }
        for group, kinds in argocd_settings.KINDS.items()
    ]
    version = "rbac.authorization.k8s.io/v1"
    for space in instance.applications(cluster):
        meta: Object = {"name": name, "namespace": space, "labels": dict(BASE)}
        subject = {"kind": "ServiceAccount", "name": name, "namespace": _HOME}
        role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
        found += [
            workloads.namespace(space),
            {"apiVersion": version, "kind": "Role", "metadata": meta, "rules": rules},
            {
                "apiVersion": version,
                "kind": "RoleBinding",
                "metadata": meta,
                "roleRef": role,
                "subjects": [subject],
            },
        ]
    return found


def cluster_secret(instance: Instance, cluster: LabCluster, token: str) -> Object:
    """The declaration of a target cluster: its planned endpoint, its authority, the account."""
    authority = base64.b64encode((cluster.pki / "ca.crt").read_bytes()).decode()
    config = {"bearerToken": token, "tlsClientConfig": {"insecure": False, "caData": authority}}
    data = {
        "name": cluster.name,
        "server": cluster.endpoint,
        "namespaces": ",".join(instance.applications(cluster.name)),
        "clusterResources": "false",
        "config": json.dumps(config),
    }
    item = argocd_settings.secret(instance, f"cluster-{cluster.name}", data)
    item["metadata"]["labels"]["argocd.argoproj.io/secret-type"] = "cluster"
    return item


def token(instance: Instance, cluster: LabCluster) -> str:
    """A token of the account, for a year, once the target cluster has it. Raises TimedOut."""
    path = f"/api/v1/namespaces/{_HOME}/serviceaccounts/{account(instance)}/token"
    asked = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _LIFETIME},
    }

    def made() -> str:
        with contextlib.suppress(OSError):
            status, text = cluster.api.raw("POST", path, asked)
            if status == 201:
                return str(json.loads(text)["status"]["token"])
        return ""

    what = f"{cluster.name}: its API gives a token for {account(instance)}"
    return until(what, made, within=_WITHIN, every=0.3, log=cluster.first.log("kube-apiserver"))


def declare(lab: Lab, instance: Instance) -> None:
    """Declare the target clusters and the Applications. Raises LabError.

    It waits for no more of a target cluster than its API, so that both come up side by side.
    """
    home = lab.cluster(instance.reservation.cluster)
    for name in instance.targets:
        cluster = lab.cluster(name)
        home.api.create(cluster_secret(instance, cluster, token(instance, cluster)))
    home.api.create_all(argocd_application.applications(instance, instance.targets))


def deployed(lab: Lab, instance: Instance) -> None:
    """Wait until every Application is deployed as Git says, and runs. Raises LabError."""
    home = lab.cluster(instance.reservation.cluster)
    for item in argocd_application.applications(instance, instance.targets):
        _deployed(home, item)


def connected(lab: Lab, instance: Instance) -> None:
    """Wait until Argo CD tells that it is connected to every target cluster. Raises LabError.

    It looks at them every half minute.
    """
    home = lab.cluster(instance.reservation.cluster)
    for name in instance.targets:
        mine = f'server="{lab.cluster(name).endpoint}"'
        until(
            f"{home.name}: Argo CD is connected to {name}",
            lambda mine=mine: any(  # type: ignore[misc]
                mine in line and line.endswith(" 1") for line in links(home.api, instance) or ()
            ),
            within=_WITHIN,
            every=1,
        )


def links(api: KubeApi, instance: Instance) -> list[str] | None:
    """The lines of Argo CD's metrics that say which clusters it is connected to.

    None where it gives no metrics.
    """
    path = f"/api/v1/namespaces/{instance.namespace}/services/{_METRICS}/proxy/metrics"
    status, text = api.raw("GET", path)
    if status != 200:
        return None
    return [line for line in text.decode().splitlines() if line.startswith(_CONNECTED)]


def _deployed(home: LabCluster, item: Object) -> None:
    path = home.api.path(item)
    meta = item["metadata"]
    seen: list[Object] = []

    def deployed() -> bool:
        seen.append(home.api.get(path).get("status", {}))
        # It may have been looked at before its cluster or project was known to Argo CD.
        if len(seen) % _NUDGE == 0:
            home.api.merge(path, _REFRESH)
        return healthy(seen[-1])

    try:
        until("", deployed, within=_WITHIN, every=0.3)
    except LabError:
        raise LabError(
            f"{home.name}: Application {meta['name']} is not deployed within {_WITHIN:g} s: "
            f"{told(seen[-1])}",
            fix=f"python -m tools.lab pod {home.name} -n {meta['namespace']} logs "
            "argocd-application-controller-0",
        ) from None


def healthy(status: Object) -> bool:
    """Whether the status of an Application says that it is as in Git, and runs."""
    sync, health = status.get("sync", {}), status.get("health", {})
    return (sync.get("status"), health.get("status")) == ("Synced", "Healthy")


def told(status: Object) -> str:
    """What the status of an Application says, in one line."""
    words = [
        status.get("sync", {}).get("status", "not compared"),
        status.get("health", {}).get("status", "health unknown"),
        *(item.get("message", "") for item in status.get("conditions", [])),
        status.get("operationState", {}).get("message", ""),
    ]
    return "; ".join(word for word in words if word)
