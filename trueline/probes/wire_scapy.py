"""The portable way: scapy's layer-2 socket, which is BPF on macOS and the BSDs."""

from __future__ import annotations

import errno
import time
from typing import Any

_ONLY_REPLIES = {4: "arp[6:2] = 2", 6: "icmp6 and ip6[40] = 136"}


class ScapyWire:
    """ARP replies (4) or neighbour advertisements (6) that reach one interface.

    Raises PermissionError, or OSError for no such interface.
    """

    def __init__(self, interface: str, version: int = 4) -> None:
        from scapy.config import conf
        from scapy.error import Scapy_Exception
        from scapy.layers import l2  # noqa: F401 - chooses the socket class of this system

        conf.verb = 0
        try:
            self._socket: Any = _open(interface, _ONLY_REPLIES[version])
        except Scapy_Exception as error:  # on BPF a refused device is not an OSError
            raise PermissionError(errno.EPERM, f"no packet socket: {error}") from error

    def send(self, frame: bytes) -> None:
        """Put one frame on the wire."""
        self._socket.send(frame)

    def receive(self, timeout: float) -> tuple[bytes, float] | None:
        """The next frame within `timeout` seconds and how long it was here, or None.

        It is an empty one for a frame of our own.
        """
        if not self._socket.select([self._socket], timeout):
            return None
        _, frame, at = self._socket.recv_raw()
        since = max(0.0, time.time() - at) if at else 0.0
        return (b"" if frame is None else bytes(frame)), since

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()


def _open(interface: str, wanted: str) -> Any:
    """A layer-2 socket with the filter of libpcap where there is one, else without any.

    Without a filter every frame of the interface is read and told apart here, which is slower and
    no less true.
    """
    from scapy.config import conf
    from scapy.error import Scapy_Exception

    try:
        return conf.L2socket(iface=interface, filter=wanted, promisc=False)
    except (Scapy_Exception, ImportError):
        return conf.L2socket(iface=interface, promisc=False)
