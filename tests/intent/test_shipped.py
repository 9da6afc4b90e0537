"""The two files that ship: the reference network corrected, and as its document has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trueline.intent.load import load, read
from trueline.model.topology import Topology

ROOT = Path(__file__).resolve().parents[2]
CORRECTED = ROOT / "topology.yaml"
AS_WRITTEN = ROOT / "examples" / "reference-as-written.yaml"


def corrected() -> Topology:
    return load(CORRECTED)


def test_corrected_reference_has_the_inventory_of_the_document() -> None:
    plan = corrected()
    assert plan.runs_in == "lab"
    counts = {
        cluster.name: (
            sum(node.role == "control-plane" for node in cluster.nodes),
            sum(node.role == "worker" for node in cluster.nodes),
            sum(part.size for pool in cluster.pools for part in pool.ranges),
        )
        for cluster in plan.clusters
    }
    assert counts == {"control": (3, 2, 11), "app": (3, 4, 21)}
    assert [vm.name for vm in plan.vms] == ["control-api", "app-api", "redis", "mysql"]


def test_corrected_reference_keeps_the_reserved_addresses_of_the_document() -> None:
    last = {str(item): int(item.address) & 0xFF for item in corrected().reservations}
    assert last == {
        "control/argocd": 100,
        "control/prometheus": 101,
        "control/grafana": 102,
        "control/vault": 103,
        "control/loki": 104,
        "control/tempo": 105,
        "control/istio-ingress": 106,
        "control/istio-eastwest": 107,
        "app/istio-ingress": 120,
        "app/app1": 121,
        "app/app2": 122,
        "app/istio-eastwest": 123,
    }


def test_both_files_name_the_same_nodes_and_shared_reservations() -> None:
    written, plan = load(AS_WRITTEN), corrected()
    assert [str(node) for node in written.nodes] == [str(node) for node in plan.nodes]
    owners = {str(item): (item.address, item.owner) for item in plan.reservations}
    for item in written.reservations:
        assert owners[str(item)] == (item.address, item.owner)


def test_reference_as_written_leaves_out_what_the_document_leaves_out() -> None:
    plan = load(AS_WRITTEN)
    assert [str(item) for cluster in plan.clusters for item in cluster.services] == [
        "10.96.0.0/12",
        "10.97.0.0/12",
    ]
    assert {cluster.api for cluster in plan.clusters} == {None}
    assert {node.addresses for node in plan.nodes} == {()}
    assert {item.ports for item in plan.reservations} == {()}
    assert {(pool.auto_assign, pool.advertise) for pool in plan.pools} == {(True, "none")}
    assert {zone.authority for zone in plan.dns.zones} == {None}
    assert len(plan.dns.names) == 6
    assert str(plan.segments[0].dhcp[0]) == "192.168.64.2-192.168.64.254"


def test_every_correction_names_its_row() -> None:
    rows = set(re.findall(r"\b[A-F]-[0-9]{2}\b", CORRECTED.read_text(encoding="utf-8")))
    assert rows >= {"A-03", "A-04", "A-06", "A-08", "A-09", "B-01", "B-10"}
    assert rows >= {"C-01", "C-03", "C-04", "D-06", "D-08", "D-09", "E-01", "E-06", "E-07"}


@pytest.mark.parametrize("path", [CORRECTED, AS_WRITTEN], ids=lambda path: path.name)
def test_each_node_stands_on_a_line_of_its_own(path: Path) -> None:
    """The lab leaves nodes out by commenting their lines, and every other line number stays."""
    lines = path.read_text(encoding="utf-8").splitlines()
    plan = load(path)
    for node in plan.nodes:
        assert re.fullmatch(rf"      {node.name}: \{{role: .*\}}", lines[node.at.line - 1])
    left_out = plan.cluster("app").nodes[1:3]
    for node in left_out:
        lines[node.at.line - 1] = f"# {lines[node.at.line - 1]}"
    masked = read("\n".join(lines).encode(), str(path))
    assert masked.nodes == tuple(node for node in plan.nodes if node not in left_out)
    assert masked.vms == plan.vms


def test_flow_matrix_has_every_row_of_the_review() -> None:
    text = CORRECTED.read_text(encoding="utf-8")
    for row in [
        *(f"# Row {number}." for number in range(1, 11)),
        "# N1.",
        "# N2.",
        "# N3.",
        "# N4.",
    ]:
        assert row in text
    assert sum(not flow.expected for flow in corrected().flows) == 6


def test_dns_names_cover_every_reservation_endpoint_and_vm() -> None:
    plan = corrected()
    named = {address for name in plan.dns.names for address in name.addresses}
    planned = {item.address for item in plan.reservations} | {vm.address for vm in plan.vms}
    assert named == planned
