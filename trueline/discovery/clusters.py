"""One cluster of the draft: its endpoint, identity, versions, pod and Service networks, nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trueline.discovery import balancers, policies
from trueline.discovery.draft import Block, Entry, Gap, Part, Plain, block, is_written
from trueline.discovery.recognised import engine_of, repository
from trueline.discovery.segments import Segment, home
from trueline.discovery.told import is_name, networks, told, untold
from trueline.model.address import Network
from trueline.model.found import Found
from trueline.model.metallb import spelled, tag_version, version
from trueline.model.observation import ClusterFacts, NotObserved, PodFact

_ENDPOINT = re.compile(
    r"https://(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])(?::[1-9][0-9]{0,4})?"
)
_UID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_FLAG = "--cluster-cidr="
_WIDE = {4: 16, 6: 48}  # how wide pod networks usually are at least


@dataclass(frozen=True, slots=True, kw_only=True)
class PodNetworks:
    """Pod networks as they are drafted, and who says so."""

    cidrs: tuple[str, ...]
    source: str
    guess: bool = False


def parts(found: Found, drafted: Sequence[Segment]) -> Iterator[Part]:
    """The key of each cluster, or why it cannot be drafted."""
    for name, context in found.contexts.items():
        facts = found.clusters[name]
        if facts.identity.kind == "gap" and facts.nodes.kind == "gap":
            example = f"{name}: {{context: {context}}}"
            yield Gap(key=name, why=facts.identity.reason, example=example)
            continue
        yield Entry(key=name, value=Block(tuple(_cluster(found, name, context, drafted))))


def _cluster(found: Found, name: str, context: str, drafted: Sequence[Segment]) -> Iterator[Part]:
    facts = found.clusters[name]
    yield Entry(key="context", value=context)
    yield from _identity(facts)
    yield from _versions(found, name)
    yield _cni(found, name, drafted)
    where = home(drafted, (address for node in told(facts.nodes) for address in node.addresses))
    yield Entry(key="segment", value=(where or drafted[0]).name)
    yield from _pods(found, name)
    yield from _services(facts)
    yield from _nodes(facts)
    yield from balancers.parts(found, name, drafted)


def _identity(facts: ClusterFacts) -> Iterator[Part]:
    if facts.identity.kind == "gap":
        yield Gap(key="api", why=facts.identity.reason, example="api: https://192.0.2.10:6443")
        yield Gap(key="identity", why=facts.identity.reason)
        return
    fact = facts.identity.value
    if _ENDPOINT.fullmatch(fact.server):
        source = "the kubeconfig; others must reach it too"
        yield Entry(key="api", value=fact.server, source=source)
    else:
        why = f"{fact.server} of the kubeconfig is not https://HOST:PORT"
        yield Gap(key="api", why=why, example="api: https://192.0.2.10:6443")
    pins: list[Part] = []
    if fact.ca_sha256:
        pins.append(Entry(key="ca_sha256", value=fact.ca_sha256, source="the kubeconfig"))
    if _UID.fullmatch(fact.kube_system_uid):
        source = facts.identity.source
        pins.append(Entry(key="kube_system_uid", value=fact.kube_system_uid, source=source))
    else:
        pins.append(Gap(key="kube_system_uid", why=f"{fact.kube_system_uid} is no UID"))
    yield from block("identity", pins)


def _versions(found: Found, name: str) -> Iterator[Part]:
    facts = found.clusters[name]
    inner: list[Part] = []
    if facts.identity.kind == "seen":
        running = re.match(r"v?(\d+\.\d+)", facts.identity.value.version)
        if running:
            inner.append(_version("kubernetes", running[1], facts.identity.value.version))
    namespace = balancers.namespace_of(facts)
    if namespace is not None:
        try:
            running_there = spelled(version(facts, namespace))
            inner.append(_version("metallb", running_there, f"the images in {namespace}"))
        except NotObserved as error:
            inner.append(Gap(key="metallb", why=str(error)))
    pod = _flannel(facts)
    if pod is not None:
        inner.append(_flannel_version(pod))
    yield from block("versions", inner)


def _version(key: str, value: str, source: str) -> Entry:
    return Entry(key=key, value=value, source=source)


def _flannel_version(pod: PodFact) -> Part:
    image = next(one for one in pod.images.values() if repository(one) == "flannel")
    try:
        return _version("flannel", spelled(tag_version(image)), f"image {image}")
    except NotObserved as error:
        return Gap(key="flannel", why=str(error))


def _flannel(facts: ClusterFacts) -> PodFact | None:
    for pod in told(facts.pods):
        if any(repository(image) == "flannel" for image in pod.images.values()):
            return pod
    return None


def _cni(found: Found, name: str, drafted: Sequence[Segment]) -> Part:
    facts, settings = found.clusters[name], found.settings_of(name)
    pod = _flannel(facts)
    if facts.pods.kind == "gap":
        kind = Entry(key="kind", value="other", source=facts.pods.reason, guess=True)
    elif pod is None:
        kind = Entry(key="kind", value="other", source="no pod of Flannel runs")
    else:
        kind = Entry(key="kind", value="flannel", source=f"pod {pod.namespace}/{pod.name}")
    inner: list[Part] = [kind]
    backends = [one.backend for one in told(settings.flannel) if one.backend]
    if backends:
        source = settings.flannel.source
        inner.append(Entry(key="backend", value=backends[0], source=source))
    else:
        why = untold(settings.flannel, "no ConfigMap kube-flannel-cfg names a back end")
        inner.append(Gap(key="backend", why=why, example="backend: vxlan"))
    engine = engine_of(facts)
    if engine is not None and policies.any_drafted(found, name, drafted):
        source = f"pod {engine.namespace}/{engine.name}"
        inner.append(Entry(key="policy_enforced", value=True, source=source))
    else:
        why = "no policy engine that is known runs"
        if engine is not None:
            why = f"{engine.namespace}/{engine.name} may; no policy is drafted to try it by"
        inner.append(Gap(key="policy_enforced", why=why, example="policy_enforced: true"))
    return Entry(key="cni", value=Block(tuple(inner)))


def _pods(found: Found, name: str) -> Iterator[Part]:
    facts = found.clusters[name]
    network = pod_networks(found, name)
    if network is None:
        why = untold(facts.nodes, "no node has a range of pod addresses")
        yield Gap(key="pods", why=why, empty=[])
        return
    yield Entry(key="pods", value=list(network.cidrs), source=network.source, guess=network.guess)
    ranges = networks(text for node in told(facts.nodes) for text in node.pod_cidrs)
    lengths: dict[str, Plain] = {}
    for family, key in ((4, "ipv4"), (6, "ipv6")):
        found_lengths = {one.prefixlen for one in ranges if one.version == family}
        if len(found_lengths) == 1:
            lengths[key] = found_lengths.pop()
    if lengths:
        yield Entry(key="node_prefix", value=lengths, source="podCIDRs of the nodes")
    else:
        yield Gap(key="node_prefix", why="the nodes have no ranges of one length")


def pod_networks(found: Found, name: str) -> PodNetworks | None:
    """The pod networks by the best witness; the guess of last resort is a network around them."""
    facts, settings = found.clusters[name], found.settings_of(name)
    witnesses = [(one.networks, settings.flannel.source) for one in told(settings.flannel)]
    witnesses += [
        (tuple(flag.removeprefix(_FLAG).split(",")), f"flag of pod {pod.namespace}/{pod.name}")
        for pod in told(facts.pods)
        for flag in pod.arguments
        if flag.startswith(_FLAG)
    ]
    witnesses.append((told(settings.pod_subnets), settings.pod_subnets.source))
    for texts, source in witnesses:
        if cidrs := tuple(map(str, networks(texts))):
            return PodNetworks(cidrs=cidrs, source=source)
    ranges = networks(text for node in told(facts.nodes) for text in node.pod_cidrs)
    around = [_around([one for one in ranges if one.version == family]) for family in (4, 6)]
    cidrs = tuple(str(one) for one in around if one is not None)
    why = "the usual network around the podCIDRs of the nodes"
    return PodNetworks(cidrs=cidrs, source=why, guess=True) if cidrs else None


def _around(parts: Sequence[Network]) -> Network | None:
    """The smallest network of a usual length that holds all of them."""
    if not parts:
        return None
    around = parts[0]
    while not all(around.supernet_of(one) for one in parts):  # type: ignore[arg-type]
        around = around.supernet()
    wide = _WIDE[around.version]
    return around.supernet(new_prefix=wide) if around.prefixlen > wide else around


def _services(facts: ClusterFacts) -> Iterator[Part]:
    cidrs = [cidr for item in told(facts.service_cidrs) for cidr in item.cidrs]
    if cidrs:
        names = ", ".join(item.name for item in told(facts.service_cidrs))
        yield Entry(key="services", value=list(cidrs), source=f"ServiceCIDR {names}")
    else:
        why = untold(facts.service_cidrs, "there is no ServiceCIDR")
        yield Gap(key="services", why=why, empty=[])
    for item in told(facts.services):
        resolves = item.name == "kube-dns" or any(port.port == 53 for port in item.ports)
        if item.namespace == "kube-system" and resolves and item.cluster_ips:
            source = f"Service {item.key}"
            yield Entry(key="dns_service", value=str(item.cluster_ips[0]), source=source)
            return
    why = untold(facts.services, "no Service of kube-system answers on port 53")
    yield Gap(key="dns_service", why=why)


def _nodes(facts: ClusterFacts) -> Iterator[Part]:
    nodes: list[Part] = []
    for node in told(facts.nodes):
        if not is_name(node.name):
            nodes.append(Gap(key=node.name, why="a plan cannot call a node so"))
            continue
        role = "control-plane" if "control-plane" in node.roles else "worker"
        value: dict[str, Plain] = {"role": role}
        if len(node.addresses) > 1:
            value["addresses"] = [str(one) for one in node.addresses]
        elif node.addresses:
            value["address"] = str(node.addresses[0])
        nodes.append(Entry(key=node.name, value=value))
    if any(map(is_written, nodes)):
        yield from block("nodes", nodes, source=facts.nodes.origin)
    else:
        why = untold(facts.nodes, "there is no node that a plan can name")
        yield from block("nodes", nodes)
        yield Gap(key="nodes", why=why, empty={})
