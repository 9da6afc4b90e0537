"""Plans of any size that pass their own checks: what the benchmarks judge."""

from __future__ import annotations

from collections.abc import Iterator

LAN = 172 << 24 | 16 << 16  # 172.16.0.0/12: machines in its lower half, pools in its upper half
POOLS = 172 << 24 | 24 << 16
PODS = 10 << 24
SERVICES = 100 << 24 | 64 << 16


def two_clusters(nodes: int = 3, reservations: int = 4) -> str:
    """The plan of two clusters, `app` and `control`, each of a control plane and workers."""
    return plan(("app", "control"), nodes, reservations)


def many_clusters(count: int) -> str:
    """The plan of a thousand clusters at most, each of two nodes and one reserved address."""
    return plan([f"c{number:04}" for number in range(count)], 2, 1)


def plan(names: list[str] | tuple[str, ...], nodes: int, reservations: int) -> str:
    """topology.yaml of these clusters, each with so many nodes and reserved addresses."""
    head = "version: 1\nname: benchmark\nsegments:\n  lan: {cidr: 172.16.0.0/12}\nclusters:\n"
    return head + "".join(
        line
        for number, name in enumerate(names)
        for line in _cluster(number, name, len(names), nodes, reservations)
    )


def _cluster(number: int, name: str, clusters: int, nodes: int, reservations: int) -> Iterator[str]:
    bits = (clusters - 1).bit_length()
    pods, services = 8 + bits, max(12, 10 + bits)
    room = 1 << (reservations + 1).bit_length()
    first = POOLS + number * room
    yield (
        f"  {name}:\n    context: {name}\n    cni: {{kind: flannel}}\n    segment: lan\n"
        f"    pods: [{_text(PODS + (number << (32 - pods)))}/{pods}]\n"
        f"    node_prefix: {{ipv4: {max(24, min(30, pods + nodes.bit_length()))}}}\n"
        f"    services: [{_text(SERVICES + (number << (32 - services)))}/{services}]\n"
        "    nodes:\n"
    )
    for index in range(nodes):
        role = "worker" if index else "control-plane"
        address = _text(LAN + 256 + number * nodes + index)
        yield f"      {name}-{index}: {{role: {role}, address: {address}}}\n"
    yield (
        "    load_balancer:\n      kind: metallb\n      namespace: metallb-system\n      pools:\n"
        f"        main: {{addresses: [{_text(first)}-{_text(first + room - 1)}], advertise: l2,"
        " auto_assign: false}\n      reservations:\n"
    )
    for index in range(reservations):
        yield (
            f"        r{index}: {{address: {_text(first + index)}, service: apps/r{index},"
            " ports: [80/TCP/http]}\n"
        )


def _text(value: int) -> str:
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))
