"""A Service that no plan knows, with a pod behind it: what several faults need."""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.faults import products
from tools.lab.waiting import until
from tools.lab.workloads import IMAGE, PINNED, PORT

"""Where it shows: what it asks for and holds, and that nobody planned it as a door."""
POOL = "metallb.universe.tf/address-pool"


def start(cluster: LabCluster, name: str, address: str, *, holds: bool = True) -> None:
    """Create `default/NAME` asking for an address; wait until it holds it, if it ever should."""
    labels = {"app": name}
    cluster.api.create(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": "default", "labels": labels},
            "spec": {
                "automountServiceAccountToken": False,
                "terminationGracePeriodSeconds": 1,
                "containers": [
                    {
                        "name": "backend",
                        "image": IMAGE,
                        "imagePullPolicy": "IfNotPresent",
                        "args": [f"-listen=:{PORT}", f"-service=default/{name}"],
                    }
                ],
            },
        }
    )
    ports = [{"name": "http", "port": 80, "targetPort": PORT}]
    service(cluster, name, {PINNED: address}, selector=labels, ports=ports)

    def state() -> bool:
        service = cluster.api.get(f"/api/v1/namespaces/default/services/{name}")
        ingress = service["status"]["loadBalancer"].get("ingress", [])
        pod = cluster.api.get(f"/api/v1/namespaces/default/pods/{name}")
        ready = pod["status"].get("phase") == "Running"
        return ready and bool(ingress) == holds

    until(f"default/{name} is there", state, within=30)


def service(cluster: LabCluster, name: str, annotations: dict[str, str], **spec: object) -> None:
    """Create the Service `default/NAME` of type LoadBalancer, by default without any pod."""
    ports = [{"name": "http", "port": 80}]
    cluster.api.create(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": name,
                "namespace": "default",
                "labels": {"app": name},
                "annotations": annotations,
            },
            "spec": {"type": "LoadBalancer", "ports": ports, **spec},
        }
    )


def give(cluster: LabCluster, name: str, address: str) -> None:
    """Write an address into the status of `default/NAME`, as a load balancer does."""
    balancer = {"ingress": [{"ip": address}]}
    path = f"/api/v1/namespaces/default/services/{name}/status"
    cluster.api.merge(path, {"status": {"loadBalancer": balancer}})


def holds(cluster: LabCluster, name: str, address: str) -> None:
    """Wait until `default/NAME` holds exactly an address."""
    products.holds(cluster, f"default/{name}", address)


def refused(cluster: LabCluster, name: str) -> None:
    """Wait until MetalLB has said that it gives `default/NAME` no address."""
    told(cluster, name, "AllocationFailed")


def told(cluster: LabCluster, name: str, reason: str) -> None:
    """Wait until an event about `default/NAME` has that reason; not about an earlier one."""
    service = cluster.api.get(f"/api/v1/namespaces/default/services/{name}")["metadata"]["uid"]

    def said() -> bool:
        events = cluster.api.get("/api/v1/namespaces/default/events")["items"]
        return any(
            event["reason"] == reason and event["involvedObject"].get("uid") == service
            for event in events
        )

    until(f"{reason} is said of default/{name}", said, within=30)
