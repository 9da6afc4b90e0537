"""OpenBao, the open-source Vault, behind the address that the plan gives to Vault.

Its data lie in a folder of one node and not in the pod, and a key in a Secret opens them (a static
seal). So it comes back unsealed and with all it knew after whatever a pod can suffer, without
anybody's help; `restore` puts back what somebody changed in it.
"""

from __future__ import annotations

import base64
import json
import secrets

from tools.lab import edge
from tools.lab.addons import BASE
from tools.lab.build.images import OPENBAO_IMAGE
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import telemetry, vault_canary, vault_logins, vault_open, vault_setup
from tools.lab.products.product import Product
from tools.lab.products.programs import CONFIG, digest
from tools.lab.products.telemetry import Server
from tools.lab.products.vault_open import PORT
from trueline.model.topology import Cluster, Topology

KIND = "vault"
_HOME = "/etc/openbao"
_DATA = "/var/lib/openbao"


def objects(lab: Lab, cluster: LabCluster) -> list[Object]:
    """The Vaults of a cluster, and what its workloads need to log in to any Vault."""
    result: list[Object] = []
    for server in telemetry.servers(lab.topology, KIND):
        if server.reservation.cluster == cluster.name:
            chain, key = edge.certificate(lab, server.reservation)
            result += _server(server, cluster, chain, key)
        result += vault_logins.objects(lab, cluster, server)
    return result


def _node(cluster: LabCluster) -> str:
    """The node whose disk holds the data: the first worker, else the first of all."""
    workers = [m.name for m in cluster.machines if m.spec.role != "control-plane"]
    return [*workers, *(m.name for m in cluster.machines)][0]


def _server(server: Server, cluster: LabCluster, chain: str, key: str) -> list[Object]:
    namespace, _, name = server.reservation.owner.partition("/")
    text = json.dumps(config(server), indent=1)
    files = {"tls.crt": chain, "tls.key": key}
    seal = base64.b64encode(secrets.token_bytes(32)).decode()
    targets = dict.fromkeys(telemetry.tcp_ports(server.reservation), PORT)
    return [
        _made("v1", "ConfigMap", namespace, f"{name}-config", {"data": {"config.json": text}}),
        _made("v1", "Secret", namespace, f"{name}-tls", {"stringData": files}),
        _made("v1", "Secret", namespace, f"{name}-seal", {"stringData": {"key": seal}}),
        telemetry.service(server, cluster.plan, targets),
        deployment(
            namespace, name, _node(cluster), digest({"config.json": text, "tls.crt": chain})
        ),
    ]


def config(server: Server) -> Object:
    """The configuration of OpenBao: TLS for everybody, files for storage, and a static seal."""
    everywhere = "0.0.0.0" if server.reservation.address.version == 4 else "[::]"
    listener = {
        "address": f"{everywhere}:{PORT}",
        "tls_cert_file": f"{_HOME}/tls/tls.crt",
        "tls_key_file": f"{_HOME}/tls/tls.key",
    }
    seal = {"current_key_id": "lab", "current_key": f"file://{_HOME}/seal/key"}
    return {
        "api_addr": f"https://{server.host}:{server.port}",
        "ui": False,
        "listener": [{"tcp": listener}],
        "storage": {"file": {"path": _DATA}},
        "seal": [{"static": seal}],
    }


def deployment(namespace: str, name: str, node: str, configured: str) -> Object:
    """One pod, tied to the node that holds its data, and never two at once on them."""
    mounts = {"config": _HOME, "tls": f"{_HOME}/tls", "seal": f"{_HOME}/seal", "data": _DATA}
    read_only = {"defaultMode": 0o400}
    folder = f"/var/lib/kubelet/lab/{namespace}-{name}"
    health = {"path": "/v1/sys/health", "port": PORT, "scheme": "HTTPS"}
    container: Object = {
        "name": "openbao",
        "image": OPENBAO_IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": ["server", f"-config={_HOME}/config.json", "-log-level=warn"],
        "env": [{"name": "GOGC", "value": "50"}],
        "ports": [{"containerPort": PORT}],
        "readinessProbe": {"httpGet": health, "periodSeconds": 1, "timeoutSeconds": 3},
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [{"name": item, "mountPath": path} for item, path in mounts.items()],
    }
    volumes = [
        {"name": "config", "configMap": {"name": f"{name}-config"}},
        {"name": "tls", "secret": {"secretName": f"{name}-tls", **read_only}},
        {"name": "seal", "secret": {"secretName": f"{name}-seal", **read_only}},
        {"name": "data", "hostPath": {"path": folder, "type": "DirectoryOrCreate"}},
    ]
    pod = {
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 1,
        "nodeSelector": {"kubernetes.io/hostname": node},
        "containers": [container],
        "volumes": volumes,
    }
    meta = {"labels": {"app": name}, "annotations": {CONFIG: configured}}
    spec = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": meta, "spec": pod},
    }
    return _made("apps/v1", "Deployment", namespace, name, {"spec": spec})


def _made(version: str, kind: str, namespace: str, name: str, body: Object) -> Object:
    meta = {"name": name, "namespace": namespace, "labels": {"app": name} | BASE}
    return {"apiVersion": version, "kind": kind, "metadata": meta, **body}


def owners(topology: Topology, cluster: Cluster) -> frozenset[str]:
    """The Services behind which a Vault stands."""
    return telemetry.owners(topology, cluster, KIND)


def configure(lab: Lab, cluster: LabCluster) -> None:
    """Initialise the Vaults of a cluster, and tell them who may log in and read what."""
    for server in telemetry.servers(lab.topology, KIND):
        if server.reservation.cluster == cluster.name:
            vault_setup.prepare(lab, server)


def connect(lab: Lab) -> None:
    """Let each Vault ask the clusters about their tokens; wait until workloads have logged in."""
    for server in telemetry.servers(lab.topology, KIND):
        vault_setup.trust_clusters(lab, server)
    for server in telemetry.servers(lab.topology, KIND):
        vault_canary.logged_in(lab, server)


def restore(lab: Lab) -> None:
    """All of it again, over what somebody changed in Vault or in the accounts of its clusters."""
    for server in telemetry.servers(lab.topology, KIND):
        vault_open.revive(lab, server)
        vault_setup.prepare(lab, server)
    connect(lab)


PRODUCT = Product(
    name="vault",
    about="OpenBao (Vault) with a login for each planned cluster, and a workload that logs in",
    wanted=lambda topology: bool(telemetry.servers(topology, KIND)),
    owners=owners,
    objects=objects,
    configure=configure,
    connect=connect,
    restore=restore,
)
