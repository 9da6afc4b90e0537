"""The sweep over a wire that is made of lists."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, ip_address
from typing import Any

import pytest

from tests.arp.test_frames import OWN, reply
from trueline.model.observation import SegmentFacts
from trueline.probes import sweep

_REPLY = reply()


class ListWire:
    """Answers each question at once, from a table of address to MACs."""

    def __init__(self, holders: dict[str, list[str]], refusals: Iterable[OSError] = ()) -> None:
        self.holders = holders
        self.refusals = list(refusals)
        self.asked: list[tuple[str, str]] = []
        self.waiting: list[bytes] = []
        self.closed = False
        self.since = 0.0

    def send(self, frame: bytes) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        address = str(IPv4Address(frame[38:42]))
        self.asked.append((frame[:6].hex(":"), address))
        self.waiting += [
            _REPLY[:22] + bytes.fromhex(mac.replace(":", "")) + frame[38:42] + _REPLY[32:]
            for mac in self.holders.get(address, [])
        ]

    def receive(self, _: float) -> tuple[bytes, float] | None:
        return (self.waiting.pop(0), self.since) if self.waiting else None

    def close(self) -> None:
        self.closed = True


class Ticking:
    """A monotonic clock that moves 10 ms with every look at it."""

    def __init__(self) -> None:
        self.time = 0.0

    def monotonic(self) -> float:
        self.time += 0.01
        return self.time


@pytest.fixture(autouse=True)
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    clock = Ticking()
    monkeypatch.setattr(sweep, "time", clock)
    return clock


def swept(wire: ListWire, *targets: str, window: float = 0.05) -> SegmentFacts:
    return sweep.sweep_over(wire, "lan", OWN, [ip_address(text) for text in targets], window=window)


class Deaf(ListWire):
    """Nobody gets a broadcast that asks for one of the addresses; direct questions arrive."""

    def __init__(self, holders: dict[str, list[str]], *unheard: str) -> None:
        super().__init__(holders)
        self.unheard = unheard

    def send(self, frame: bytes) -> None:
        before = len(self.waiting)
        super().send(frame)
        to, address = self.asked[-1]
        kept = [reply for reply in self.waiting[before:] if to in (ALL, reply[22:28].hex(":"))]
        self.waiting[before:] = [] if to == ALL and address in self.unheard else kept


def macs(facts: SegmentFacts) -> dict[str, list[str]]:
    return {ip: [one.mac for one in replies] for ip, replies in facts.replies.items()}


A, B = "02:00:00:00:01:01", "02:00:00:00:01:02"
ALL = "ff:ff:ff:ff:ff:ff"


def test_every_responder_is_kept_once_and_the_silent_are_named() -> None:
    wire = ListWire({"10.77.0.1": [A, B]})
    facts = swept(wire, "10.77.0.1", "10.77.0.2", "10.77.0.1")
    assert macs(facts) == {"10.77.0.1": [A, B], "10.77.0.2": []}
    assert (facts.segment, facts.interface, facts.window) == ("lan", "eth0", 0.05)


def test_all_targets_are_asked_twice() -> None:
    wire = ListWire({"10.77.0.1": [A]})
    swept(wire, "10.77.0.1", "10.77.0.2")
    assert wire.asked == 2 * [(ALL, "10.77.0.1"), (ALL, "10.77.0.2")]


@pytest.mark.parametrize(("window", "ended"), [(0.9, 0.9), (0.12, 0.15)])
def test_the_window_begins_when_all_were_asked_once(
    monkeypatch: pytest.MonkeyPatch, window: float, ended: float
) -> None:
    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

    class Waiting(ListWire):
        def receive(self, timeout: float) -> tuple[bytes, float] | None:
            clock.now += timeout
            return super().receive(timeout)

        def send(self, frame: bytes) -> None:
            sent.append(clock.now)
            super().send(frame)

    clock, sent = Clock(), list[float]()
    monkeypatch.setattr(sweep, "time", clock)
    swept(Waiting({"10.77.0.1": [A]}), "10.77.0.1", "10.77.0.2", window=window)
    assert sent == [0.0, 0.0, 0.05, 0.05]
    assert clock.now == pytest.approx(ended)


def test_own_address_is_held_by_this_host_and_still_asked_for() -> None:
    wire = ListWire({"10.77.0.250": [B]})
    facts = swept(wire, "10.77.0.250")
    assert macs(facts) == {"10.77.0.250": [OWN.mac, B]}
    assert facts.replies["10.77.0.250"][0].after == 0.0
    assert wire.asked == 2 * [(ALL, "10.77.0.250")]


def test_what_nobody_asked_for_is_not_kept() -> None:
    wire = ListWire({})
    wire.waiting = [reply(A, "10.77.0.77"), b"", reply(op=1)]
    assert macs(swept(wire, "10.77.0.1")) == {"10.77.0.1": []}


def test_wire_is_emptied_while_sending() -> None:
    everything = [str(IPv4Address(0x0A4D0000 + n)) for n in range(1, 193)]  # three times 64
    wire = ListWire({ip: [A] for ip in everything})
    longest = 0
    send = wire.send

    def watched(frame: bytes) -> None:
        nonlocal longest
        send(frame)
        longest = max(longest, len(wire.waiting))

    wire.send = watched  # type: ignore[method-assign]
    assert all(swept(wire, *everything).replies.values())
    assert longest == 64


def test_late_responder_is_asked_directly_for_everything(ticking: Ticking) -> None:
    class Delayed(ListWire):
        def receive(self, timeout: float) -> tuple[bytes, float] | None:
            if timeout > 0.15:  # the window after the last question
                ticking.time += 0.15
            return super().receive(timeout) if timeout > 0.15 or len(self.asked) > 4 else None

    wire = Delayed({"10.77.0.1": [A]})
    facts = swept(wire, "10.77.0.1", "10.77.0.2", window=0.4)
    assert wire.asked[4:] == [(A, "10.77.0.1"), (A, "10.77.0.2")]
    assert facts.replies["10.77.0.1"][0].after > 0.1


def test_the_time_that_a_reply_was_here_before_it_was_read_is_no_delay(ticking: Ticking) -> None:
    def after(since: float) -> float:
        ticking.time = 0.0
        wire = ListWire({"10.77.0.1": [A]})
        wire.since = since
        return swept(wire, "10.77.0.1").replies["10.77.0.1"][0].after

    assert (after(0.0), after(0.01), after(9.0)) == (0.03, 0.02, 0.0)


def test_full_send_queue_is_waited_for() -> None:
    wire = ListWire({"10.77.0.1": [A]}, [OSError(errno.ENOBUFS, "No buffer space available")])
    assert macs(swept(wire, "10.77.0.1")) == {"10.77.0.1": [A]}


def test_endless_storm_of_replies_ends_the_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "DRAIN_AT_MOST", 10)
    wire = ListWire({})
    wire.receive = lambda _: (reply(A, "10.77.0.1"), 0.0)  # type: ignore[method-assign]
    assert macs(swept(wire, "10.77.0.1")) == {"10.77.0.1": [A]}


def test_a_sweep_is_of_one_family() -> None:
    told = r"^a sweep asks for addresses of one family, IPv4 or IPv6$"
    with pytest.raises(ValueError, match=told):
        swept(ListWire({}), "10.77.0.1", "fd00::1")


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The public sweep on a list wire instead of an interface."""

    def plug(wire: Any) -> None:
        monkeypatch.setattr(sweep, "interface_named", lambda *_: OWN)
        monkeypatch.setattr(sweep, "opened", lambda *_: wire)

    return plug


