"""Argo CD's stock manifest, cut down to what the lab runs of it.

Left out are the web login (dex), notifications, ApplicationSets, and what lets Argo CD deploy to
its own cluster: the clusters it deploys to are declared, each with an account of its own. So its
roles are those of the stock namespace-scoped installation. Its network policies are left out,
because which ones there are is for the plan to say.
"""

from __future__ import annotations

from typing import Any

import yaml

from tools.lab.build.components import ARGOCD
from tools.lab.build.definitions import without_prose
from tools.lab.build.errors import BuildFailed

IMAGE = f"quay.io/argoproj/argocd:v{ARGOCD}"
USER = 999
"""The user of the stock image; ours names none, and the pods refuse to run as root."""

_CONTROLLER, _REPOSITORY, _SERVER = (
    "argocd-application-controller",
    "argocd-repo-server",
    "argocd-server",
)
PROGRAM = "/usr/local/bin/argocd"
NAMES = tuple(f"/usr/local/bin/{name}" for name in (_CONTROLLER, _REPOSITORY, _SERVER))
"""The names in the image by which the one program knows what to be."""

_SETTINGS = tuple(
    f"argocd-{name}-cm"
    for name in ("cmd-params", "gpg-keys", "rbac", "ssh-known-hosts", "tls-certs")
)
KEPT = (
    *(("CustomResourceDefinition", f"{n}.argoproj.io") for n in ("applications", "appprojects")),
    ("CustomResourceDefinition", "applicationsets.argoproj.io"),
    *(("ServiceAccount", name) for name in (_CONTROLLER, _REPOSITORY, _SERVER)),
    *((kind, name) for kind in ("Role", "RoleBinding") for name in (_CONTROLLER, _SERVER)),
    *(("ConfigMap", name) for name in ("argocd-cm", *_SETTINGS)),
    *(("Service", name) for name in ("argocd-metrics", _REPOSITORY)),
    *(("Deployment", name) for name in (_REPOSITORY, _SERVER)),
    ("StatefulSet", _CONTROLLER),
)
"""Kind and name of every object that the lab takes."""

_ENVIRONMENT = {
    # Half the garbage collector's usual room: three programs that mostly wait.
    "GOGC": "50",
    # No signed commits here, and a key ring costs a second of start.
    "ARGOCD_GPG_ENABLED": "false",
    # A dead link is seen when the cache of the cluster is filled anew, by default twice a day.
    "ARGOCD_CLUSTER_CACHE_RESYNC_DURATION": "30s",
}


def argocd(stock: str) -> str:
    """The objects that the lab takes of Argo CD's install.yaml, with faster probes.

    Raises BuildFailed where the stock text is not as it was when this was written.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    found = {
        (item["kind"], item["metadata"]["name"]): item
        for item in yaml.load_all(stock, Loader=loader)
    }
    if absent := [f"{kind} {name}" for kind, name in KEPT if (kind, name) not in found]:
        raise BuildFailed(f"Argo CD's manifest has no {', no '.join(absent)}")
    objects = [found[key] for key in KEPT]
    try:
        for item in objects:
            if item["metadata"]["name"] == "applicationsets.argoproj.io":
                _open(item)
            elif item["kind"] == "CustomResourceDefinition":
                item["spec"] = without_prose(item["spec"])
            elif item["kind"] in ("Deployment", "StatefulSet"):
                _pods(item["spec"]["template"]["spec"])
    except (KeyError, ValueError) as error:
        raise BuildFailed(f"Argo CD's manifest has changed: {error!r}") from error
    text: str = yaml.dump_all(objects, Dumper=dumper, sort_keys=False)
    return text


def _open(definition: dict[str, Any]) -> None:
    """Leave out the schema of ApplicationSets: one megabyte for objects that the lab has none of.

    The definition itself stays, because Argo CD's server watches them.
    """
    for version in definition["spec"]["versions"]:
        version["schema"]["openAPIV3Schema"] = {
            "type": "object",
            "x-kubernetes-preserve-unknown-fields": True,
        }


def _pods(pod: dict[str, Any]) -> None:
    """Edit one pod template's spec. Raises KeyError or ValueError where it is another."""
    (container,) = pod["containers"]
    if container["image"] != IMAGE:
        raise ValueError(f"image {container['image']}")
    container["imagePullPolicy"] = "IfNotPresent"
    # The stock image has an entry point of its own, which then runs what is in `args`.
    container["command"] = container.pop("args")
    container["env"] += [{"name": name, "value": value} for name, value in _ENVIRONMENT.items()]
    probe = container["readinessProbe"]
    asked = probe["httpGet"]
    # The stock probe asks first after 3 or 5 s, then every 10 or 30 s.
    container["startupProbe"] = {"httpGet": asked, "periodSeconds": 1, "failureThreshold": 180}
    container["readinessProbe"] = {"httpGet": dict(asked), "periodSeconds": 10}
    # Only prepares for plug-ins that make manifests, and copies the whole program for that.
    pod.pop("initContainers", None)
    # One replica of each, so nothing is to be spread.
    del pod["affinity"]
    pod["securityContext"] = {"runAsUser": USER, "runAsGroup": USER}
    pod["terminationGracePeriodSeconds"] = 1
