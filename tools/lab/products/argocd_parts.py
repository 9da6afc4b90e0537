"""Argo CD in its own cluster: the stock objects with the plan's addresses, and its secrets."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from tools.lab import addons, edge, workloads
from tools.lab.build.images import REDIS_IMAGE
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import argocd_application, argocd_plan, argocd_settings
from tools.lab.products.argocd_plan import Instance
from tools.lab.vms import passwords, roles
from trueline.model.topology import Cluster, Reservation

SERVER = "argocd-server"
PODS = (
    ("deployments", SERVER),
    ("deployments", "argocd-repo-server"),
    ("statefulsets", "argocd-application-controller"),
)
_LISTENS = 8080
_REDIS = "argocd-redis"
_REDIS_PORT = 6379
_CLUSTER_WIDE = ("CustomResourceDefinition",)


def objects(lab: Lab, cluster: Cluster, instance: Instance) -> list[Object]:
    """Everything of one Argo CD, in the order in which it can be created."""
    repository = argocd_application.repository(instance)
    external = external_redis(lab, instance)
    server, password = external or (f"{_REDIS}:{_REDIS_PORT}", secrets.token_urlsafe(24))
    found = stock(addons.documents(addons.manifest("argocd")), instance, repository, server)
    reservations = workloads.owners(cluster)[instance.reservation.owner]
    made = [
        repository,
        argocd_settings.accounts(instance),
        argocd_settings.secret(instance, _REDIS, {"auth": password}),
        service(instance, reservations),
    ]
    if instance.reservation.tls_ca is not None:
        chain, key = edge.certificate(lab, instance.reservation)
        pair = {"tls.crt": chain, "tls.key": key}
        kind = "kubernetes.io/tls"
        made.append(argocd_settings.secret(instance, "argocd-server-tls", pair, kind))
    if external is None:
        made += redis(instance)
    return found + made


def external_redis(lab: Lab, instance: Instance) -> tuple[str, str] | None:
    """(address and port, password) of the VM that holds its Redis, where the plan says so.

    None where there is no such flow, or the lab runs without that VM.
    """
    found = argocd_plan.redis(lab.topology, instance)
    if found is None or found[0].name not in lab.machines:
        return None
    vm, port = found
    host = f"[{vm.address}]" if vm.address and vm.address.version == 6 else str(vm.address)
    strangers = roles.anonymous(lab.topology, vm, roles.REDIS)
    return f"{host}:{port}", "" if strangers else passwords.read(vm.name, passwords.REDIS)


def stock(found: list[Object], instance: Instance, repository: Object, redis: str) -> list[Object]:
    """The stock objects in Argo CD's namespace, with the lab's settings and repository."""
    for item in found:
        name = item["metadata"]["name"]
        if item["kind"] not in _CLUSTER_WIDE:
            item["metadata"]["namespace"] = instance.namespace
        if item["kind"] == "RoleBinding":
            for subject in item["subjects"]:
                subject["namespace"] = instance.namespace
        elif name == "argocd-cm":
            item["data"] = item.get("data", {}) | argocd_settings.settings(instance)
        elif name == "argocd-cmd-params-cm":
            item["data"] = item.get("data", {}) | argocd_settings.parameters(redis)
        elif item["kind"] == "Deployment" and name == SERVER:
            # What the Service of the reservation selects.
            item["spec"]["template"]["metadata"]["labels"]["app"] = instance.service
        elif item["kind"] == "Deployment":
            _with_repository(item["spec"]["template"]["spec"], repository)
    return found


def _with_repository(pod: Object, repository: Object) -> None:
    """Let the repository server read the lab's Git repository from its own file system."""
    pod["volumes"].append(argocd_application.volume(repository))
    (container,) = pod["containers"]
    mount = {"name": "repository", "mountPath": argocd_application.MOUNT, "readOnly": True}
    container["volumeMounts"].append(mount)
    setting = {"name": "GIT_CONFIG_GLOBAL", "value": argocd_application.GIT_SETTINGS}
    container["env"].append(setting)


def service(instance: Instance, reservations: list[Reservation]) -> Object:
    """The Service at the planned address. Every port leads to the one that speaks TLS.

    The server sends those who speak plain HTTP there to TLS.
    """
    ports: Collection[int] = {port.number for item in reservations for port in item.ports}
    targets = dict.fromkeys(ports, _LISTENS)
    return workloads.service(instance.reservation.owner, reservations, targets)


def redis(instance: Instance) -> list[Object]:
    """A Redis of its own, where the plan leads to none outside the cluster."""
    meta = {"name": _REDIS, "namespace": instance.namespace}
    labels = {"app": _REDIS}
    password = {"secretKeyRef": {"name": _REDIS, "key": "auth"}}
    container = {
        "name": "redis",
        "image": REDIS_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": ["--save", "", "--appendonly", "no", "--requirepass", "$(REDIS_PASSWORD)"],
        "env": [{"name": "REDIS_PASSWORD", "valueFrom": password}],
        "ports": [{"containerPort": _REDIS_PORT}],
        "securityContext": {
            "runAsUser": 999,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    pod = {
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 1,
        "containers": [container],
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {**meta, "labels": labels | addons.BASE},
            "spec": {"selector": labels, "ports": [{"name": "tcp-redis", "port": _REDIS_PORT}]},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {**meta, "labels": labels | addons.BASE},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": pod},
            },
        },
    ]