def test_sweep_closes_its_wire(plugged: Any) -> None:
    wire = ListWire({"10.77.0.1": [A]})
    plugged(wire)
    facts = sweep.sweep("lan", "eth0", [ip_address("10.77.0.1")], window=0.0)
    assert (macs(facts), wire.closed) == ({"10.77.0.1": [A]}, True)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError(errno.ENETDOWN, "Network is down"), "interface eth0 went down"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    ],
)
def test_wire_that_breaks_is_told(plugged: Any, error: OSError, text: str) -> None:
    wire = ListWire({}, [error])
    plugged(wire)
    with pytest.raises(OSError, match=text) as caught:
        sweep.sweep("lan", "eth0", [ip_address("10.77.0.1")], window=0.0)
    assert (caught.value.errno, caught.value.strerror) == (error.errno, text)
    assert wire.closed


@pytest.mark.parametrize(
    ("packet", "module", "name"),
    [(True, "wire_linux", "PacketWire"), (False, "wire_scapy", "ScapyWire")],
)
def test_way_to_the_wire_is_that_of_the_system(
    monkeypatch: pytest.MonkeyPatch, packet: bool, module: str, name: str
) -> None:
    monkeypatch.setattr(f"trueline.probes.{module}.{name}", lambda *given: given)
    monkeypatch.setattr(socket, "AF_PACKET", 17, raising=False)
    if not packet:
        monkeypatch.delattr(socket, "AF_PACKET")
    assert sweep.opened("eth0") == ("eth0", 4)  # type: ignore[comparison-overlap]
    assert sweep.opened("eth0", 6) == ("eth0", 6)  # type: ignore[comparison-overlap]


def test_refused_socket_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("trueline.probes.wire_linux.PacketWire", refuse)
    monkeypatch.setattr(socket, "AF_PACKET", 17, raising=False)
    with pytest.raises(PermissionError, match="raw sockets need root or CAP_NET_RAW"):
        sweep.opened("eth0")


def test_a_silent_address_that_is_looked_at_closely_is_asked_of_all_who_were_heard() -> None:
    wire = Deaf({"10.77.0.1": [A], "10.77.0.2": [B], "10.77.0.3": [B]}, "10.77.0.3", "10.77.0.4")
    wanted = [ip_address(f"10.77.0.{last}") for last in (1, 2, 3, 4, 5)]
    closely = [ip_address(f"10.77.0.{last}") for last in (1, 3, 4, 9)]
    facts = sweep.sweep_over(wire, "lan", OWN, wanted, window=0.05, closely=closely)
    assert macs(facts) == {
        "10.77.0.1": [A],
        "10.77.0.2": [B],
        "10.77.0.3": [],
        "10.77.0.4": [],
        "10.77.0.5": [],
    }
    assert {ip: [one.mac for one in by] for ip, by in facts.direct.items()} == {"10.77.0.3": [B]}
    assert wire.asked[10:] == [(mac, f"10.77.0.{last}") for mac in (A, B) for last in (3, 4)]


def test_where_nobody_is_silent_nobody_is_asked_directly() -> None:
    wire = ListWire({"10.77.0.1": [A]})
    target = ip_address("10.77.0.1")
    facts = sweep.sweep_over(wire, "lan", OWN, [target], window=0.05, closely=[target])
    assert facts.direct == {}
    assert len(wire.asked) == 2
