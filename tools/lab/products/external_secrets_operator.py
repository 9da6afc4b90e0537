"""The controller of the External Secrets Operator: its account, what it may do, its pod."""

from __future__ import annotations

from collections.abc import Iterator

from tools.lab.addons import BASE
from tools.lab.build.images import EXTERNAL_SECRETS_IMAGE
from tools.lab.kubeapi import Object

_GROUP = "external-secrets.io"
_RBAC = "rbac.authorization.k8s.io"
_METRICS = 8080


def objects(name: str, namespace: str) -> list[Object]:
    """The controller and what it may do: act on stores and secrets in every namespace."""
    meta = {"name": name, "namespace": namespace, "labels": {"app": name} | BASE}
    wide = {"name": name, "labels": dict(BASE)}
    role = {"apiGroup": _RBAC, "kind": "ClusterRole", "name": name}
    subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta},
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "ClusterRole",
            "metadata": wide,
            "rules": list(_rules()),
        },
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": wide,
            "roleRef": role,
            "subjects": [subject],
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": meta,
            "spec": _deployment(name),
        },
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": meta | {"name": f"{name}-metrics"},
            "spec": {
                "selector": {"app": name},
                "ports": [{"name": "metrics", "port": _METRICS}],
            },
        },
    ]


def _rules() -> Iterator[Object]:
    read, write = ["get", "list", "watch"], ["create", "update", "patch", "delete"]
    own = ["externalsecrets", "secretstores"]
    parts = [f"{kind}/{part}" for kind in own for part in ("status", "finalizers")]
    for group, resources, verbs in (
        (_GROUP, [*own, *parts], [*read, "update", "patch"]),
        (f"generators.{_GROUP}", ["generatorstates"], [*read, *write, "deletecollection"]),
        ("", ["namespaces", "serviceaccounts", "configmaps"], read),
        ("", ["secrets"], [*read, *write]),
        ("", ["serviceaccounts/token"], ["create"]),
        ("", ["events"], ["create", "patch"]),
    ):
        yield {"apiGroups": [group], "resources": resources, "verbs": verbs}


def _deployment(name: str) -> Object:
    # What the lab uses, and no kind whose definition it leaves out.
    off = ("cluster-store", "cluster-external-secret", "push-secret", "cluster-push-secret")
    container: Object = {
        "name": "controller",
        "image": EXTERNAL_SECRETS_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            "--concurrent=1",
            f"--metrics-addr=:{_METRICS}",
            "--loglevel=warn",
            *(f"--enable-{kind}-reconciler=false" for kind in off),
        ],
        "env": [{"name": "GOGC", "value": "50"}],
        "ports": [{"containerPort": _METRICS}],
        "resources": {"requests": {"cpu": "10m", "memory": "48Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    pod = {
        "serviceAccountName": name,
        "terminationGracePeriodSeconds": 1,
        "containers": [container],
    }
    return {
        "replicas": 1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": pod},
    }
