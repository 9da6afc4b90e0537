"""The commands that a person is told: of the right cluster, and safe to paste."""

from __future__ import annotations

import json
import shlex

from tests.worlds import world
from tools import catalogue
from trueline.diagnose.commands import COMMANDS, MENDS, commands
from trueline.diagnose.ladder import RUNGS, rung, takes
from trueline.diagnose.parts import needs, own

TOPOLOGY = world()
CONTROL, APP = TOPOLOGY.clusters
VAULT = next(item for item in CONTROL.reservations if item.name == "vault")
POOL = CONTROL.pools[0]


def test_commands_are_of_the_cluster_and_the_service() -> None:
    parts = (*takes("LB-013", VAULT), *sorted(needs(VAULT, TOPOLOGY)))
    assert commands("LB-013", parts, TOPOLOGY) == (
        f"kubectl --context {CONTROL.context} -n vault get endpointslices "
        "-l kubernetes.io/service-name=vault",
        f"kubectl --context {CONTROL.context} -n vault describe service vault",
    )
    assert commands("LB-013", ("cluster:app",), TOPOLOGY) == ()
    assert commands("POL-004", ("policy:app/payments",), TOPOLOGY) == (
        f"kubectl --context {APP.context} -n payments get networkpolicies",
    )
    name = TOPOLOGY.dns.names[0]
    assert commands("DNS-010", (*own(name), *sorted(needs(name, TOPOLOGY))), TOPOLOGY) == (
        f"dig @192.168.64.108 {name} A",
    )
    assert commands("DNS-040", ("cluster:app",), TOPOLOGY) == ()


def test_what_mends_is_a_command_of_the_cluster_and_the_service() -> None:
    control, app = CONTROL.context, APP.context
    assert [
        commands(name, (*own(subject), *sorted(needs(subject, TOPOLOGY))), TOPOLOGY, MENDS)
        for name, subject in (("LB-012", VAULT), ("LB-006", POOL), ("LB-002", APP))
    ] == [
        (
            f"kubectl --context {control} -n vault annotate --overwrite service vault "
            "metallb.universe.tf/loadBalancerIPs=192.168.64.103",
        ),
        (
            f"kubectl --context {control} -n metallb-system patch ipaddresspool reserved "
            """--type merge -p '{"spec":{"autoAssign":false}}'""",
        ),
        (f"kubectl --context {app} -n metallb-system rollout restart daemonset",),
    ]
    (deny,) = commands("POL-004", ("policy:app/payments",), TOPOLOGY, MENDS)
    policy = json.loads(deny.removeprefix("echo '").partition("' | ")[0])
    assert policy["metadata"] == {"namespace": "payments", "name": "default-deny"}
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress"]}


def test_who_holds_an_address_is_asked_in_the_way_of_its_family() -> None:
    assert commands("L2-006", ("address:192.168.64.109",), TOPOLOGY) == (
        "arping -c 3 192.168.64.109",
    )
    assert commands("L2-006", ("address:fd00::9",), TOPOLOGY) == (
        "ping -c 3 fd00::9; ip -6 neighbour show fd00::9",
    )


def test_a_name_that_is_no_plain_word_is_quoted_and_never_stands_inside_of_quotes() -> None:
    part = ("policy:app/x' ; reboot '",)
    (look,) = commands("POL-004", part, TOPOLOGY)
    assert shlex.split(look)[3:] == ["-n", "x' ; reboot '", "get", "networkpolicies"]
    assert commands("POL-004", part, TOPOLOGY, MENDS) == ()


def test_the_tables_name_requirements_that_there_are() -> None:
    asked = [check.requirement for check in catalogue.read().checks]
    known = {one.id for one in asked if not one.advisory}  # advice is never a red
    assert set(RUNGS) <= known
    assert {*COMMANDS, *MENDS} <= known
    assert rung("NEW-001").height > max(item.height for item in RUNGS.values())
