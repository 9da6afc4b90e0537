"""How an IPv6 address is spelt in an annotation changes no verdict."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.checks_kube.judging import live
from tests.live import changed
from tests.worlds import cidrs, with_cluster, world
from trueline.checks.nodes import flannel_tunnels_to_node_addresses
from trueline.model.verdict import Verdict


@pytest.mark.parametrize(
    ("text", "verdict", "told"),
    [
        ("fd00:64::21", Verdict.PASS, "fd00:64::21"),
        ("FD00:0064:0:0:0:0:0:0021", Verdict.PASS, "fd00:64::21"),
        ("fd00:64::99", Verdict.FAIL, "fd00:64::99"),
        ("no address", Verdict.FAIL, "no address"),
    ],
)
def test_flannels_address_is_read_as_an_address(text: str, verdict: Verdict, told: str) -> None:
    plan = with_cluster(world(), "app", pods=cidrs("fd00:10::/48"))
    node, *_ = live().nodes.value
    six = replace(node, addresses=(ip_address("fd00:64::21"),), flannel_public_ipv6=text)
    judged = flannel_tunnels_to_node_addresses(
        plan.cluster("app"), changed(live(), "nodes", (six,))
    )
    (claim,) = judged.claims
    assert (claim.verdict, claim.observed) == (verdict, told)
