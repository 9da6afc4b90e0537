"""Ask a whole segment who holds which address, and keep every reply.

IPv4 addresses are asked for by ARP, IPv6 addresses by neighbour discovery (`wire_language`). The
sweep is the same on every system; only the way frames reach the wire differs: an `AF_PACKET` socket
with a kernel filter on Linux (`wire_linux`), scapy's socket (BPF) elsewhere (`wire_scapy`). All
waits overlap, so 250 addresses cost the same window as one.
"""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from trueline.model.address import Address
from trueline.model.frame import NeighbourReply, SegmentFacts
from trueline.probes.interfaces import Interface, interface_for, interface_named
from trueline.probes.wire_language import Language, language
from trueline.probes.wire_record import Recording

__all__ = ["Wire", "interface_for", "sweep", "sweep_over"]

GAP = 0.05  # seconds until all are asked again: long enough to drain a full receive queue
DRAIN_EVERY = 64  # questions: without draining while sending, 69 % of 32,767 replies were lost
LATE = 0.1  # seconds; a reply later than this comes from who answers for others, or a loaded host
LATE_WINDOW = 0.2  # seconds to await the answers of late responders to being asked directly
DRAIN_AT_MOST = 65_536  # frames: a storm of replies must not keep the sweep for ever


class Wire(Protocol):
    """A way to put frames on a segment and to take replies off it."""

    def send(self, frame: bytes) -> None:
        """Put one frame on the wire. Raises OSError."""
        ...

    def receive(self, timeout: float) -> tuple[bytes, float] | None:
        """The next frame, awaited up to `timeout` seconds (0: only what is there), or None.

        With it comes for how many seconds it had been here, which is no delay of who sent it.
        """
        ...

    def close(self) -> None:
        """Give the socket back."""
        ...


def sweep(
    segment: str,
    interface: str,
    targets: Sequence[Address],
    *,
    window: float,
    closely: Collection[Address] = (),
) -> SegmentFacts:
    """Every reply to every target: once per MAC, with the delay of its first reply.

    Each target is asked twice, all machines at once, from the interface's own address. Replies are
    awaited for `window` seconds after all were asked once, and for 0.1 s at least after they were
    asked again: of 0.9 s, the second question to a /24 has 0.84. A MAC that was late to answer is
    then asked directly for every target: Linux delays an answer for another machine, keeps 64 of
    them waiting and drops the rest, but answers a direct question at once.

    An address of this host is never answered on the wire by itself, so it counts as answered by its
    own interface at 0.0 s; it is still asked for, from nobody's address (RFC 5227, RFC 4862), so
    that another holder is heard. A silent target has no reply. Of those that are to be looked at
    `closely`, every MAC that was heard is asked directly too: a node may not get broadcasts.

    Raises ValueError for targets of both families, PermissionError without root or CAP_NET_RAW,
    OSError for an interface that is missing, down or without an address of the family.
    """
    version = language(targets).version
    own = interface_named(interface, version)
    wire = opened(interface, version)
    try:
        return sweep_over(wire, segment, own, targets, window=window, closely=closely)
    except OSError as error:
        if error.errno == errno.ENETDOWN:
            raise OSError(errno.ENETDOWN, f"interface {interface} went down") from error
        raise
    finally:
        wire.close()


def opened(interface: str, version: int = 4) -> Wire:
    """The wire at an interface, for answers of one family.

    Raises OSError, PermissionError without root or CAP_NET_RAW.
    """
    try:
        if hasattr(socket, "AF_PACKET"):
            from trueline.probes.wire_linux import PacketWire

            return PacketWire(interface, version)
        from trueline.probes.wire_scapy import ScapyWire

        return ScapyWire(interface, version)
    except PermissionError as error:
        raise PermissionError(errno.EPERM, "raw sockets need root or CAP_NET_RAW") from error


