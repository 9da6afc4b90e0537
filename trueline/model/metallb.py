"""How MetalLB reads the objects of a cluster: who asks, who holds, what is selected, which version.

Pure reading of facts, shared by every judge that needs it. Sources: MetalLB v0.13.12
controller/service.go, internal/config and internal/k8s/controllers/service_controller.go
(`filterByLoadBalancerClass`), release notes 0.14.2 and 0.14.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from trueline.model.address import Address, address_of
from trueline.model.claim import Claim, not_applicable
from trueline.model.observation import (
    AdvertisementFact,
    ClusterFacts,
    NodeFact,
    NotObserved,
    PoolFact,
    SelectorFact,
    ServiceFact,
    WorkloadFact,
)
from trueline.model.topology import Cluster

OLD_PREFIX = "metallb.universe.tf/"
NEW_PREFIX = "metallb.io/"
NEW_PREFIX_SINCE = (0, 14, 9)
EXCLUDE_LABEL = "node.kubernetes.io/exclude-from-external-load-balancers"
EXCLUDE_LABEL_SINCE = (0, 14, 2)
IGNORE_EXCLUDE_FLAG = "--ignore-exclude-lb"
CLASS_FLAG = "--lb-class"

Version = tuple[int, ...]


def unplanned(cluster: Cluster) -> Claim:
    """The claim about a cluster for which the plan has no MetalLB: nothing is asked of it."""
    why = "the planned load balancer is not MetalLB"
    if cluster.load_balancer is None:
        why = "the plan names no load balancer"
    return not_applicable(cluster, why=why, at=cluster.at)


def workload(facts: ClusterFacts, namespace: str, component: str) -> WorkloadFact | None:
    """The Deployment or DaemonSet of MetalLB that runs `component` (`controller`, `speaker`)."""
    found = (
        item
        for item in facts.workloads.value
        if item.namespace == namespace and component_of(item.labels) == component
    )
    return next(found, None)


def speaker_nodes(facts: ClusterFacts, namespace: str) -> frozenset[str]:
    """The nodes on which a ready speaker runs."""
    return frozenset(
        pod.node
        for pod in facts.pods.value
        if pod.namespace == namespace
        and component_of(pod.labels) == "speaker"
        and pod.ready
        and pod.node
    )


def announcing_nodes(facts: ClusterFacts, namespace: str) -> frozenset[str]:
    """The nodes with a ready speaker; without any speaker at all, every node.

    That no speaker runs is a finding of its own. What is asked *beyond* it is judged as if every
    node had one, so that one fault does not turn two requirements red.
    """
    return speaker_nodes(facts, namespace) or frozenset(node.name for node in facts.nodes.value)


def chosen_nodes(facts: ClusterFacts, address: Address) -> frozenset[str]:
    """The nodes that the L2Advertisements of an address's pool choose; where none is, every node.

    As for `announcing_nodes`: that nothing advertises the pool is a finding of its own.
    """
    every = frozenset(node.name for node in facts.nodes.value)
    pool = pool_with(facts.pools.value, address)
    if pool is None:
        return every
    labels = facts.pool_labels.value.get(pool.name, {})
    choosing = [item for item in facts.advertisements.value if selects(item, pool.name, labels)]
    chosen = (
        node.name
        for node in facts.nodes.value
        if any(chooses(advertisement, node) for advertisement in choosing)
    )
    return frozenset(chosen) or every


def excluded_nodes(facts: ClusterFacts, namespace: str) -> frozenset[str]:
    """The nodes left out for their exclusion label, which the running version has to heed.

    Raises NotObserved when there is such a label, and the version of the speakers is not known.
    """
    labelled = frozenset(node.name for node in facts.nodes.value if EXCLUDE_LABEL in node.labels)
    if not labelled or speaker_version(facts, namespace) < EXCLUDE_LABEL_SINCE:
        return frozenset()
    ignored = any(
        flag.startswith(IGNORE_EXCLUDE_FLAG) and not flag.endswith("=false")
        for flag in _flags(facts, namespace)
    )
    return frozenset() if ignored else labelled


def _flags(facts: ClusterFacts, namespace: str) -> tuple[str, ...]:
    """The flags that MetalLB's pods were started with."""
    return tuple(
        flag for pod in facts.pods.value if pod.namespace == namespace for flag in pod.arguments
    )


def component_of(labels: dict[str, str]) -> str | None:
    """Manifests label `component`, the Helm chart `app.kubernetes.io/component`."""
    return labels.get("component", labels.get("app.kubernetes.io/component"))


def versions(facts: ClusterFacts, namespace: str) -> dict[str, Version]:
    """The version each MetalLB component runs, by its image tag.

    Raises NotObserved when no component is there, or a tag is no version.
    """
    running: dict[str, Version] = {}
    for component in ("controller", "speaker"):
        item = workload(facts, namespace, component)
        for image in item.images if item else ():
            if _is_of(component, image):
                running[component] = tag_version(image)
    if not running:
        raise NotObserved(f"no MetalLB controller or speaker runs in namespace {namespace!r}")
    return running


def version(facts: ClusterFacts, namespace: str) -> Version:
    """The version of the controller, or of the speaker where no controller is. See `versions`."""
    return next(iter(versions(facts, namespace).values()))


