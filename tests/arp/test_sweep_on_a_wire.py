"""The sweep on a real wire, in namespaces of its own; both ways to the wire pass the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.arp.fabric import THROUGH_SCAPY, Fabric, makes_namespaces

pytestmark = makes_namespaces

HOSTS = {f"10.77.0.{n}": f"02:00:00:00:01:{n:02x}" for n in range(1, 41)}
TWIN = "02:00:00:00:02:09"
RIVAL = "02:00:00:00:02:fa"
LATE = "02:00:00:00:03:01"
TWO = ["02:00:00:00:04:01", "02:00:00:00:04:02"]
PROBER = "02:00:00:00:00:01"
PROXIED = {f"10.77.0.{n}" for n in range(128, 224)}

SWEEP = """
from ipaddress import ip_address
from trueline.probes import sweep
from trueline.probes.interfaces import interface_named
{open}
targets = [ip_address(f"10.77.0.{{n}}") for n in {numbers}]
facts = sweep.sweep("lab", "eth0", targets, window={window})
answer({{
    "interface": facts.interface,
    "window": facts.window,
    "replies": {{ip: [[r.mac, r.after] for r in got] for ip, got in facts.replies.items()}},
}})
"""


READ = """
from ipaddress import ip_address
from trueline.probes import arp_frames, sweep
from trueline.probes.interfaces import interface_named
{open}
wire = sweep.opened("eth0")
question = arp_frames.Question(interface_named("eth0"))
wire.send(question.for_address(ip_address("10.77.0.1")))
answer(wire.receive(5.0)[1])
"""


@pytest.fixture(scope="module")
def fabric() -> Iterator[Fabric]:
    with Fabric() as made:
        yield made


@pytest.fixture(scope="module", params=["packet socket", "scapy"])
def sweep(request: pytest.FixtureRequest, fabric: Fabric) -> Any:
    opening = THROUGH_SCAPY if request.param == "scapy" else ""

    def swept(numbers: str, window: float) -> dict[str, list[list[Any]]]:
        code = SWEEP.format(open=opening, numbers=numbers, window=window)
        facts = fabric.run(code)
        assert (facts["interface"], facts["window"]) == ("eth0", window)
        return dict(facts["replies"])

    return swept


@pytest.fixture(scope="module")
def quick(sweep: Any) -> dict[str, list[list[Any]]]:
    """A sweep of everything but the proxy's ranges."""
    found: dict[str, list[list[Any]]] = sweep("[*range(1, 128), *range(224, 255)]", 0.2)
    return found


def macs(replies: list[list[Any]]) -> list[str]:
    return sorted(mac for mac, _ in replies)


def test_every_host_answers_with_its_own_mac(quick: dict[str, Any]) -> None:
    heard = {ip: macs(quick[ip]) for ip in HOSTS if ip != "10.77.0.9"}
    assert heard == {ip: [mac] for ip, mac in HOSTS.items() if ip != "10.77.0.9"}


def test_second_holder_of_an_address_is_heard(quick: dict[str, Any]) -> None:
    assert macs(quick["10.77.0.9"]) == [HOSTS["10.77.0.9"], TWIN]


def test_silent_address_has_no_reply(quick: dict[str, Any]) -> None:
    answering = {*HOSTS, "10.77.0.41", "10.77.0.50", "10.77.0.51", "10.77.0.250"}
    assert {ip for ip, replies in quick.items() if replies} == answering
    assert len(quick) == 127 + 31


def test_host_with_two_nics_answers_with_both(quick: dict[str, Any]) -> None:
    assert macs(quick["10.77.0.50"]) == TWO
    assert macs(quick["10.77.0.51"]) == TWO


def test_own_address_counts_as_answered_and_its_rival_is_heard(quick: dict[str, Any]) -> None:
    assert quick["10.77.0.250"][0] == [PROBER, 0.0]
    assert macs(quick["10.77.0.250"]) == [PROBER, RIVAL]


def test_delay_is_that_of_the_first_reply(quick: dict[str, Any]) -> None:
    assert all(0.0 < after < 0.2 for ip in HOSTS for _, after in quick[ip])


@pytest.mark.parametrize("opening", ["", THROUGH_SCAPY], ids=["packet socket", "scapy"])
def test_the_kernel_tells_when_a_reply_came(fabric: Fabric, opening: str) -> None:
    assert 0.0 < fabric.run(READ.format(open=opening)) < 5.0


