"""Another time of day for single programs of the lab, as after a machine that has slept.

The kernel has one wall clock for everybody, and its time namespaces leave that one alone. Programs
read it without entering the kernel, by code that the kernel maps into each of them (the vDSO); Go
programs do so without any library that could be put before it. So that code is replaced, in the
program's own copy, by a system call and a sum. The monotonic clock stays as it is, and a program
that starts anew has the real time again.
"""

from __future__ import annotations

import os
import platform
import signal
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tools.lab import cgroups
from tools.lab.errors import LabError
from tools.lab.machine import Machine
from tools.lab.process import Process
from tools.lab.waiting import until

_FUNCTION = b"__vdso_clock_gettime"
_DYNSYM = 11  # SHT_DYNSYM
_WITHIN = 5.0


def programs(machine: Machine, name: str) -> list[Process]:
    """The processes of a machine, its pods included, that run the program of that name.

    Raises LabError when there is none.
    """
    found = []
    for pid in sorted(cgroups.processes(machine.name)):
        try:
            program = Path(f"/proc/{pid}/exe").readlink().name
            process = Process.of(pid)
        except OSError:  # it has ended, or is a zombie
            continue
        if program == name:
            found.append(process)
    if not found:
        raise LabError(f"{machine.name} runs no {name}")
    return found


def shift(processes: Iterable[Process], seconds: int) -> None:
    """Let programs read the time of day that many seconds later; 0 gives them the real one.

    Raises LabError where the kernel's code is of another kind.
    """
    offset, original = _code()
    code = _shifted(seconds) if seconds else original
    if len(code) > len(original):
        raise LabError(f"the kernel's {_FUNCTION.decode()} is too short to be replaced")
    for process in processes:
        with _stopped(process, lambda base: range(base + offset, base + offset + len(original))):
            _write(process.pid, offset, code)


def _shifted(seconds: int) -> bytes:
    """The function in machine code: clock_gettime(2), and `seconds` more for the wall clock."""
    if platform.machine() != "x86_64":
        raise LabError("the lab can shift clocks on x86-64 alone")
    return b"".join(
        (
            b"\xb8\xe4\x00\x00\x00",  # mov eax, 228 (clock_gettime)
            b"\x0f\x05",  # syscall
            b"\x85\xff",  # test edi, edi (0 is CLOCK_REALTIME)
            b"\x75\x0d",  # jne over the sum
            b"\x48\xb9" + struct.pack("<q", seconds),  # mov rcx, seconds
            b"\x48\x01\x0e",  # add [rsi], rcx
            b"\xc3",  # ret
        )
    )


# --- the code in the memory of a program


def _code() -> tuple[int, bytes]:
    """Where the function lies in the kernel's page of code, and its bytes: in our own copy."""
    first, last = _mapped(os.getpid())
    with Path("/proc/self/mem").open("rb") as memory:
        memory.seek(first)
        return function(memory.read(last - first))


def function(image: bytes) -> tuple[int, bytes]:
    """Offset and bytes of the function in an ELF image. Raises LabError when it has none."""
    (table,) = struct.unpack_from("<Q", image, 0x28)
    size, count = struct.unpack_from("<HH", image, 0x3A)
    sections = [struct.unpack_from("<IIQQQQIIQQ", image, table + n * size) for n in range(count)]
    for _, kind, _, _, start, length, link, *_ in sections:
        if kind != _DYNSYM:
            continue
        names = sections[link][4]
        for at in range(start, start + length, 24):
            name, _, _, _, value, extent = struct.unpack_from("<IBBHQQ", image, at)
            if image[names + name :].split(b"\0", 1)[0] == _FUNCTION:
                return value, image[value : value + extent]
    raise LabError(f"this kernel has no {_FUNCTION.decode()} for programs")


def _mapped(pid: int) -> tuple[int, int]:
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        if line.endswith("[vdso]"):
            first, last = line.split()[0].split("-")
            return int(first, 16), int(last, 16)
    raise LabError(f"process {pid} has no code of the kernel's mapped")


def _write(pid: int, offset: int, code: bytes) -> None:
    memory: BinaryIO
    with Path(f"/proc/{pid}/mem").open("r+b", buffering=0) as memory:
        memory.seek(_mapped(pid)[0] + offset)
        memory.write(code)


@contextmanager
def _stopped(process: Process, region: Callable[[int], range]) -> Iterator[None]:
    """Stop a program while none of its threads is inside the region. Raises LabError."""
    inside = region(_mapped(process.pid)[0])
    handle = os.pidfd_open(process.pid)
    try:

        def outside() -> bool:
            signal.pidfd_send_signal(handle, signal.SIGSTOP)
            if _at_rest(process.pid, inside):
                return True
            signal.pidfd_send_signal(handle, signal.SIGCONT)
            return False

        try:
            until(f"process {process.pid} stops", outside, within=_WITHIN, every=0.01)
            yield
        finally:
            signal.pidfd_send_signal(handle, signal.SIGCONT)
    finally:
        os.close(handle)


def _at_rest(pid: int, inside: range) -> bool:
    """Whether every thread is stopped, with its next instruction outside of the region."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        words = (task / "syscall").read_text().split()
        if words[0] == "running" or int(words[-1], 16) in inside:
            return False
    return True
