"""The reference network: corrected it meets the plan's requirements, as written it breaks these."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.judging import broken, said
from tests.worlds import cidrs, with_cluster, world
from trueline.intent.load import load
from trueline.model.topology import Topology
from trueline.planning.judging import plan_checks

ROOT = Path(__file__).parents[2]

# Every requirement that the document as written breaks: the row of the review that says so, and
# how many claims fail.
AS_WRITTEN = {
    "PLAN-001": ("B-02", 1),  # 10.97.0.0/12 has host bits
    "PLAN-002": ("B-01", 1),  # and is 10.96.0.0/12, the other cluster's Service network
    "PLAN-022": ("A-04", 2),  # both pools inside the DHCP range
    "PLAN-025": ("A-03", 2),  # no L2Advertisement
    "PLAN-026": ("A-06", 2),  # reserved addresses are prose only
    "PLAN-034": ("D-09", 12),  # no ports anywhere
    "PLAN-040": ("A-08", 12),  # node addresses are leases
    "PLAN-043": ("B-10", 2),  # Redis and MySQL without address
    "PLAN-050": ("A-09", 2),  # no API endpoint
    "PLAN-054": ("F-05", 4),  # versions of Kubernetes and Flannel unstated
    "PLAN-060": ("C-04", 4),  # no name for Loki, Tempo and both gateways
    "PLAN-063": ("C-03", 2),  # no DNS authority
    "PLAN-065": ("C-06", 6),  # where the names resolve is unstated
    "PLAN-071": ("D-09", 6),  # flows without ports
    "PLAN-073": ("D-04", 1),  # Argo CD opens connections to App, not the other way round
    "PLAN-074": ("V-08", 1),  # no negative check
    "PLAN-081": ("D-06", 2),  # no east-west gateway
    "PLAN-082": ("D-08", 3),  # neither trust domain nor networks
    "PLAN-083": ("D-07", 4),  # the flows between the members are hidden
}
AS_WRITTEN_ADVISORY = {
    "PLAN-066": ("C-01", 2),  # .local
    "PLAN-075": ("B-10", 6),  # addresses without a consumer
    "PLAN-085": ("E-02", 2),  # Services around the gateway
    "PLAN-086": ("E-07", 2),  # what is necessary is not listed
}
# What section 3 of the review calls right.
RIGHT = ("PLAN-003", "PLAN-004", "PLAN-005", "PLAN-010", "PLAN-020", "PLAN-023", "PLAN-027",
         "PLAN-030", "PLAN-032")  # fmt: skip


@pytest.fixture(scope="module")
def as_written() -> Topology:
    return load(ROOT / "examples" / "reference-as-written.yaml")


@pytest.fixture(scope="module")
def corrected() -> Topology:
    return load(ROOT / "topology.yaml")


def test_the_document_as_written_breaks_exactly_this(as_written: Topology) -> None:
    assert broken(as_written) == {key: claims for key, (_, claims) in AS_WRITTEN.items()}


def test_the_document_as_written_is_advised_exactly_this(as_written: Topology) -> None:
    assert broken(as_written, advisory=True) == {
        key: claims for key, (_, claims) in AS_WRITTEN_ADVISORY.items()
    }


@pytest.mark.parametrize("name", ["three-clusters.yaml", "dual-stack.yaml"])
def test_the_other_examples_break_nothing(name: str) -> None:
    assert broken(load(ROOT / "examples" / name)) == {}


def test_each_broken_requirement_stands_for_its_row() -> None:
    sources = {check.requirement.id: check.requirement.source for check in plan_checks().values()}
    for key, (row, _) in {**AS_WRITTEN, **AS_WRITTEN_ADVISORY}.items():
        assert row in sources[key], key


def test_what_the_review_calls_right_is_not_flagged(as_written: Topology) -> None:
    assert not set(RIGHT) & {*broken(as_written), *broken(as_written, advisory=True)}


def test_the_equal_service_networks_are_named_with_both_clusters(as_written: Topology) -> None:
    (line,) = said("planned_service_networks_are_disjoint", as_written)
    assert "10.96.0.0/12 is in 10.96.0.0/12 of control and in 10.97.0.0/12 of app" in line


def test_the_corrected_network_meets_every_requirement(corrected: Topology) -> None:
    assert broken(corrected) == {}


def test_the_corrected_network_is_advised_exactly_this(corrected: Topology) -> None:
    assert broken(corrected, advisory=True) == {
        "PLAN-066": 2,  # C-01: .local is kept
        "PLAN-075": 1,  # the control ingress gateway has no consumer
        "PLAN-085": 2,  # E-02: Services around the gateway are the reference's own choice
        "PLAN-086": 2,  # E-07: namespaces that are entered from anywhere by the plan
    }


@pytest.mark.parametrize(
    ("control", "app"),
    [("10.96.0.0/16", "10.97.0.0/16"), ("10.96.0.0/13", "10.104.0.0/13")],
)
def test_the_accepted_fixes_of_the_service_networks_pass(control: str, app: str) -> None:
    plan = with_cluster(world(), "control", services=cidrs(control))
    plan = with_cluster(plan, "app", services=cidrs(app), dns_service=None)
    assert broken(plan) == {}