def _is_of(component: str, image: str) -> bool:
    """Whether an image is the component's own: `metallb/speaker`, `bitnami/metallb-speaker`."""
    name = image.split("@", 1)[0].rsplit("/", 1)[-1].split(":", 1)[0]
    return name == component or name.endswith(f"-{component}")


def speaker_version(facts: ClusterFacts, namespace: str) -> Version:
    """The version of the speakers. Raises NotObserved when none is known."""
    try:
        return versions(facts, namespace)["speaker"]
    except KeyError:
        raise NotObserved(f"no MetalLB speaker runs in namespace {namespace!r}") from None


def tag_version(image: str) -> Version:
    """`quay.io/metallb/speaker:v0.13.12` is (0, 13, 12). Raises NotObserved for other tags."""
    tag = re.search(r":v?(\d+(?:\.\d+)+)[^/]*$", image.split("@", 1)[0])
    if tag is None:
        raise NotObserved(f"the tag of image {image!r} names no version")
    return tuple(int(part) for part in tag[1].split("."))


def spelled(number: Version) -> str:
    """A version as text."""
    return ".".join(str(part) for part in number)


def load_balancers(facts: ClusterFacts, namespace: str) -> tuple[ServiceFact, ...]:
    """The Services of type LoadBalancer that this MetalLB looks after, by key."""
    own = own_class(facts, namespace)
    found = (
        item
        for item in facts.services.value
        if item.type == "LoadBalancer" and (item.load_balancer_class or "") == own
    )
    return tuple(sorted(found, key=lambda item: item.key))


def own_class(facts: ClusterFacts, namespace: str) -> str:
    """The loadBalancerClass that MetalLB was told to look after; empty for Services without one."""
    told = (flag for flag in _flags(facts, namespace) if flag.startswith(f"{CLASS_FLAG}="))
    return next(told, "").partition("=")[2]


def holders(facts: ClusterFacts) -> dict[Address, frozenset[str]]:
    """Every address that a Service's status holds, and the keys of all its holders."""
    held: dict[Address, frozenset[str]] = {}
    for item in facts.services.value:
        for address in item.ingress:
            held[address] = held.get(address, frozenset()) | {item.key}
    return held


def read_annotation(service: ServiceFact, name: str, running: Version) -> str | None:
    """The value of MetalLB's annotation `name` as the running version reads it."""
    prefixes = [OLD_PREFIX]
    if running >= NEW_PREFIX_SINCE:
        prefixes.insert(0, NEW_PREFIX)
    values = (service.annotations.get(prefix + name) for prefix in prefixes)
    return next((value for value in values if value), None)


def unread_annotations(service: ServiceFact, running: Version) -> tuple[str, ...]:
    """The MetalLB annotations that the running version ignores because of their prefix."""
    if running >= NEW_PREFIX_SINCE:
        return ()
    return tuple(sorted(key for key in service.annotations if key.startswith(NEW_PREFIX)))


def asks_twice(service: ServiceFact, running: Version) -> bool:
    """Whether annotation and spec.loadBalancerIP are both set, which MetalLB refuses."""
    annotation = read_annotation(service, "loadBalancerIPs", running)
    return bool(annotation and service.load_balancer_ip)


def requested(service: ServiceFact, running: Version) -> tuple[Address, ...]:
    """The addresses a Service asks for, as the running version reads it; others are left out."""
    text = read_annotation(service, "loadBalancerIPs", running) or service.load_balancer_ip or ""
    found = (address_of(part.strip()) for part in text.split(","))
    return tuple(address for address in found if address is not None)


def pool_with(pools: Iterable[PoolFact], address: Address) -> PoolFact | None:
    """The pool that holds an address."""
    return next((pool for pool in pools if any(part.holds(address) for part in pool.ranges)), None)


def matches(selector: SelectorFact, labels: dict[str, str]) -> bool:
    """Whether a label selector matches; an empty one matches everything."""
    exact = all(labels.get(key) == value for key, value in selector.match_labels.items())
    return exact and all(_expression(labels, *part) for part in selector.expressions)


def _expression(labels: dict[str, str], key: str, operator: str, values: tuple[str, ...]) -> bool:
    """One matchExpressions entry; `NotIn` also matches a missing key (apimachinery labels)."""
    answers = {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }
    return answers.get(operator, False)


def selects(advertisement: AdvertisementFact, pool: str, labels: dict[str, str]) -> bool:
    """Whether an L2Advertisement selects a pool: named, or by its labels; with neither, all."""
    if not advertisement.pools and not advertisement.pool_selectors:
        return True
    return pool in advertisement.pools or any(
        matches(selector, labels) for selector in advertisement.pool_selectors
    )


def chooses(advertisement: AdvertisementFact, node: NodeFact) -> bool:
    """Whether an L2Advertisement may be announced by a node: without selectors, by any."""
    selectors = advertisement.node_selectors
    return not selectors or any(matches(selector, node.labels) for selector in selectors)


def reaches_a_node(advertisement: AdvertisementFact, facts: ClusterFacts) -> bool:
    """Whether the node selectors of an L2Advertisement leave a node to announce it."""
    return not advertisement.node_selectors or any(
        chooses(advertisement, node) for node in facts.nodes.value
    )
