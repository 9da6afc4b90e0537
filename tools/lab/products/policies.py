"""The NetworkPolicies of the plan, and something behind each that can be connected to."""

from __future__ import annotations

from tools.lab import netns, workloads
from tools.lab.addons import BASE
from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import enforcement, listeners
from tools.lab.products.policy_peers import gateways, peers
from tools.lab.products.product import Product
from tools.lab.waiting import until
from trueline.model.topology import Policy, Topology

_IN_FORCE_WITHIN = 60.0


def wanted(topology: Topology) -> bool:
    """Whether the plan has any policy."""
    return bool(topology.policies)


def objects(lab: Lab, cluster: LabCluster) -> list[Object]:
    """The namespaces, and a listener in each in which the plan puts nothing else."""
    found: list[Object] = []
    for policy in _here(lab.topology, cluster):
        found.append(workloads.namespace(policy.namespace))
        if policy.namespace not in listeners.occupied(lab.topology, cluster.plan):
            found += listeners.objects(policy)
    return found


def network_policies(topology: Topology, policy: Policy, pod_cidrs: list[str]) -> list[Object]:
    """A default deny for everything that enters the namespace, and what the plan lets in.

    `pod_cidrs` are the pod ranges of the cluster's nodes.
    """
    found = [_network_policy(policy, "default-deny-ingress", [])]
    if policy.allow_from:
        rule: Object = {"from": peers(topology, policy, gateways(pod_cidrs))}
        if policy.ports:
            rule["ports"] = [{"port": p.number, "protocol": p.protocol} for p in policy.ports]
        found.append(_network_policy(policy, "allow-ingress", [rule]))
    return found


def _network_policy(policy: Policy, name: str, ingress: list[Object]) -> Object:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": policy.namespace, "labels": dict(BASE)},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": ingress},
    }


def configure(lab: Lab, cluster: LabCluster) -> None:
    """Create the policies, and wait until they are in force where something enforces them."""
    policies = _here(lab.topology, cluster)
    nodes = cluster.api.get("/api/v1/nodes")["items"] if policies else []
    cidrs = [cidr for node in nodes for cidr in node["spec"].get("podCIDRs", [])]
    for policy in policies:
        cluster.api.create_all(network_policies(lab.topology, policy, cidrs))
    if cluster.plan.cni.policy_enforced and enforcement.PRODUCT.name not in lab.record.without:
        for policy in policies:
            if policy.namespace not in listeners.occupied(lab.topology, cluster.plan):
                _in_force(cluster, policy)


def _in_force(cluster: LabCluster, policy: Policy) -> None:
    """Wait until another node is refused on the port that nobody may enter."""
    namespace, port = policy.namespace, listeners.ports(policy)[-1]
    path = f"/api/v1/namespaces/{namespace}/pods?labelSelector=app={listeners.name(policy)}"

    def refused() -> bool:
        pods = [item for item in cluster.api.get(path)["items"] if item["status"].get("podIP")]
        if not pods or pods[0]["status"].get("phase") != "Running":
            return False
        node, address = pods[0]["spec"]["nodeName"], pods[0]["status"]["podIP"]
        others = [machine for machine in cluster.machines if machine.name != node]
        if not others:  # a node always reaches its own pods
            return True
        try:
            netns.connect(others[0].pid, address, port, 1).close()
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
        return False

    until(
        f"{cluster.name}: the policies of {namespace} are in force",
        refused,
        within=_IN_FORCE_WITHIN,
        every=0.3,
        fix=f"python -m tools.lab pod {cluster.name} -n {namespace} get pods,netpol",
    )


def _here(topology: Topology, cluster: LabCluster) -> list[Policy]:
    return [policy for policy in topology.policies if policy.cluster == cluster.name]


PRODUCT = Product(
    name="policies",
    about="the planned NetworkPolicies, and listeners behind them",
    wanted=wanted,
    objects=objects,
    configure=configure,
    needs=(enforcement.PRODUCT.name,),
)
