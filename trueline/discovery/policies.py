"""What may enter a namespace: NetworkPolicies in the words of a plan, where those can say it.

A plan speaks of whole namespaces. What selects some pods only, or lets in what no end of a plan
names, is left to people, and said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trueline.discovery.draft import Entry, Gap, Part, Plain, block
from trueline.discovery.recognised import engine_of
from trueline.discovery.segments import Segment
from trueline.discovery.told import is_name, networks, told
from trueline.model.address import Address, Network
from trueline.model.found import Found
from trueline.model.settings import GrantFact, PeerFact, RuleFact

_TUNNELS = 2  # addresses of a node's pod range by which the node itself reaches pods (Flannel)


class Inexpressible(Exception):
    """A plan has no words for a policy; the text says what of it."""


def parts(found: Found, drafted: Sequence[Segment]) -> tuple[Part, ...]:
    """The key `policies`."""
    inner: list[Part] = []
    for cluster in found.clusters:
        inner += block(cluster, list(_of_cluster(found, cluster, drafted)))
    return block("policies", inner)


def any_drafted(found: Found, cluster: str, drafted: Sequence[Segment]) -> bool:
    """Whether a plan can say what any namespace of a cluster lets in."""
    return any(isinstance(part, Entry) for part in _of_cluster(found, cluster, drafted))


def _of_cluster(found: Found, cluster: str, drafted: Sequence[Segment]) -> Iterator[Part]:
    facts, listed = found.clusters[cluster], found.settings_of(cluster).grants
    seen = sorted({policy.namespace for policy in told(facts.policies)})
    if listed.kind == "gap":
        yield from (Gap(key=one, why=f"what may enter it: {listed.reason}") for one in seen)
        return
    for namespace in sorted({one.namespace for one in listed.value}):
        mine = [one for one in listed.value if one.namespace == namespace]
        names = ", ".join(one.name for one in mine)
        try:
            if not is_name(namespace):
                raise Inexpressible("a plan cannot call a namespace so")
            if engine_of(facts) is None:
                raise Inexpressible("no engine that is known enforces it")
            value = _policy(found, cluster, mine, drafted)
        except Inexpressible as error:
            yield Gap(key=namespace, why=f"{error} (NetworkPolicy {names})")
            continue
        yield Entry(key=namespace, value=value, source=f"NetworkPolicy {names}")


def _policy(
    found: Found, cluster: str, grants: Sequence[GrantFact], drafted: Sequence[Segment]
) -> dict[str, Plain]:
    if not all(one.whole for one in grants):
        raise Inexpressible("it selects some pods of the namespace only")
    rules = [rule for one in grants for rule in one.rules]
    ports = {rule.ports for rule in rules}
    if len(ports) > 1:
        raise Inexpressible("not everybody may enter the same ports")
    odd = [rule.other for rule in rules if rule.other]
    if odd:
        raise Inexpressible(f"it names {odd[0]}")
    if any(protocol not in ("TCP", "UDP") for one in ports for _, protocol in one):
        raise Inexpressible("it names a protocol beside TCP and UDP")
    value: dict[str, Plain] = {"allow_from": list(_ends(found, cluster, rules, drafted))}
    if rules and rules[0].ports:
        value["ports"] = [f"{number}/{protocol}" for number, protocol in rules[0].ports]
    return value


def _ends(
    found: Found, cluster: str, rules: Sequence[RuleFact], drafted: Sequence[Segment]
) -> Iterator[str]:
    """The ends that may enter, each once: pods, then nodes, then segments."""
    peers: list[PeerFact] = []
    for rule in rules:
        if rule.peers is None:
            raise Inexpressible("it lets everybody in")
        peers += rule.peers
    odd = [peer.other for peer in peers if peer.other]
    if odd:
        raise Inexpressible(f"it lets in {odd[0]}")
    pods = [f"pods:{cluster}/{one.namespace}" for one in peers if one.namespace]
    if any(one.namespace is None and one.block is None for one in peers):
        pods = [f"pods:{cluster}"]
    if not all(is_name(end.partition(":")[2].replace("/", ".")) for end in pods):
        raise Inexpressible("it names a namespace that a plan cannot")
    yield from dict.fromkeys(pods)
    blocks = networks(one.block for one in peers if one.block)
    hosts = {one.network_address for one in blocks if one.num_addresses == 1}
    yield from _nodes(found, cluster, hosts)
    for network in dict.fromkeys(one for one in blocks if one.num_addresses > 1):
        yield _segment(network, drafted)


def _nodes(found: Found, cluster: str, hosts: set[Address]) -> Iterator[str]:
    """The clusters all of whose nodes are among the addresses that may enter."""
    left = set(hosts)
    for name, facts in found.clusters.items():
        nodes = {address for node in told(facts.nodes) for address in node.addresses}
        if nodes and nodes <= hosts:
            yield f"nodes:{name}"
            left -= nodes
    for node in told(found.clusters[cluster].nodes):
        for own in networks(node.pod_cidrs):
            left -= {own[number] for number in range(min(_TUNNELS, own.num_addresses))}
    if left:
        strangers = ", ".join(map(str, sorted(left, key=int)))
        raise Inexpressible(f"it lets in {strangers}, which is nothing of the plan")


def _segment(network: Network, drafted: Sequence[Segment]) -> str:
    for one in drafted:
        if one.network == network:
            return f"segment:{one.name}"
    raise Inexpressible(f"it lets in {network}, which is no segment")
