"""Argo CD's settings and secrets: what its ConfigMaps say, and what is made anew for every lab."""

from __future__ import annotations

import ctypes
import datetime
import secrets
from collections.abc import Mapping

import yaml

from tools.lab.addons import BASE
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from tools.lab.paths import state
from tools.lab.products.argocd_plan import Instance
from tools.lab.state import write

_PART = {"app.kubernetes.io/part-of": "argocd"}
"""Argo CD looks at no ConfigMap without this label."""

_ALPHABET = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
KINDS: Mapping[str, tuple[str, ...]] = {
    "": ("ConfigMap", "Pod"),
    "apps": ("Deployment", "ReplicaSet"),
}
"""API group -> the kinds that Argo CD watches, and may change, in the clusters it deploys to."""


def settings(instance: Instance) -> dict[str, str]:
    """What the lab adds to the ConfigMap argocd-cm.

    Without `cluster.inClusterEnabled` its own cluster would be one that it deploys to.
    """
    watched = [{"apiGroups": [group], "kinds": list(kinds)} for group, kinds in KINDS.items()]
    found = {
        "cluster.inClusterEnabled": "false",
        "resource.inclusions": yaml.safe_dump(watched, sort_keys=False),
        "timeout.reconciliation": "30s",
        "timeout.reconciliation.jitter": "0s",
        "users.anonymous.enabled": "true" if instance.plan.anonymous else "false",
    }
    if instance.reservation.tls_names:
        found["url"] = f"https://{instance.reservation.tls_names[0]}"
    return found


def parameters(redis: str) -> dict[str, str]:
    """What the lab adds to the ConfigMap argocd-cmd-params-cm: one cluster's worth of work."""
    return {
        "redis.server": redis,
        "controller.status.processors": "2",
        "controller.operation.processors": "2",
        "controller.kubectl.parallelism.limit": "2",
        "reposerver.parallelism.limit": "2",
        **{f"{name}.log.level": "warn" for name in ("controller", "reposerver", "server")},
    }


def secret(instance: Instance, name: str, data: Mapping[str, str], kind: str = "Opaque") -> Object:
    """A Secret of Argo CD."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": instance.namespace, "labels": {**_PART, **BASE}},
        "type": kind,
        "stringData": dict(data),
    }


def accounts(instance: Instance) -> Object:
    """The Secret argocd-secret: what sessions are signed with, and who may log in.

    The password of `admin` is kept in the lab's own folder, for root alone.
    """
    password = secrets.token_urlsafe(18)
    write(state() / "argocd" / f"{instance.plan.name}-admin", password)
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    data = {
        "server.secretkey": secrets.token_urlsafe(32),
        "admin.password": bcrypt(password),
        "admin.passwordMtime": now,
    }
    return secret(instance, "argocd-secret", data)


def bcrypt(password: str) -> str:
    """The bcrypt hash of a password, made by this system's own libcrypt. Raises LabError."""
    salt = "".join(secrets.choice(_ALPHABET) for _ in range(21)) + "."
    try:
        crypt = ctypes.CDLL("libcrypt.so.1").crypt
    except OSError as error:
        raise LabError(f"no password can be hashed: {error}", fix="install libcrypt1") from None
    crypt.restype = ctypes.c_char_p
    hashed: bytes | None = crypt(password.encode(), f"$2b$10${salt}".encode())
    if not hashed or not hashed.startswith(b"$2b$10$"):
        raise LabError("this system's libcrypt knows no bcrypt", fix="install libcrypt1")
    return hashed.decode()
