"""The fast way on Linux: one AF_PACKET socket with a kernel filter and a large queue."""

from __future__ import annotations

import errno
import select
import socket
import struct
import threading
import time
from array import array
from collections.abc import Sequence

_ETH_P_ARP = 0x0806
_ETH_P_IPV6 = 0x86DD
_SO_ATTACH_FILTER = 26  # asm-generic/socket.h
_SO_RCVBUFFORCE = 33
_SO_TIMESTAMPNS = 35  # of each frame, when the kernel had it (socket(7))
_TIME = struct.Struct("@ll")  # seconds and nanoseconds
_TIME_SIZE = socket.CMSG_SPACE(_TIME.size)
_QUEUE = 4 * 1024 * 1024  # bytes; the default 212,992 holds about 158 replies
_SNAP = 0x40000  # bytes of a frame to keep: all

# Classic BPF (linux/filter.h), by family: all else is dropped in the kernel.
_PROTOCOL = {4: _ETH_P_ARP, 6: _ETH_P_IPV6}
_ONLY_REPLIES = {
    4: (
        (0x28, 0, 0, 12),  # ldh [12]
        (0x15, 0, 3, _ETH_P_ARP),  # jeq ARP, else drop
        (0x28, 0, 0, 20),  # ldh [20]
        (0x15, 0, 1, 2),  # jeq reply, else drop
        (0x06, 0, 0, _SNAP),  # ret: keep
        (0x06, 0, 0, 0),  # ret: drop
    ),
    6: (
        (0x28, 0, 0, 12),  # ldh [12]
        (0x15, 0, 5, _ETH_P_IPV6),  # jeq IPv6, else drop
        (0x30, 0, 0, 20),  # ldb [20]
        (0x15, 0, 3, 58),  # jeq ICMPv6, else drop
        (0x30, 0, 0, 54),  # ldb [54]
        (0x15, 0, 1, 136),  # jeq neighbour advertisement, else drop
        (0x06, 0, 0, _SNAP),  # ret: keep
        (0x06, 0, 0, 0),  # ret: drop
    ),
}


class PacketWire:
    """ARP replies (4) or neighbour advertisements (6) that reach one interface.

    Raises PermissionError, or OSError for no such interface.
    """

    def __init__(self, interface: str, version: int = 4) -> None:
        # Protocol 0 first: a socket that is bound before its filter is on queues unfiltered frames.
        self._socket = socket.socket(_AF_PACKET, socket.SOCK_RAW, 0)
        try:
            self._filter(_ONLY_REPLIES[version])
            self._widen()
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
            self._bind(interface, _PROTOCOL[version])
        except BaseException:
            self._socket.close()
            raise
        self._socket.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)

    def _filter(self, steps: Sequence[tuple[int, int, int, int]]) -> None:
        code = array("B", b"".join(struct.pack("HBBI", *step) for step in steps))
        prog = struct.pack("HP", len(steps), code.buffer_info()[0])
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, prog)

    def _widen(self) -> None:
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _QUEUE)
        except PermissionError:  # CAP_NET_RAW alone: as much as net.core.rmem_max allows
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _QUEUE)

    def _bind(self, interface: str, protocol: int) -> None:
        try:
            self._socket.bind((interface, protocol))
        except OSError as error:
            if error.errno == errno.ENODEV:
                raise OSError(errno.ENODEV, f"this host has no interface {interface}") from error
            raise

    def send(self, frame: bytes) -> None:
        """Put one frame on the wire."""
        self._socket.send(frame)

    def receive(self, timeout: float) -> tuple[bytes, float] | None:
        """The next reply within `timeout` seconds and how long it was in the queue, or None."""
        if timeout > 0 and not self._poll.poll(timeout * 1000):
            return None
        try:
            frame, told, _, _ = self._socket.recvmsg(256, _TIME_SIZE)
        except BlockingIOError:
            return None
        return frame, _since(told)

    def close(self) -> None:
        """Give the socket back. Nobody waits for the kernel to let go of it: 5 to 15 ms."""
        threading.Thread(target=self._socket.close, daemon=True).start()


def _since(told: Sequence[tuple[int, int, bytes]]) -> float:
    """For how many seconds a frame has been here, by what the kernel told with it."""
    for level, kind, data in told:
        if (level, kind) == (socket.SOL_SOCKET, _SO_TIMESTAMPNS):
            seconds, nanoseconds = _TIME.unpack(data)
            return max(0.0, time.time() - float(seconds + nanoseconds / 1e9))
    return 0.0


_AF_PACKET: int = getattr(socket, "AF_PACKET", -1)
