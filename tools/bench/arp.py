"""Rows 1 to 3: who holds which address, beside arp-scan and scapy, on a segment of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from ipaddress import ip_address
from statistics import quantiles
from typing import Any

from tools.bench.network import Apart, needs_root
from tools.bench.peers import program
from tools.bench.timing import act, by_turns, importing, ran
from tools.bench.values import Effort, NotRun, Outcome, Target, Timing, Wrong, missing, ratio
from trueline.checks.l2_parties import parties_of
from trueline.intent.load import read as read_plan
from trueline.model.frame import NeighbourReply
from trueline.model.observation import Observation, SegmentFacts, Snapshot, Wire

WINDOW = 0.2
PATIENT = 0.9  # seconds: longer than a Linux proxy-ARP responder takes
HOSTS = [f"10.77.0.{n}" for n in range(1, 41)]
TWIN = "10.77.0.9"
ASKED = ("10.77.0.1-10.77.0.249", "10.77.0.251-10.77.0.254")
PROXIED, HOLDER, LATE = "10.78.0.5", "02:00:00:00:02:05", "02:00:00:00:03:01"
TWO_NICS = "10.78.0.50"
_BARE = "Python, each address asked once, no reply looked into"

# 40 hosts in one namespace, each NIC answering for its own address alone, and a second holder of
# one address. On the other bridge: a holder with a proxy-ARP rival, and a node with two NICs.
HOLDERS = """
bridge br0; bridge br1
cable PROBER FIRST 02:00:00:00:00:01; cable PROBER SECOND 02:00:00:00:00:02 br1
ip -n PROBER addr add 10.77.0.250/24 dev FIRST
ip -n PROBER addr add 10.78.0.250/24 dev SECOND
ip -n PROBER link set FIRST up
ip -n PROBER link set SECOND up
machine hosts
setting hosts net.ipv4.conf.all.arp_ignore=1
for n in $(seq 1 40); do
  cable hosts e$n $(printf 02:00:00:00:01:%02x $n)
  printf 'addr add 10.77.0.%d/24 dev e%d\\nlink set e%d up\\n' $n $n $n
done > /run/hosts.batch
setting hosts net.ipv4.conf.all.rp_filter=0
ip netns exec hosts sh -c 'for f in /proc/sys/net/ipv4/conf/e*/rp_filter; do echo 0 > $f; done'
ip -n hosts -b /run/hosts.batch
machine twin; cable twin eth0 02:00:00:00:02:09
ip -n twin addr add 10.77.0.9/24 dev eth0
ip -n twin link set eth0 up
machine holder; cable holder eth0 02:00:00:00:02:05 br1
ip -n holder addr add 10.78.0.5/24 dev eth0
ip -n holder link set eth0 up
machine late; cable late eth0 02:00:00:00:03:01 br1
ip -n late addr add 10.78.0.41/32 dev eth0
ip -n late link set eth0 up
ip -n late link add far type veth peer name far-end
ip -n late link set far-end up
ip -n late link set far up
ip -n late route add 10.78.0.250/32 dev eth0
ip -n late route add 10.78.0.5/32 dev far
setting late net.ipv4.ip_forward=1
setting late net.ipv4.conf.eth0.proxy_arp=1
setting late net.ipv4.conf.eth0.rp_filter=0
setting late net.ipv4.conf.all.rp_filter=0
machine two; cable two eth0 02:00:00:00:04:01 br1; cable two eth1 02:00:00:00:04:02 br1
ip -n two addr add 10.78.0.50/24 dev eth0
ip -n two addr add 10.78.0.51/24 dev eth1
for nic in all default eth0 eth1; do setting two net.ipv4.conf.$nic.rp_filter=0; done
ip -n two link set eth0 up
ip -n two link set eth1 up
"""


def holders(prober: str, first: str, second: str) -> str:
    """The script of both bridges and of who is on them, joined by two NICs of a machine."""
    script = HOLDERS.replace("PROBER", prober)
    return script.replace("FIRST", first).replace("SECOND", second)


# Every address of 10.99.0.0/17 is the other machine's own, by a local route: its kernel answers.
WIDE = """
bridge br0
machine prober; cable prober eth0 02:00:00:00:00:01
ip -n prober addr add 10.99.200.1/16 dev eth0
ip -n prober link set eth0 up
machine all; cable all eth0 02:00:00:00:05:01
ip -n all addr add 10.99.200.2/16 dev eth0
ip -n all link set eth0 up
ip -n all route add local 10.99.0.0/17 dev lo
"""

PLAN = """\
version: 1
name: two NICs
segments: {lan: {cidr: 10.78.0.0/24}}
clusters:
  app:
    context: app
    cni: {kind: flannel}
    segment: lan
    pods: [10.1.0.0/16]
    services: [10.2.0.0/16]
    nodes: {node-1: {role: worker, address: 10.78.0.50}}
