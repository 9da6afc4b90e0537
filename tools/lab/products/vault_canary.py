"""A workload beside each planned login that logs in by itself, as the plan says it may."""

from __future__ import annotations

import inspect

from tools.lab.addons import BASE
from tools.lab.build.images import PYTHON, TOOLS
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import login_canary
from tools.lab.products.programs import CONFIG, available, digest
from tools.lab.products.telemetry import Server
from tools.lab.waiting import until
from trueline.model.product import Login

_HOME = "/etc/canary"
_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_PORT = 8080
_WITHIN = 120.0


def objects(login: Login, server: Server, url: str, authority: str) -> list[Object]:
    """A workload that logs in with its own token, and is ready while that works."""
    name = _name(login, server)
    meta = {"name": name, "namespace": login.namespace, "labels": {"app": name} | BASE}
    files = {"login.py": inspect.getsource(login_canary), "ca.crt": authority}
    settings = {
        "PORT": str(_PORT),
        "TOKEN_FILE": _TOKEN,
        "VAULT_ADDR": url,
        "VAULT_CACERT": f"{_HOME}/ca.crt",
        "VAULT_MOUNT": login.mount,
        "VAULT_ROLE": login.role,
        "VAULT_READS": login.reads or "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    own = {"name": "HOST", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}
    container: Object = {
        "name": "login",
        "image": TOOLS,
        "imagePullPolicy": "IfNotPresent",
        "command": [PYTHON, f"{_HOME}/login.py"],
        "env": [*({"name": key, "value": value} for key, value in settings.items()), own],
        # The kubelet of its own node may always ask, whatever the policies say; a command run in
        # the container would cost far more.
        "readinessProbe": {
            "httpGet": {"path": "/", "port": _PORT},
            "periodSeconds": 1,
            "failureThreshold": 1,
        },
        "resources": {"requests": {"cpu": "5m", "memory": "24Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [{"name": "program", "mountPath": _HOME}],
    }
    pod = {
        "serviceAccountName": login.service_account,
        "terminationGracePeriodSeconds": 1,
        "containers": [container],
        "volumes": [{"name": "program", "configMap": {"name": name}}],
    }
    spec = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": {"app": name}},
        "template": {
            "metadata": {"labels": {"app": name}, "annotations": {CONFIG: digest(files)}},
            "spec": pod,
        },
    }
    return [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": files},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec},
    ]


def _name(login: Login, server: Server) -> str:
    return f"{server.plan}-login-{login.role}"


def logged_in(lab: Lab, server: Server) -> None:
    """Wait until the canary of every login is ready. Raises TimedOut."""
    for login in server.plan.logins:
        api = lab.cluster(login.cluster).api
        name = _name(login, server)
        path = f"/apis/apps/v1/namespaces/{login.namespace}/deployments/{name}"
        until(
            f"{login.cluster}: {name} logs in at {server.plan}",
            lambda api=api, path=path: available(api.get(path)),  # type: ignore[misc]
            within=_WITHIN,
            every=0.2,
            fix=f"python -m tools.lab pod {login.cluster} -n {login.namespace} logs -l app={name}",
        )
