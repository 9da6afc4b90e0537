"""The control plane: etcd, the API server, the controller manager and the scheduler as daemons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tools.lab import pki, spec
from tools.lab.cluster import LabCluster
from tools.lab.machine import Machine
from tools.lab.waiting import until
from trueline.model.topology import Cluster, Topology

PKI = "/lab/pki"
# The Go collector trades memory for time; twelve nodes share one machine's memory.
SMALL = {"GOGC": "50"}
_DOMAIN = "cluster.local"


def names_of(topology: Topology, cluster: Cluster) -> list[str]:
    """The planned names that lead to the API of a cluster."""
    host = spec.api_host(cluster)
    return [n.name for n in topology.dns.names if host in {str(a) for a in n.addresses}]


def mint(cluster: LabCluster, called: Sequence[str] = ()) -> dict[str, Any]:
    """The cluster's certificates; the administrator's kubeconfig.

    `called` are more names that clients call the API by.
    """
    plan = cluster.plan
    service = "kubernetes.default.svc"
    names = ["kubernetes", "kubernetes.default", service, f"{service}.{_DOMAIN}", "localhost"]
    names += called
    addresses = [a for m in cluster.control_planes for a in m.spec.addresses]
    addresses += [spec.api_service_address(plan), "127.0.0.1"]
    host = spec.api_host(plan) or "localhost"
    if host.replace(".", "").isdigit() or ":" in host:
        addresses.append(host)
    else:
        names.append(host)
    return pki.mint(
        cluster.pki,
        cluster=cluster.name,
        context=plan.context,
        server=cluster.endpoint,
        local=f"https://127.0.0.1:{cluster.port}",
        api_names=_once(names),
        api_addresses=_once(addresses),
        nodes={m.name: m.spec.addresses for m in cluster.machines},
    )


def _once(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def start_store(cluster: LabCluster, machine: Machine) -> None:
    """Start etcd and the API server of one control plane."""
    address = machine.spec.address
    peers = ",".join(f"{m.name}=http://{m.spec.address}:2380" for m in cluster.control_planes)
    machine.service_add(
        "etcd",
        [
            "/lab/bin/etcd",
            f"--name={machine.name}",
            "--data-dir=/var/lib/etcd",
            "--listen-client-urls=http://127.0.0.1:2379",
            f"--advertise-client-urls=http://{address}:2379",
            f"--listen-peer-urls=http://{address}:2380",
            f"--initial-advertise-peer-urls=http://{address}:2380",
            f"--initial-cluster={peers}",
            "--unsafe-no-fsync",
            "--log-level=warn",
        ],
        SMALL,
    )
    machine.service_add("kube-apiserver", apiserver(cluster, address), SMALL)


def restart_apis(cluster: LabCluster, *extra: str) -> None:
    """Start a cluster's API servers anew with more arguments, and wait until one is ready.

    Raises LabError.
    """
    for machine in cluster.control_planes:
        # A graceful end would wait for every watch of every client.
        machine.service_restart("kube-apiserver", *extra, grace=1)
    until(f"{cluster.name}: the API server is ready", cluster.api.ready, within=60)


def apiserver(cluster: LabCluster, address: str) -> list[str]:
    """The API server's command line."""
    services = ",".join(str(cidr.network) for cidr in cluster.plan.services)
    return [
        cluster.program("kube-apiserver"),
        "--etcd-servers=http://127.0.0.1:2379",
        f"--advertise-address={address}",
        f"--secure-port={cluster.port}",
        f"--tls-cert-file={PKI}/apiserver.crt",
        f"--tls-private-key-file={PKI}/apiserver.key",
        f"--client-ca-file={PKI}/ca.crt",
        # Without an authority of its own for the front proxy, kcm and scheduler log
        # "missing content for CA bundle" every minute.
        f"--requestheader-client-ca-file={PKI}/front-ca.crt",
        "--requestheader-allowed-names=front-proxy-client",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--kubelet-client-certificate={PKI}/kubelet-client.crt",
        f"--kubelet-client-key={PKI}/kubelet-client.key",
        "--kubelet-preferred-address-types=InternalIP",
        f"--service-account-key-file={PKI}/sa.pub",
        f"--service-account-signing-key-file={PKI}/sa.key",
        f"--service-account-issuer=https://kubernetes.default.svc.{_DOMAIN}",
        f"--service-cluster-ip-range={services}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--profiling=false",
    ]


def start_managers(cluster: LabCluster, machine: Machine) -> None:
    """Start the controller manager and the scheduler of one control plane."""
    plan = cluster.plan
    elect = f"--leader-elect={'true' if len(cluster.control_planes) > 1 else 'false'}"
    masks = [f"--node-cidr-mask-size-ipv{v}={size}" for v, size in sorted(plan.node_prefix.items())]
    if len({cidr.network.version for cidr in plan.pods}) < 2:
        masks = [f"--node-cidr-mask-size={size}" for size in list(plan.node_prefix.values())[:1]]
    machine.service_add(
        "kube-controller-manager",
        [
            cluster.program("kube-controller-manager"),
            *_kubeconfigs("kcm"),
            f"--service-account-private-key-file={PKI}/sa.key",
            f"--root-ca-file={PKI}/ca.crt",
            f"--cluster-signing-cert-file={PKI}/ca.crt",
            f"--cluster-signing-key-file={PKI}/ca.key",
            "--allocate-node-cidrs=true",
            f"--cluster-cidr={','.join(str(cidr.network) for cidr in plan.pods)}",
            *masks,
            f"--service-cluster-ip-range={','.join(str(c.network) for c in plan.services)}",
            "--use-service-account-credentials=true",
            "--node-monitor-grace-period=20s",
            elect,
        ],
        SMALL,
    )
    machine.service_add(
        "kube-scheduler",
        [cluster.program("kube-scheduler"), *_kubeconfigs("scheduler"), elect],
        SMALL,
    )


def _kubeconfigs(who: str) -> list[str]:
    file = f"{PKI}/{who}.kubeconfig"
    return [f"--{use}kubeconfig={file}" for use in ("", "authentication-", "authorization-")]


def node_objects(cluster: LabCluster) -> list[dict[str, Any]]:
    """The Node objects, made before the kubelets: they may not label themselves with a role."""
    objects: list[dict[str, Any]] = []
    for machine in cluster.machines:
        control = machine.spec.role == "control-plane"
        labels = {"kubernetes.io/hostname": machine.name, "kubernetes.io/os": "linux"}
        node: dict[str, Any] = {"apiVersion": "v1", "kind": "Node", "spec": {}}
        if control:
            labels["node-role.kubernetes.io/control-plane"] = ""
            # As kubeadm does: ordinary pods stay away from control planes.
            node["spec"]["taints"] = [
                {"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}
            ]
        node["metadata"] = {"name": machine.name, "labels": labels}
        objects.append(node)
    return objects
