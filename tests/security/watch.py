"""Proof that nothing was executed: what the interpreter itself reports (PEP 578) while we look.

An audit hook cannot be taken away, so one is added for the whole process, and it listens only
inside of `nothing_done`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ACTS = frozenset(
    {
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.fork",
        "os.forkpty",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.symlink",
        "os.link",
        "os.chmod",
        "shutil.rmtree",
        "pickle.find_class",
        "socket.connect",
        "socket.getaddrinfo",
        "urllib.Request",
        "ctypes.dlopen",
    }
)

_heard: list[str] = []
_listening: set[int] = set()


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event in ACTS and threading.get_ident() in _listening:
        _heard.append(f"{event} {arguments!r:.200}")


sys.addaudithook(_hook)


@contextmanager
def nothing_done() -> Iterator[None]:
    """Fail where this thread starts a program, talks to a network, or changes a file meanwhile."""
    me = threading.get_ident()
    _heard.clear()
    _listening.add(me)
    try:
        yield
    finally:
        _listening.discard(me)
    assert _heard == []
