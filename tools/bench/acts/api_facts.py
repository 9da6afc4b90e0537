"""All pods and Services of a cluster as facts: as trueline reads them, or by the typed client.

Given `kubeconfig` and `by`: trueline, or typed. Tells the seconds and the MB while the facts are
held, and a digest of the facts by which both must agree.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable
from ipaddress import ip_address
from time import perf_counter
from typing import Any

from tools.bench.acts.telling import as_in_a_run, given, memory, tell
from tools.bench.plans import two_clusters
from trueline.intent.load import read as read_plan
from trueline.model.observation import PodFact, PortFact, ServiceFact

Facts = tuple[tuple[PodFact, ...], tuple[ServiceFact, ...]]


def main() -> None:
    """Read them once, and tell."""
    words = given()
    if words["by"] == "trueline":
        as_in_a_run()
        from trueline.probes.kube_client import connect
        from trueline.probes.kube_facets import facets, read

        cluster = read_plan(two_clusters().encode(), "plan.yaml").clusters[0]
        api, lists = connect("app", words["kubeconfig"], 60.0), facets(cluster, 2e9, 60.0)
        for facet in (lists["pods"], lists["services"]):  # decoders are made when first used
            next(api.each(facet.paths[0], facet.keep, facet.page, limit="1"))
        gc.collect()
        before, began = memory(), perf_counter()
        pods, services = read(api, lists["pods"]).kept, read(api, lists["services"]).kept
        seconds = perf_counter() - began
        gc.collect()
        held = memory() - before
        facts: Facts = (pods, services)
    else:
        from kubernetes import client, config

        config.load_kube_config(words["kubeconfig"])
        core = client.CoreV1Api()
        core.list_pod_for_all_namespaces(limit=1)  # models are imported when they are first used
        core.list_service_for_all_namespaces(limit=1)
        gc.collect()
        before, began = memory(), perf_counter()
        listed = core.list_pod_for_all_namespaces(), core.list_service_for_all_namespaces()
        addresses = [
            *((one.metadata.name, one.status.pod_ip) for one in listed[0].items),
            *((one.metadata.name, one.spec.cluster_ip) for one in listed[1].items),
        ]
        seconds = perf_counter() - began
        gc.collect()
        held = memory() - before
        del addresses
        facts = (
            tuple(map(_typed_pod, listed[0].items)),
            tuple(map(_typed_service, listed[1].items)),
        )
    tell(op=seconds, held=held, pods=len(facts[0]), services=len(facts[1]), digest=_digest(facts))


def _digest(facts: Facts) -> str:
    text = "\n".join(repr(one) for kind in facts for one in sorted(kind, key=_key))
    return hashlib.sha256(text.encode()).hexdigest()


def _key(one: Any) -> tuple[str, str]:
    return one.namespace, one.name


def _ips(texts: Iterable[str | None]) -> Any:
    return tuple(ip_address(text) for text in texts if text)


def _typed_pod(item: Any) -> PodFact:
    return PodFact(
        namespace=item.metadata.namespace,
        name=item.metadata.name,
        node=item.spec.node_name,
        ips=_ips(each.ip for each in item.status.pod_ips),
        phase=item.status.phase,
        ready=any(
            each.type == "Ready" and each.status == "True" for each in item.status.conditions
        ),
        host_network=bool(item.spec.host_network),
        labels=dict(item.metadata.labels),
        images={each.name: each.image for each in item.spec.containers},
        restarts=sum(each.restart_count for each in item.status.container_statuses),
        ended=_typed_ends(item),
    )


def _typed_ends(item: Any) -> Any:
    from trueline.model.observation import EndedFact

    return tuple(
        EndedFact(
            container=each.name,
            at=each.state.running.started_at.timestamp(),
            code=None,
            reason="for no reason told",
            times=each.restart_count,
        )
        for each in item.status.container_statuses
        if each.restart_count
    )


def _typed_service(item: Any) -> ServiceFact:
    spec = item.spec
    return ServiceFact(
        namespace=item.metadata.namespace,
        name=item.metadata.name,
        type=spec.type,
        cluster_ips=_ips(spec.cluster_ips),
        ingress=_ips(each.ip for each in item.status.load_balancer.ingress or ()),
        ports=tuple(
            PortFact(
                name=each.name, port=each.port, protocol=each.protocol, target=str(each.target_port)
            )
            for each in spec.ports
        ),
        annotations={},
        load_balancer_ip=spec.load_balancer_ip,
        load_balancer_class=spec.load_balancer_class,
        external_traffic_policy=spec.external_traffic_policy,
        source_ranges=tuple(spec.load_balancer_source_ranges or ()),
        selector=dict(spec.selector or {}),
    )


if __name__ == "__main__":
    main()
