"""What Argo CD deploys in the lab: the manifests in Git, and the Applications that name them."""

from __future__ import annotations

import base64
from collections.abc import Iterable

import yaml

from tools.lab import workloads
from tools.lab.addons import BASE
from tools.lab.kubeapi import Object
from tools.lab.products import git_repository
from tools.lab.products.argocd_plan import Instance

MOUNT = "/repositories"
REPOSITORY = "argocd-repository"
_FOLDER = "lab.git"
URL = f"file://{MOUNT}/{_FOLDER}"
GIT_SETTINGS = f"{MOUNT}/gitconfig"


def manifests(cluster: str, name: str) -> dict[str, str]:
    """File name -> text of what one Application deploys: settings, and a server that serves."""
    labels = {"app": name}
    settings: Object = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": labels},
        "data": {"greeting": f"deployed to {cluster} by Argo CD"},
    }
    container = {
        "name": "backend",
        "image": workloads.IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [f"-listen=:{workloads.PORT}", f"-service={name}/{name}", f"-cluster={cluster}"],
        "envFrom": [{"configMapRef": {"name": name}}],
        "ports": [{"containerPort": workloads.PORT}],
    }
    server: Object = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "automountServiceAccountToken": False,
                    "terminationGracePeriodSeconds": 1,
                    "containers": [container],
                },
            },
        },
    }
    return {
        "configmap.yaml": yaml.safe_dump(settings, sort_keys=False),
        "deployment.yaml": yaml.safe_dump(server, sort_keys=False),
    }


def repository(instance: Instance) -> Object:
    """The Git repository, as a ConfigMap whose keys say where its files lie in the volume."""
    files = {
        f"{folder(cluster, name)}/{file}": text
        for cluster in instance.targets
        for name in instance.applications(cluster)
        for file, text in manifests(cluster, name).items()
    }
    content = {f"{_FOLDER}/{path}": data for path, data in git_repository.bare(files).items()}
    # Git serves no repository of somebody else, and a volume belongs to root.
    content["gitconfig"] = b"[safe]\n\tdirectory = *\n"
    data = {_key(path): base64.b64encode(value).decode() for path, value in content.items()}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": REPOSITORY,
            "namespace": instance.namespace,
            "labels": dict(BASE),
        },
        "binaryData": data,
    }


def volume(repository: Object) -> Object:
    """The volume with the repository's files at their places.

    Git accepts no HEAD that is a link, as files at the top of such a volume are: hence a folder.
    """
    items = [{"key": key, "path": key.replace("_", "/")} for key in repository["binaryData"]]
    return {"name": "repository", "configMap": {"name": REPOSITORY, "items": items}}


def _key(path: str) -> str:
    return path.replace("/", "_")


def folder(cluster: str, name: str) -> str:
    """Where in the repository the manifests of an Application are."""
    return f"{cluster}/{name}"


def application(instance: Instance, cluster: str, name: str) -> Object:
    """The Application that keeps a cluster as the repository says, by itself."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": instance.namespace, "labels": dict(BASE)},
        "spec": {
            "project": "default",
            "source": {
                "repoURL": URL,
                "path": folder(cluster, name),
                "targetRevision": git_repository.BRANCH,
            },
            "destination": {"name": cluster, "namespace": name},
            "syncPolicy": {"automated": {"prune": True, "selfHeal": True}},
        },
    }


def applications(instance: Instance, clusters: Iterable[str]) -> list[Object]:
    """The Applications of some clusters."""
    return [
        application(instance, cluster, name)
        for cluster in clusters
        for name in instance.applications(cluster)
    ]
