"""A lab of two clusters with IPv4 and IPv6 everywhere, and two releases of MetalLB.

It is green, and IPv6 is judged as IPv4 is.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.lab.conftest import lab_command, running_lab
from tools.lab.faults import firewall
from tools.lab.lab import Lab
from tools.lab_run import ROOT, run_suites

pytestmark = pytest.mark.lab

WEB6 = "fd00:64::101"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """The lab of the example, up and answering."""
    assert lab_command("down").returncode == 0
    with running_lab("--topology", str(ROOT / "examples" / "dual-stack.yaml")) as running:
        yield running


def test_all_suites_are_green_and_judge_both_families(lab: Lab, tmp_path: Path) -> None:
    run = run_suites(lab, tmp_path, "suites/", "-n", "auto")
    assert (run.having("fail"), run.having("unknown"), run.code) == ({}, {}, 0), run.text
    wire = {
        (claim["requirement"], claim["subject"].split(" ")[0])
        for claim in run.claims
        if claim["area"] == "l2" and claim["standing"] == "pass"
    }
    for name in ("north/web", "south/web"):
        for requirement in ("L2-004", "L2-007", "L2-008"):
            assert {(requirement, name), (requirement, f"{name}6")} <= wire
    assert {("L2-002", "lan6"), ("L2-006", "north/fd00:64::100")} <= wire
    snapshot = (tmp_path / "latest" / "snapshot" / "clusters.json").read_text(encoding="utf-8")
    for version in ("0.13.12", "0.15.3"):  # one of each in the two clusters
        assert f"quay.io/metallb/speaker:v{version}" in snapshot


def test_a_second_machine_with_an_ipv6_address_is_named(lab: Lab, tmp_path: Path) -> None:
    intruder = lab.machines["south-w1"]
    address = (f"{WEB6}/64", "dev", "eth0")
    intruder.change(["ip", "addr", "add", *address, "nodad"], ["ip", "addr", "del", *address])
    try:
        run = run_suites(lab, tmp_path, "suites/", "-n", "auto")
    finally:
        intruder.restore()
    assert run.causes == ("L2-004",)
    assert run.told.startswith("north/web6: nodes of 2 clusters: north/north-")
    assert "south/south-w1" in run.told


def test_an_ipv6_address_that_nobody_answers_for_is_named(lab: Lab, tmp_path: Path) -> None:
    """Its advertisements stay in the nodes; what is told of IPv4 stands."""
    target = f"@th,64,128 {int(ip_address(WEB6)):#034x}"  # behind type, code, checksum and flags
    nodes = [machine for machine in lab.machines.values() if machine.spec.cluster == "north"]
    for machine in nodes:
        firewall.drop(machine, "output", f"icmpv6 type nd-neighbor-advert {target}")
    try:
        run = run_suites(lab, tmp_path, "suites/", "-n", "auto")
    finally:
        for machine in nodes:
            machine.restore()
    assert run.causes == ("L2-004",)
    assert run.told.startswith("north/web6: nobody")
