from __future__ import annotations

import platform
import struct
import subprocess
import sys
from collections.abc import Iterator
from time import monotonic, time

import pytest

from tools.lab import clock
from tools.lab.errors import LabError
from tools.lab.process import Process

LINUX = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the clock of x86-64 Linux"
)
ASK = "import time\nwhile input(): print(time.time(), time.monotonic(), flush=True)"


def image(name: bytes, code: bytes) -> bytes:
    """An ELF image with one dynamic symbol: header, code, names, symbols, sections."""
    names = b"\0" + name + b"\0"
    code_at = 0x40
    names_at = code_at + len(code)
    symbols_at = names_at + len(names)
    symbols = struct.pack("<IBBHQQ", 0, 0, 0, 0, 0, 0)
    symbols += struct.pack("<IBBHQQ", 1, 0x12, 0, 1, code_at, len(code))
    sections_at = symbols_at + len(symbols)
    sections = [
        (0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        (0, 3, 0, 0, names_at, len(names), 0, 0, 0, 0),
        (0, 11, 0, 0, symbols_at, len(symbols), 1, 0, 0, 24),
    ]
    header = bytearray(code_at)
    struct.pack_into("<Q", header, 0x28, sections_at)
    struct.pack_into("<HH", header, 0x3A, 64, len(sections))
    table = b"".join(struct.pack("<IIQQQQIIQQ", *section) for section in sections)
    return bytes(header) + code + names + symbols + table


def test_the_function_is_found_by_its_name() -> None:
    assert clock.function(image(b"__vdso_clock_gettime", b"machine code")) == (
        0x40,
        b"machine code",
    )


def test_a_kernel_without_it_is_told() -> None:
    with pytest.raises(LabError) as caught:
        clock.function(image(b"__kernel_clock_gettime", b"machine code"))
    assert str(caught.value) == "this kernel has no __vdso_clock_gettime for programs"


@pytest.fixture
def program() -> Iterator[subprocess.Popen[str]]:
    """A program that tells the time when it is asked."""
    words = [sys.executable, "-c", ASK]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as child:
        yield child
        child.kill()


def told(child: subprocess.Popen[str]) -> tuple[int, int]:
    """How far its clocks are ahead of ours: the time of day, and the monotonic one."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write("?\n")
    child.stdin.flush()
    day, steady = map(float, child.stdout.readline().split())
    return round(day - time()), round(steady - monotonic())


@LINUX
def test_a_program_reads_another_time_of_day_and_the_real_one_again(
    program: subprocess.Popen[str],
) -> None:
    process = Process.of(program.pid)
    assert told(program) == (0, 0)
    clock.shift([process], 90)
    assert told(program) == (90, 0)
    clock.shift([process], -7200)
    assert told(program) == (-7200, 0)
    clock.shift([process], 0)
    assert told(program) == (0, 0)


@LINUX
def test_a_machine_of_another_kind_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(LabError, match="the lab can shift clocks on x86-64 alone"):
        clock.shift([], 1)
