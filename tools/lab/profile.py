"""Which part of the plan runs, and the plan's text with the rest commented out in place."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from tools.lab.errors import LabError
from trueline.model.topology import Node, Topology

PROFILES = ("compact", "full")
_COMPACT = {"control-plane": 1, "worker": 2}


def selected(topology: Topology, profile: str) -> tuple[Node, ...]:
    """The nodes of a profile, in the order of the file.

    `full` is every node; `compact` the first control plane and the first two workers of each
    cluster. Raises LabError for another profile, or a cluster left without a control plane.
    """
    if profile not in PROFILES:
        raise LabError(f"no profile {profile!r}: choose one of {', '.join(PROFILES)}")
    chosen: list[Node] = []
    for cluster in topology.clusters:
        left = dict(_COMPACT)
        for node in cluster.nodes:
            if profile == "full" or left.get(node.role, 0) > 0:
                chosen.append(node)
                left[node.role] = left.get(node.role, 0) - 1
        if not any(n.cluster == cluster.name and n.role == "control-plane" for n in chosen):
            raise LabError(
                f"{cluster.at}: cluster {cluster.name!r} plans no control-plane node",
                fix="plan a node with `role: control-plane`",
            )
    return tuple(chosen)


def masked(text: str, topology: Topology, keep: tuple[Node, ...]) -> str:
    """The plan's text with every node outside `keep` commented out, line numbers unchanged.

    Raises LabError when a node does not stand on lines of its own.
    """
    kept_lines = {node.at.line for node in keep}
    away = {node.at.line: node for node in topology.nodes if node not in keep}
    if not away:
        return text
    extents = dict(_extents(yaml.compose(text)))
    lines = text.splitlines(keepends=True)
    for first, node in away.items():
        last = extents.get(first)
        if last is None or any(first <= line <= last for line in kept_lines):
            raise LabError(
                f"{node.at}: node {node.name!r} shares its lines with another entry",
                fix="write each node on lines of its own",
            )
        for index in range(first - 1, last):
            lines[index] = _comment(lines[index])
    return "".join(lines)


def _comment(line: str) -> str:
    body = line.lstrip(" ")
    return line if not body.strip() else line[: len(line) - len(body)] + "# " + body


def _extents(node: yaml.Node | None) -> Iterator[tuple[int, int]]:
    """(first line, last line) of each entry of a sequence or mapping.

    Inner entries come first, so that in a dict the outermost one that begins on a line wins.
    """
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _extents(item)
            yield item.start_mark.line + 1, _last_line(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _extents(value)
            yield key.start_mark.line + 1, _last_line(value)


def _last_line(node: yaml.Node) -> int:
    """The last line with content. A block collection's own end mark lies at the next token."""
    if isinstance(node, yaml.ScalarNode) or getattr(node, "flow_style", False) or not node.value:
        column_zero = node.end_mark.column == 0 and node.end_mark.line > node.start_mark.line
        return int(node.end_mark.line) + (0 if column_zero else 1)
    if isinstance(node, yaml.MappingNode):
        return max(max(_last_line(key), _last_line(value)) for key, value in node.value)
    return max(_last_line(item) for item in node.value)
