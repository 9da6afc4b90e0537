"""The objects of Istio's control plane: values only."""

from __future__ import annotations

from collections.abc import Mapping

from tools.lab.addons import BASE
from tools.lab.build.images import PILOT_IMAGE
from tools.lab.kubeapi import Object

NAMESPACE = "istio-system"
NETWORK = "topology.istio.io/network"
MESH_ID = "mesh"
# An RSA key costs every proxy a tenth of a second of its start.
PROXY_METADATA = {"ECC_SIGNATURE_ALGORITHM": "ECDSA"}
_USER = 1337

RESTRICTED = {
    "runAsUser": _USER,
    "runAsGroup": _USER,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
"""What Istio's own programs may do in their pods: nothing special."""


def discovery() -> str:
    """Where the proxies of a cluster find its istiod."""
    return f"istiod.{NAMESPACE}.svc:15012"


def proxy_config() -> Object:
    """How every proxy of the mesh runs: on one thread, because there are many and few cores."""
    return {
        "meshId": MESH_ID,
        "discoveryAddress": discovery(),
        "concurrency": 1,
        "holdApplicationUntilProxyStarts": True,
        "proxyMetadata": dict(PROXY_METADATA),
    }


def config_map(name: str, data: Mapping[str, str]) -> Object:
    """A ConfigMap of the control plane."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": _meta(name), "data": dict(data)}


def trusted_root(space: str, root: str) -> Object:
    """The root of the mesh as the proxies of a namespace find it, and as istiod writes it."""
    labels = {"istio.io/config": "true"} | BASE
    metadata = {"name": "istio-ca-root-cert", "namespace": space, "labels": labels}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": {"root-cert.pem": root},
    }


def service() -> Object:
    """The Service by which proxies and the API server find istiod."""
    ports = (("grpc-xds", 15010), ("https-dns", 15012), ("http-monitoring", 15014))
    found = [{"name": name, "port": port, "targetPort": port} for name, port in ports]
    found.append({"name": "https-webhook", "port": 443, "targetPort": 15017})
    spec = {"selector": {"app": "istiod"}, "ports": found}
    return {"apiVersion": "v1", "kind": "Service", "metadata": _meta("istiod"), "spec": spec}


def webhook(root: str) -> Object:
    """The webhook that asks istiod to put a sidecar into a pod; `root` is its CA, in base64.

    A pod gets one where its namespace is labelled and it does not object, or where it asks for
    one itself.
    """
    label, asks = "istio-injection", "sidecar.istio.io/inject"
    by_namespace = (
        {"key": label, "operator": "In", "values": ["enabled"]},
        {"key": asks, "operator": "NotIn", "values": ["false"]},
    )
    by_pod = (
        {"key": label, "operator": "DoesNotExist"},
        {"key": asks, "operator": "In", "values": ["true"]},
    )
    hook = {
        "clientConfig": {
            "service": {"name": "istiod", "namespace": NAMESPACE, "path": "/inject", "port": 443},
            "caBundle": root,
        },
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
        "failurePolicy": "Fail",
        "rules": [
            {
                "operations": ["CREATE"],
                "apiGroups": [""],
                "apiVersions": ["v1"],
                "resources": ["pods"],
            }
        ],
    }
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "MutatingWebhookConfiguration",
        "metadata": {
            "name": "istio-sidecar-injector",
            # By this label istiod finds the webhook that it keeps signed.
            "labels": {"istio.io/rev": "default", "app": "sidecar-injector"} | BASE,
        },
        "webhooks": [
            {
                "name": f"{name}.sidecar-injector.istio.io",
                "namespaceSelector": {"matchExpressions": [space]},
                "objectSelector": {"matchExpressions": [pod]},
                **hook,
            }
            for name, (space, pod) in {"namespace": by_namespace, "object": by_pod}.items()
        ],
    }


def deployment(cluster: str, settings: Mapping[str, str]) -> Object:
    """One istiod."""
    labels = {"app": "istiod", "istio": "pilot", "istio.io/rev": "default"}
    values = {"CLUSTER_ID": cluster, "PILOT_CERT_PROVIDER": "istiod", "REVISION": "default"}
    fields = {
        "POD_NAME": "metadata.name",
        "POD_NAMESPACE": "metadata.namespace",
        "SERVICE_ACCOUNT": "spec.serviceAccountName",
    }
    container = {
        "name": "discovery",
        "image": PILOT_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [
            "discovery",
            "--monitoringAddr=:15014",
            "--log_output_level=all:warn",
            "--domain=cluster.local",
            "--keepaliveMaxServerConnectionAge=30m",
        ],
        "env": environment({**values, **settings}, fields),
        "ports": [{"containerPort": port} for port in (8080, 15010, 15012, 15014, 15017)],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}, "periodSeconds": 1},
        "resources": {"requests": {"cpu": "10m", "memory": "128Mi"}},
        "securityContext": RESTRICTED,
        "volumeMounts": [
            {"name": "istio-token", "mountPath": "/var/run/secrets/tokens", "readOnly": True},
            {"name": "local-certs", "mountPath": "/var/run/secrets/istio-dns"},
            {"name": "cacerts", "mountPath": "/etc/cacerts", "readOnly": True},
        ],
    }
    volumes: list[Object] = [
        {"name": "istio-token", **token_source()},
        {"name": "local-certs", "emptyDir": {"medium": "Memory"}},
        {"name": "cacerts", "secret": {"secretName": "cacerts"}},
    ]
    pod = {
        "serviceAccountName": "istiod",
        "containers": [container],
        "volumes": volumes,
    }
    return program("istiod", NAMESPACE, labels, pod)


def environment(values: Mapping[str, str], fields: Mapping[str, str]) -> list[Object]:
    """The environment of a container: values, and what the pod knows of itself."""
    found: list[Object] = [{"name": name, "value": value} for name, value in values.items()]
    for name, path in fields.items():
        found.append({"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}})
    return found


def program(name: str, space: str, labels: Mapping[str, str], pod: Object) -> Object:
    """One pod of a program of Istio's own, which gets no sidecar."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": space, "labels": dict(BASE)},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": {"app": labels["app"]}},
            "template": {
                "metadata": {"labels": {**labels, "sidecar.istio.io/inject": "false"}},
                "spec": {"terminationGracePeriodSeconds": 1, **pod},
            },
        },
    }


def token_source() -> Object:
    """The volume with the token by which a proxy shows istiod who it is."""
    token = {"audience": "istio-ca", "expirationSeconds": 43200, "path": "istio-token"}
    return {"projected": {"sources": [{"serviceAccountToken": token}]}}


def _meta(name: str) -> Object:
    return {"name": name, "namespace": NAMESPACE, "labels": dict(BASE)}