@pytest.fixture(scope="module")
def patient(sweep: Any) -> dict[str, list[list[Any]]]:
    """A sweep of the proxy's ranges and some more, with a window that no proxy outlasts."""
    found: dict[str, list[list[Any]]] = sweep("range(128, 240)", 0.9)
    return found


def test_late_responder_is_heard_within_the_window(patient: dict[str, Any]) -> None:
    awaited = [after for replies in patient.values() for _, after in replies if after < 0.9]
    assert len(awaited) > 50
    assert max(awaited) > 0.5


def test_responder_with_a_full_queue_is_asked_directly(patient: dict[str, Any]) -> None:
    assert {ip: macs(replies) for ip, replies in patient.items() if replies} == {
        ip: [LATE] for ip in PROXIED
    }


TABLES = """
from ipaddress import ip_network
from trueline.probes import interfaces as own
networks = map(ip_network, ("10.77.0.0/24", "10.77.0.128/25", "10.78.0.0/24"))
found = [own.interface_for(network) for network in networks]
kernel = own._direct_routes(), own._addresses()
portable = own._scapy_tables()
network = ip_network("10.77.0.0/24")
answer([
    [[str(part) for part in one] if one else None for one in found],
    [network in tables[0]["eth0"] for tables in (kernel, portable)],
    [("eth0", "10.77.0.250") in [(n, str(a)) for n, a in t[1]] for t in (kernel, portable)],
    str(own._interface_by_scapy("eth0", 4)) == str(own.interface_named("eth0")),
])
"""


def test_interface_is_found_by_the_network(fabric: Fabric) -> None:
    place = ["eth0", "10.77.0.250"]
    assert fabric.run(TABLES) == [[place, place, None], [True, True], [True, True], True]


TRY = """
import subprocess
from ipaddress import ip_address
from trueline.probes import sweep
subprocess.run("ip link set idle-end up".split(), stderr=subprocess.DEVNULL)
told = []
for name in {names}:
    try:
        sweep.sweep("lab", name, [ip_address("10.77.0.1")], window=0.0)
    except OSError as error:
        told.append([type(error).__name__, error.strerror])
answer(told)
"""


def test_interface_that_cannot_ask_is_named(fabric: Fabric) -> None:
    assert fabric.run(TRY.format(names=["eth7", "idle", "idle-end"])) == [
        ["OSError", "this host has no interface eth7"],
        ["OSError", "interface idle is down"],
        ["OSError", "interface idle-end has no IPv4 address to ask from"],
    ]


def test_sweep_without_the_privilege_says_what_it_needs(fabric: Fabric) -> None:
    told = fabric.run(TRY.format(names=["eth0"]), drop="net_raw")
    assert told == [["PermissionError", "raw sockets need root or CAP_NET_RAW"]]


def test_sweep_with_the_smallest_privilege_works(fabric: Fabric) -> None:
    code = SWEEP.format(open="", numbers="range(1, 11)", window=0.2)
    facts = fabric.run(code, drop="net_admin")
    assert macs(facts["replies"]["10.77.0.9"]) == [HOSTS["10.77.0.9"], TWIN]


WIRE = """
from dataclasses import replace
from tests.worlds import node, segment, world
from trueline.observe.clock import SYSTEM
from trueline.observe.snapshot import take_wire
plan = replace(world(), segments=(segment("lab", "10.77.0.0/24", "10.77.0.250", ()),))
inside = take_wire(plan, SYSTEM)["lab"]
sys.modules["trueline.vantage.host"]._fault = lambda proc: "it is elsewhere"
outside = take_wire(plan, SYSTEM)["lab"]
answer([
    plan.runs_in,
    inside.source,
    [reply.mac for reply in inside.value.replies["10.77.0.7"]],
    len(inside.value.replies),
    outside.reason.split(":")[0],
])
"""


def test_run_inside_the_lab_hears_the_wire_and_outside_holds_back(fabric: Fabric) -> None:
    assert fabric.run(WIRE) == [
        "lab",
        "ARP sweep of segment lab over eth0, 0.85 s",
        [HOSTS["10.77.0.7"]],
        254,
        "this plan runs in the lab and it is elsewhere",
    ]