"""


def segment(effort: Effort) -> Outcome:
    """Row 1."""
    needs_root()
    with Apart("machine prober" + holders("prober", "eth0", "eth1")) as net:
        at = net.at("prober")
        ops: list[float] = []

        def ours() -> float:
            wall, told = _sweep(at, _segment_targets(), WINDOW)
            _check(told["replies"])
            ops.extend(told["seconds"])
            return wall

        start = importing(at, "dataclasses", "ipaddress", "json", "socket")
        quick = by_turns({"trueline": ours, **_arp_scan_once(at), **start}, effort.repeats)
        slow = by_turns({"trueline ": ours, **_slow(at)}, effort.fewer(3))
        missed, sweeps = _under_load(at, 5 if effort.quick else 100)
        proxied, tries = _proxied(at, 2 if effort.quick else 20)
        owners = _owners(at)
    op = Timing(what="trueline, the sweep itself", seconds=tuple(ops))
    return Outcome(
        checked=("40 of 40 hosts and both holders of one address by trueline and by arp-scan",),
        targets=(
            Target(
                what="op beyond the window", limit=25, unit="ms",
                measured=(op.median - WINDOW) * 1e3,
            ),
            _versus(quick, "trueline", "arp-scan, one try", 1.0),
            _faster(slow, "arp-scan, default", 7),
            _faster(slow, "scapy srp, default", 10),
            Target(
                what=f"hosts missed in {sweeps} sweeps beside 4 busy processes", limit=0,
                measured=missed, unit="",
            ),
            Target(
                what=f"proxy-ARP duplicates found in {tries} sweeps of {PATIENT} s", limit=tries,
                measured=proxied, unit="", at_most=False,
            ),
            Target(what="owners told for a node with two NICs", limit=1, measured=owners, unit=""),
        ),
        timings=(op, *quick.values(), *slow.values()),
    )  # fmt: skip


def wide(effort: Effort) -> Outcome:
    """Row 2."""
    needs_root()
    count = 4_095 if effort.quick else 32_767
    first = int(ip_address("10.99.0.1"))
    targets = f"{ip_address(first)}-{ip_address(first + count - 1)}"
    with Apart(WIDE) as net:
        at = net.at("prober")
        kernel: list[float] = []

        def ours() -> float:
            wall, told = _sweep(at, [targets], WINDOW)
            kernel.append(told["kernel"])
            _all(len(told["replies"]), count, "trueline")
            return wall

        def scan() -> float:
            words = [program("arp-scan"), "-q", "-x", "-I", "eth0", "-r1", "-t200", "-B", "1000M"]
            seconds, text = ran([*at, *words, targets])
            _all(len({line.split()[0] for line in text.splitlines()}), count, "arp-scan")
            return seconds

        def scapy() -> float:
            wall, told = act("scapy_arp", *at, interface="eth0", targets=[targets], way="srp")
            _all(len(told["found"]), count, "scapy")
            return wall

        def bare() -> float:
            words = {"interface": "eth0", "targets": [targets], "window": WINDOW}
            wall, told = act("bare_arp", *at, **words)
            _all(told["heard"], count, "a bare socket")
            return wall

        sides: dict[str, Callable[[], float]] = {"trueline": ours, _BARE: bare}
        sides |= {"arp-scan -r1 -B 1000M": scan} if _has("arp-scan") else {}
        taken = by_turns(sides, effort.fewer(3))
        taken["scapy srp"] = Timing(what="scapy srp", seconds=(scapy(),))
    return Outcome(
        checked=(f"{count:,} of {count:,} replies by trueline, arp-scan and scapy",),
        targets=(
            _versus(taken, "trueline", "arp-scan -r1 -B 1000M", 0.9),
            _faster(taken, "scapy srp", 70),
        ),
        timings=(
            *taken.values(),
            Timing(what="of trueline's time, the kernel's", seconds=tuple(kernel)),
        ),
    )


def single(effort: Effort) -> Outcome:
    """Row 3."""
    needs_root()
    with Apart(WIDE) as net:
        at = net.at("prober")
        number = 20 if effort.quick else 500
        _, ours = act("single_arp", *at, interface="eth0", target="10.99.0.7", repeats=number)
        _, theirs = act(
            "scapy_arp", *at, interface="eth0", targets=["10.99.0.7"], way="srp1", repeats=20
        )
    if ours["silent"] or not theirs["found"]:
        raise Wrong("an address that is held was silent")
    taken = Timing(what="trueline, until the reply is read", seconds=tuple(ours["warm"]))
    alone = Timing(what="the same of an address alone", seconds=tuple(ours["alone"]))
    noted = Timing(what="trueline, the delay that is noted", seconds=tuple(ours["noted"]))
    other = Timing(what="scapy srp1", seconds=tuple(theirs["seconds"]))
    p99 = quantiles(taken.seconds, n=100)[98]
    return Outcome(
        checked=("the MAC that answers, by both",),
        targets=(
            Target(what="99th percentile", limit=0.1, measured=p99 * 1e3, unit="ms"),
            Target(
                what="faster than scapy srp1", limit=200, at_most=False,
                measured=ratio(other, taken),
            ),
        ),
        timings=(taken, noted, alone, other),
        notes=(
            "A run never asks for one address alone. Warm is the last address of a sweep of 129,"
            " over a wire that is open, when the replies of all others have been read. The delay"
            " that is noted of a reply ends when the kernel had it. Of a sweep of one, which comes"
            " after a wait, all is cold.",
        ),
    )  # fmt: skip


def _segment_targets() -> list[str]:
    return [f"10.77.0.{n}" for n in range(1, 255) if n != 250]


def _sweep(at: Sequence[str], targets: list[str], window: float, **more: Any) -> tuple[float, Any]:
    words = {"interface": "eth0", "repeats": 1, **more}
    return act("sweep", *at, targets=targets, window=window, **words)


def _check(replies: dict[str, list[str]]) -> None:
    heard = {address for address, macs in replies.items() if macs}
    if heard != set(HOSTS) or len(replies[TWIN]) != 2:
        raise Wrong(f"{len(heard)} hosts, {len(replies.get(TWIN, ()))} holders of {TWIN}")


def _arp_scan_once(at: Sequence[str]) -> dict[str, Callable[[], float]]:
    if not _has("arp-scan"):
        return {}
    tuned = ("-x", "-r1", "-t200", "-i", "1u")
    return {"arp-scan, one try": partial(_arp_scan, at, *tuned)}


def _arp_scan(at: Sequence[str], *more: str) -> float:
    seconds, text = ran([*at, program("arp-scan"), "-q", "-I", "eth0", *more, *ASKED])
    replies: dict[str, list[str]] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) > 1 and parts[0].startswith("10.77."):
            replies.setdefault(parts[0], []).append(parts[1])
    _check(replies)
    return seconds


def _slow(at: Sequence[str]) -> dict[str, Callable[[], float]]:
    def scapy() -> float:
        words = {"interface": "eth0", "targets": _segment_targets(), "way": "srp"}
        wall, told = act("scapy_arp", *at, **words)
        _all(len(told["found"]), len(HOSTS), "scapy")
        return wall

    scan = {"arp-scan, default": partial(_arp_scan, at)} if _has("arp-scan") else {}
    return {**scan, "scapy srp, default": scapy}


def _under_load(at: Sequence[str], sweeps: int) -> tuple[int, int]:
    with _hogs(4):
        _, told = _sweep(at, _segment_targets(), WINDOW, repeats=sweeps)
    return len(HOSTS) * sweeps - told["observations"], sweeps


@contextmanager
def _hogs(number: int) -> Iterator[None]:
    """Processes that keep the processors busy."""
    words = [sys.executable, "-I", "-S", "-c", "while True: pass"]
    busy = [subprocess.Popen(words, stdin=subprocess.DEVNULL) for _ in range(number)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def _proxied(at: Sequence[str], tries: int) -> tuple[int, int]:
    found = 0
    for _ in range(tries):
        _, told = _sweep(at, [f"10.78.0.{n}" for n in range(1, 32)], PATIENT, interface="eth1")
        found += sorted(told["replies"][PROXIED]) == [HOLDER, LATE]
    return found, tries


def _owners(at: Sequence[str]) -> int:
    """How many owners the judge counts where one node answers with both of its NICs."""
    _, told = _sweep(at, [TWO_NICS], WINDOW, interface="eth1")
    if len(told["replies"][TWO_NICS]) != 2:
        raise Wrong("the node with two NICs did not answer with both")
    replies = {TWO_NICS: tuple(NeighbourReply(mac=m, after=0.0) for m in told["replies"][TWO_NICS])}
    facts = SegmentFacts(segment="lan", interface="eth1", window=PATIENT, replies=replies)
    plan = read_plan(PLAN.encode(), "plan.yaml")
    wire: Wire = {"lan": Observation(value=facts, at=0.0, source="sweep", vantage="the benchmark")}
    place = parties_of(plan.segments[0], plan, wire, Snapshot(clusters={}))
    return len(place.answers(ip_address(TWO_NICS)))


def _has(name: str) -> bool:
    try:
        program(name)
    except NotRun:
        return False
    return True


def _versus(taken: dict[str, Timing], ours: str, theirs: str, limit: float) -> Target:
    if theirs not in taken:
        return missing(f"trueline / {theirs}", limit, f"{theirs.split(',')[0]} is not here")
    measured = ratio(taken[ours], taken[theirs])
    return Target(what=f"trueline / {theirs}", limit=limit, measured=measured)


def _faster(taken: dict[str, Timing], theirs: str, limit: float) -> Target:
    what = f"faster than {theirs}"
    if theirs not in taken:
        return missing(what, limit, f"{theirs.split(',')[0]} is not here", at_most=False)
    ours = next(each for name, each in taken.items() if name.startswith("trueline"))
    return Target(what=what, limit=limit, measured=ratio(taken[theirs], ours), at_most=False)


def _all(found: int, wanted: int, who: str) -> None:
    if found != wanted:
        raise Wrong(f"{who} heard {found} of {wanted}")
