"""The clusters: told apart, reachable at a planned endpoint, with stated versions."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.topology import Cluster
from trueline.requirements.plan_use import PLAN_050, PLAN_051, PLAN_052, PLAN_053, PLAN_054

Pair = tuple[Cluster, Cluster]


@check(PLAN_050, remedy="Plan the endpoint that others are to use: https://HOST:6443.")
def api_endpoint_is_planned(cluster: Cluster) -> Iterator[Claim]:
    """The cluster has an API endpoint: https and a host."""
    yield holds(
        f"{cluster} api",
        cluster.endpoint is not None and urlsplit(str(cluster.api)).scheme == "https",
        expected="https://HOST:PORT",
        observed=cluster.api,
        at=cluster.at,
    )


@check(PLAN_051, remedy="Put a load balancer or a virtual address in front of the control plane.")
def api_endpoint_outlives_any_one_node(cluster: Cluster) -> Iterator[Claim]:
    """The API endpoint of several control-plane nodes is the address of none of them."""
    masters = cluster.control_planes
    endpoint = cluster.endpoint
    if len(masters) < 2 or endpoint is None:
        why = "one control-plane node at most, or no endpoint, is planned"
        yield not_applicable(cluster, why=why, at=cluster.at)
        return
    host = endpoint.host
    single = [
        str(node) for node in cluster.nodes if host == node.name or host in map(str, node.addresses)
    ]
    yield holds(
        f"{cluster} api",
        not single,
        expected=f"an endpoint in front of {len(masters)} control-plane nodes",
        observed=f"{host}, node {', '.join(single)}" if single else host,
        at=cluster.at,
    )


@check(PLAN_052, remedy="Rename one context: `kubectl config rename-context OLD NEW`.")
def contexts_are_distinct(pair: Pair) -> Iterator[Claim]:
    """Two clusters have different contexts, or contexts of different kubeconfigs."""
    one, other = pair
    yield holds(
        f"{one} and {other} context",
        (one.kubeconfig, one.context) != (other.kubeconfig, other.context),
        expected="two contexts",
        observed=f"{one.context} and {other.context} ({other.at})",
        at=one.at,
    )


@check(
    PLAN_053, remedy="Correct the pin or the endpoint of the cluster that it does not belong to."
)
def identities_are_distinct(pair: Pair) -> Iterator[Claim]:
    """Two clusters have different API endpoints, and different pins where both are pinned."""
    one, other = pair
    pins = {
        "API endpoint": (one.endpoint, other.endpoint),
        "CA pin": (one.identity.ca_sha256, other.identity.ca_sha256),
        "kube-system UID pin": (one.identity.kube_system_uid, other.identity.kube_system_uid),
    }
    comparable = {what: both for what, both in pins.items() if None not in both}
    for what, (mine, theirs) in comparable.items():
        yield holds(
            f"{one} and {other} {what}",
            mine != theirs,
            expected="two values",
            observed=f"{mine} and {theirs} ({other.at})",
            at=one.at,
        )
    if not comparable:
        why = "nothing that tells the clusters apart is planned for both"
        yield not_applicable(f"{one} and {other}", why=why, at=one.at)


@check(PLAN_054, remedy="State the version under `versions`, in quotes.")
def versions_are_stated(cluster: Cluster) -> Iterator[Claim]:
    """The cluster states its versions of Kubernetes, load balancer and pod network."""
    wanted = ["kubernetes"]
    if cluster.load_balancer and cluster.load_balancer.kind != "other":
        wanted.append(cluster.load_balancer.kind)
    if cluster.cni.kind != "other":
        wanted.append(cluster.cni.kind)
    for product in wanted:
        yield holds(
            f"{cluster} versions {product}",
            bool(cluster.versions.get(product)),
            expected="a version",
            observed=cluster.versions.get(product),
            at=cluster.at,
        )