def sweep_over(
    wire: Wire,
    segment: str,
    own: Interface,
    targets: Sequence[Address],
    *,
    window: float,
    closely: Collection[Address] = (),
) -> SegmentFacts:
    """The sweep itself, over a wire that is already open (see `sweep`)."""
    wanted = tuple(dict.fromkeys(targets))
    speaks = language(wanted)
    wire = recording = Recording(wire, speaks, wanted, first=closely)
    hearing = _Hearing(speaks, wanted, own)
    question = speaks.asking(own)
    everybody = [(target, question(target)) for target in wanted]
    _ask(wire, hearing, everybody)
    asked = time.monotonic()
    hearing.until(wire, asked + GAP)
    _ask(wire, hearing, everybody)  # a lost frame must not make a silent address
    hearing.until(wire, max(asked + window, time.monotonic() + LATE))
    hearing.drain(wire)  # under load the kernel has queued what this process had no time to read
    _directly(wire, hearing, question, hearing.late(), wanted)
    silent = [each for each in wanted if each in closely and not hearing.macs(each)]
    closer = _Hearing(speaks, silent, own)
    _directly(wire, closer, question, hearing.others(), silent)
    return SegmentFacts(
        segment=segment,
        interface=own.name,
        window=window,
        replies=hearing.replies(),
        direct={address: by for address, by in closer.replies().items() if by},
        frames=recording.frames(),
    )


def _directly(
    wire: Wire,
    hearing: _Hearing,
    question: Callable[..., bytes],
    macs: Sequence[str],
    targets: Sequence[Address],
) -> None:
    """Ask each of some MACs for each of some addresses."""
    asked = [(each, question(each, of=mac)) for mac in macs for each in targets]
    if asked:
        _ask(wire, hearing, asked)
        hearing.until(wire, time.monotonic() + LATE_WINDOW)
        hearing.drain(wire)


def _ask(wire: Wire, hearing: _Hearing, questions: Sequence[tuple[Address, bytes]]) -> None:
    for index, (target, frame) in enumerate(questions):
        hearing.asked.setdefault(target.packed, time.monotonic())
        _send(wire, frame, hearing)
        if index % DRAIN_EVERY == DRAIN_EVERY - 1:
            hearing.drain(wire)


def _send(wire: Wire, frame: bytes, hearing: _Hearing) -> None:
    try:
        wire.send(frame)
    except OSError as error:
        if error.errno not in (errno.ENOBUFS, errno.EAGAIN):
            raise
        hearing.until(wire, time.monotonic() + GAP)  # the send queue is full: let it flow off
        wire.send(frame)


class _Hearing:
    """Replies so far: address to MAC to seconds after the first question for it."""

    def __init__(self, speaks: Language, targets: Sequence[Address], own: Interface) -> None:
        self._speaks = speaks
        self.asked: dict[bytes, float] = {}
        self._own = own.mac
        self._seen: set[bytes] = set()
        self._first: dict[Address, dict[str, float]] = {target: {} for target in targets}
        for target in targets:
            if target in own.addresses:
                self._first[target][own.mac] = 0.0

    def until(self, wire: Wire, deadline: float) -> None:
        while (left := deadline - time.monotonic()) > 0:
            self._keep(wire.receive(left))

    def drain(self, wire: Wire) -> None:
        for _ in range(DRAIN_AT_MOST):
            heard = wire.receive(0.0)
            if heard is None:
                return
            self._keep(heard)

    def _keep(self, heard: tuple[bytes, float] | None) -> None:
        now = time.monotonic()
        if heard is None:
            return
        frame, since = heard
        if (said := self._speaks.again(frame)) in self._seen:
            return
        reply = self._speaks.heard(frame)
        if reply is None:
            return
        mac, address = reply
        asked = self.asked.get(address.packed)
        if asked is None:  # nobody asked for it: a gratuitous reply about something else
            return
        self._seen.add(said)
        self._first[address].setdefault(mac, max(0.0, now - since - asked))

    def late(self) -> tuple[str, ...]:
        """The MACs with a late reply, in order."""
        found = {mac for by in self._first.values() for mac, after in by.items() if after > LATE}
        return tuple(sorted(found))

    def macs(self, address: Address) -> Collection[str]:
        """Who answered for an address so far."""
        return self._first[address]

    def others(self) -> tuple[str, ...]:
        """Every MAC that was heard and is not this host's own, in order."""
        return tuple(sorted({mac for by in self._first.values() for mac in by} - {self._own}))

    def replies(self) -> dict[str, tuple[NeighbourReply, ...]]:
        return {
            str(address): tuple(
                NeighbourReply(mac=mac, after=round(after, 6)) for mac, after in by.items()
            )
            for address, by in self._first.items()
        }
