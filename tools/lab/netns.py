"""Work in the network namespace of another process without leaving our own.

A network namespace belongs to a thread, and a socket stays in the one it was made in. So a short
thread enters, makes the socket, and ends; the rest of the program never moves.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from tools.lab.errors import LabError

T = TypeVar("T")
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def inside(pid: int, call: Callable[[], T]) -> T:
    """What `call` returns or raises when run in the network namespace of a process."""
    result: list[T] = []
    failure: list[BaseException] = []

    def work() -> None:
        try:
            handle = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
            try:
                if _libc.setns(handle, _CLONE_NEWNET) != 0:
                    number = ctypes.get_errno()
                    raise OSError(number, os.strerror(number))
            finally:
                os.close(handle)
            result.append(call())
        except BaseException as error:  # noqa: BLE001 - it is raised again in the caller
            failure.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return result[0]


def connect(pid: int, address: str, port: int, timeout: float) -> socket.socket:
    """A TCP connection made from the namespace of a process. Raises OSError."""
    return inside(pid, lambda: socket.create_connection((address, port), timeout=timeout))


def command(pid: int, argv: Sequence[str]) -> list[str]:
    """The command line that runs `argv` in the network namespace of a process."""
    return ["nsenter", f"--net=/proc/{pid}/ns/net", "--", *argv]


def run(pid: int, *argv: str, text: str | None = None) -> str:
    """Run a host program in the network namespace of a process; its output. Raises LabError."""
    done = subprocess.run(
        command(pid, argv), input=text, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise LabError(f"`{' '.join(argv)}` failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def inode(pid: int) -> int:
    """The identity of a process's network namespace."""
    return os.stat(f"/proc/{pid}/ns/net").st_ino  # noqa: PTH116 - Path.stat is the same, longer
