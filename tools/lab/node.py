"""What every node runs: containerd, the kubelet and kube-proxy, on their standard paths."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

from tools.lab import spec
from tools.lab.cluster import LabCluster
from tools.lab.controlplane import PKI, SMALL
from tools.lab.errors import LabError
from tools.lab.machine import Machine
from tools.lab.paths import state

_CONTAINERD = """\
version = 2
[plugins."io.containerd.grpc.v1.cri"]
 sandbox_image = "lab.local/pause:1"
 # Without CAP_SYS_RESOURCE runc cannot lower oom_score_adj, and every sandbox fails with
 # "can't get final child's PID from pipe: EOF".
 restrict_oom_score_adj = true
 disable_tcp_service = true
 [plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  default_runtime_name = "runc"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
   runtime_type = "io.containerd.runc.v2"
 [plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/opt/cni/bin"
  conf_dir = "/etc/cni/net.d"
"""


def disk(machine: Machine) -> None:
    """Give the machine its images: hard links to the template, and copies of the databases.

    No import, no extra disk, and one page cache for all nodes.
    """
    template, target = (state() / "template").resolve(), machine.dir / "disk" / "containerd"
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    linked = subprocess.run(
        ["cp", "-al", str(template), str(target)], capture_output=True, check=False
    )
    if linked.returncode != 0:  # the template is on another file system
        shutil.rmtree(target, ignore_errors=True)
        copied = subprocess.run(
            ["cp", "-a", str(template), str(target)], capture_output=True, text=True, check=False
        )
        if copied.returncode != 0:
            raise LabError(f"{machine.name}: no images: {copied.stderr.strip()}")
    for database in template.rglob("*.db"):
        copy = target / database.relative_to(template)
        copy.unlink()
        shutil.copy2(database, copy)


def start_containerd(machine: Machine) -> None:
    """Start containerd, early: a kubelet exits when its CRI is not initialised yet."""
    machine.configure("config.toml", _CONTAINERD)
    machine.service_add("containerd", ["containerd", "-c", "/lab/conf/config.toml", "-l", "warn"])


def start(cluster: LabCluster, machine: Machine) -> None:
    """Start the kubelet and kube-proxy."""
    machine.configure("kubelet.json", json.dumps(kubelet(cluster, machine.name), indent=1))
    machine.configure("proxy.json", json.dumps(proxy(cluster, machine.name), indent=1))
    machine.service_add(
        "kubelet",
        [
            cluster.program("kubelet"),
            "--config=/lab/conf/kubelet.json",
            f"--kubeconfig={PKI}/node-{machine.name}.kubeconfig",
            f"--hostname-override={machine.name}",
            f"--node-ip={','.join(machine.spec.addresses)}",
            "--v=1",
        ],
        SMALL,
    )
    machine.service_add(
        "kube-proxy",
        [cluster.program("kube-proxy"), "--config=/lab/conf/proxy.json", "--v=1"],
        SMALL,
    )


def kubelet(cluster: LabCluster, name: str) -> dict[str, Any]:
    """The kubelet's configuration."""
    nothing = dict.fromkeys(
        ("memory.available", "nodefs.available", "nodefs.inodesFree", "imagefs.available"), "0%"
    )
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": f"{PKI}/ca.crt"},
        },
        "authorization": {"mode": "Webhook"},
        "clusterDNS": [spec.dns_service_address(cluster.plan)],
        "clusterDomain": "cluster.local",
        # The machine sees its own group tree as the whole one.
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": "/",
        "cgroupsPerQOS": True,
        "enforceNodeAllocatable": ["pods"],
        "failCgroupV1": False,
        "failSwapOn": False,
        "oomScoreAdj": 0,
        # All nodes share one disk and one memory: none may evict because the others are big.
        "evictionHard": nothing,
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "localStorageCapacityIsolation": False,
        "containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
        "resolvConf": "/etc/resolv.conf",
        "tlsCertFile": f"{PKI}/node-{name}.crt",
        "tlsPrivateKeyFile": f"{PKI}/node-{name}.key",
        "volumePluginDir": "/var/lib/kubelet/volplugins",
        "syncFrequency": "10s",
        "nodeStatusUpdateFrequency": "4s",
        "serializeImagePulls": False,
    }


def proxy(cluster: LabCluster, name: str) -> dict[str, Any]:
    """kube-proxy's configuration: nftables, and no connection tracking limits of the host's."""
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": f"{PKI}/proxy.kubeconfig"},
        "mode": "nftables",
        "clusterCIDR": ",".join(str(cidr.network) for cidr in cluster.plan.pods),
        "hostnameOverride": name,
        "oomScoreAdj": 0,
        "conntrack": {
            "maxPerCore": 0,
            "min": 0,
            "tcpEstablishedTimeout": "0s",
            "tcpCloseWaitTimeout": "0s",
        },
    }
