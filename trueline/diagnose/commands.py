"""Where to look first and how to mend, as commands: what a person types after reading the cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from shlex import quote
from string import Formatter

from trueline.model.topology import Topology

_LB = "kubectl --context {context} -n {metallb}"
_KUBE = "kubectl --context {context}"
_DNS = f"{_KUBE} -n kube-system"
_HOLDERS = ("arping -c 3 {ipv4}", "ping -c 3 {ipv6}; ip -6 neighbour show {ipv6}")

# By requirement; a command is left out where the claim is about no such part.
COMMANDS: dict[str, tuple[str, ...]] = {
    "CLU-001": (f"{_KUBE} get --raw /readyz?verbose",),
    "CLU-010": (f"{_KUBE} get nodes -o wide",),
    "CLU-012": (f"{_KUBE} get nodes -o wide", f"{_KUBE} describe nodes"),
    "CLU-030": (f"{_KUBE} get servicecidrs",),
    "CLU-036": (
        f"{_KUBE} get servicecidrs",
        f"{_KUBE} get events -A --field-selector involvedObject.kind=ServiceCIDR",
    ),
    "CLU-037": (f"{_KUBE} get servicecidrs", f"{_KUBE} get services -A"),
    "CLU-038": (f"{_KUBE} get servicecidrs", f"{_KUBE} get nodes -o wide"),
    "CLU-050": (f"{_DNS} get service kube-dns -o yaml",),
    "CLU-051": (f"{_DNS} get pods,endpointslices -l k8s-app=kube-dns",),
    "CLU-060": (f"{_KUBE} get pods -A -o wide",),
    "CLU-070": (
        f"{_KUBE} get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml",
        f"{_KUBE} get endpointslices -A",
    ),
    "CLU-061": (f"{_KUBE} get nodes -o yaml", f"{_KUBE} -n kube-flannel get pods -o wide"),
    "LB-001": (f"{_LB} get deployments,pods -o wide", f"{_LB} describe deployments"),
    "LB-002": (f"{_LB} get daemonsets,pods -o wide", f"{_LB} describe daemonsets"),
    "LB-004": (f"{_LB} get ipaddresspools -o yaml",),
    "LB-005": (f"{_LB} get ipaddresspools",),
    "LB-007": (f"{_LB} get ipaddresspools,l2advertisements -o yaml",),
    "LB-008": (f"{_LB} get ipaddresspools -o yaml",),
    "LB-009": (f"{_KUBE} -n {{namespace}} get service {{service}}",),
    "LB-010": (f"{_KUBE} -n {{namespace}} get service {{service}} -o yaml",),
    "LB-011": (f"{_KUBE} get services -A", f"{_KUBE} get events -A"),
    "LB-012": (
        f"{_KUBE} get services -A",
        f"{_KUBE} -n {{namespace}} describe service {{service}}",
    ),
    "LB-013": (
        f"{_KUBE} -n {{namespace}} get endpointslices -l kubernetes.io/service-name={{service}}",
        f"{_KUBE} -n {{namespace}} describe service {{service}}",
    ),
    "LB-018": (f"{_KUBE} -n {{namespace}} get pods -o wide",),
    "LB-021": (f"{_KUBE} get services -A",),
    "LB-024": (
        f"{_LB} describe pods",
        f"{_LB} logs -l component=speaker --previous --ignore-errors --tail=50",
    ),
    "L2-004": (*_HOLDERS, f"{_LB} logs -l component=speaker --tail=50"),
    "L2-006": _HOLDERS,
    "POL-001": (f"{_KUBE} -n {{policy}} get networkpolicies -o yaml",),
    "POL-002": (f"{_KUBE} -n {{policy}} get networkpolicies -o yaml",),
    "POL-004": (f"{_KUBE} -n {{policy}} get networkpolicies",),
    "DNS-002": (f"{_DNS} logs -l k8s-app=kube-dns --tail=50",),
    "DNS-003": (f"{_DNS} get service,endpointslices -l k8s-app=kube-dns",),
    "DNS-005": (f"{_DNS} get configmap coredns -o yaml",),
    "DNS-010": ("dig @{authority} {name} A",),
    "DNS-020": ("dig @{authority} {name} A", f"{_DNS} get configmap coredns -o yaml"),
    "DNS-021": ("dig @{authority} {name} A", f"{_DNS} get configmap coredns -o yaml"),
    "REACH-001": (f"{_KUBE} -n {{namespace}} get service,endpointslices,pods -o wide",),
    "REACH-003": (f"{_KUBE} -n {{namespace}} get service,endpointslices,pods -o wide",),
    "REACH-004": (f"{_KUBE} get nodes -o wide", f"{_KUBE} -n kube-flannel get configmaps -o yaml"),
    "REACH-022": (f"{_KUBE} get externalsecrets,secretstores -A",),
    "REACH-030": (f"{_KUBE} get applications -A",),
    "MTLS-010": (f"{_KUBE} -n istio-system get secrets -l istio/multiCluster=true",),
}


_PIN = "metallb.universe.tf/loadBalancerIPs={address}"
_ADVERTISEMENT = (
    '{{"apiVersion":"metallb.io/v1beta1","kind":"L2Advertisement","metadata":'
    '{{"namespace":"{metallb}","name":"{pool}"}},"spec":{{"ipAddressPools":["{pool}"]}}}}'
)
_DENY = (
    '{{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":'
    '{{"namespace":"{policy}","name":"default-deny"}},"spec":{{"podSelector":{{}},'
    '"policyTypes":["Ingress"]}}}}'
)

# By requirement, as COMMANDS: where one command is what usually mends it.
MENDS: dict[str, tuple[str, ...]] = {
    "LB-001": (f"{_LB} rollout restart deployment",),
    "LB-002": (f"{_LB} rollout restart daemonset",),
    "LB-006": (
        f'{_LB} patch ipaddresspool {{pool}} --type merge -p \'{{{{"spec":{{{{"autoAssign":'
        "false}}}}'",
    ),
    "LB-007": (f"echo '{_ADVERTISEMENT}' | {_KUBE} apply -f -",),
    "LB-012": (f"{_KUBE} -n {{namespace}} annotate --overwrite service {{service}} {_PIN}",),
    "DNS-002": (f"{_DNS} rollout restart deployment coredns",),
    "POL-004": (f"echo '{_DENY}' | {_KUBE} apply -f -",),
}


def commands(
    requirement: str,
    parts: Iterable[str],
    topology: Topology,
    table: Mapping[str, tuple[str, ...]] = COMMANDS,
    *,
    first: Iterable[str] = (),
) -> tuple[str, ...]:
    """The commands of a table, for the first cluster, Service, ... of the parts of a claim.

    Those of `first` come before them; each is told once. They are pasted into a shell, so a name
    that is no plain word is quoted; where it would stand inside of quotes, the command is left out.
    """
    values = dict(_values(tuple(parts), topology))
    words = {name: quote(value) for name, value in values.items()}
    found = (
        template.format_map(words)
        for template in (*first, *table.get(requirement, ()))
        if all(
            field in values and ("'" not in template or words[field] == values[field])
            for _, field, _, _ in Formatter().parse(template)
            if field
        )
    )
    return tuple(dict.fromkeys(found))


def _values(parts: tuple[str, ...], topology: Topology) -> Iterator[tuple[str, str]]:
    named: dict[str, str] = {}
    for part in parts:
        kind, _, name = part.partition(":")
        named.setdefault(kind, name)
    owner = named.get("service", "")
    cluster = owner.partition("/")[0] if owner else named.get("cluster", "")
    if not cluster:
        of = named.get("policy") or named.get("pool") or named.get("node") or named.get("workload")
        cluster = (of or "").partition("/")[0]
    for item in topology.clusters:
        if item.name == cluster:
            yield "context", item.context
            if item.metallb is not None:
                yield "metallb", item.metallb.namespace
    if owner:
        _, namespace, service = owner.split("/", 2)
        yield "namespace", namespace
        yield "service", service
    for kind in ("policy", "pool"):
        if kind in named:
            yield kind, named[kind].partition("/")[2]
    for kind in ("address", "name", "authority"):
        if kind in named:
            yield kind, named[kind]
    if "address" in named:
        yield "ipv6" if ":" in named["address"] else "ipv4", named["address"]
