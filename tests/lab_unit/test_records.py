from __future__ import annotations

import errno
import gc
import os
import signal
import stat
import subprocess
import threading
import weakref
from pathlib import Path

import pytest

from tests.lab_unit.world import plan
from tools.lab import cgroups, paths, profile, safety, spec, state, up
from tools.lab import plan as plan_of
from tools.lab.errors import LabError
from tools.lab.process import Process, kill_members, left_running, reap, start_time
from tools.lab.state import LabRecord, MachineRecord, Service


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path / "cache"))


def record(**changed: object) -> LabRecord:
    values = {
        "phase": "up",
        "profile": "compact",
        "without": [],
        "plan": "topology.yaml",
        "digest": "d",
        "fingerprint": "f",
        "boot": state.boot_id() if Path("/proc/sys/kernel").exists() else "b",
    }
    return LabRecord(**(values | changed))  # type: ignore[arg-type]


def test_the_start_time_is_found_behind_any_program_name() -> None:
    fields = " ".join(str(number) for number in range(4, 23))
    assert start_time(f"12 (a) b (c) S {fields}") == 22


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


@needs_proc
def test_a_recycled_pid_is_never_killed() -> None:
    child = subprocess.Popen(["sleep", "60"])
    try:
        real = Process.of(child.pid)
        other = Process(real.pid, real.started - 1)
        assert (real.alive, other.alive) == (True, False)
        assert other.kill() is False
        assert child.poll() is None
        assert real.kill() is True
        assert child.wait() == -9
        assert (real.alive, real.kill()) == (False, False)
    finally:
        child.kill()
        child.wait()


@needs_proc
def test_a_process_whose_number_is_a_threads_by_now_is_gone() -> None:
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    assert thread.native_id is not None
    try:
        assert Process.of(thread.native_id).kill() is False
        kill_members(lambda: {thread.native_id or 0})
        assert thread.is_alive()
    finally:
        over.set()
        thread.join()


@needs_proc
def test_a_handle_that_cannot_be_had_is_not_a_process_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(pid: int) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(os, "pidfd_open", full)
    with pytest.raises(OSError, match="Too many open files"):
        Process.of(os.getpid()).kill()


@needs_proc
def test_who_got_the_number_of_a_member_that_ended_is_left_alone() -> None:
    child = subprocess.Popen(["sleep", "60"])
    try:
        looks = [{child.pid}, set()]
        kill_members(lambda: looks.pop(0))
        assert (looks, child.poll()) == ([], None)
        kill_members(lambda: {child.pid})
        assert child.wait() == -9
        kill_members(lambda: {child.pid})
    finally:
        child.kill()
        child.wait()


def test_a_process_that_is_left_running_may_be_forgotten_by_who_started_it() -> None:
    child = left_running(["sleep", "60"], output=subprocess.DEVNULL)
    pid, told = child.pid, weakref.ref(child)
    del child
    gc.collect()
    kept = told()
    assert kept is not None
    assert kept.poll() is None
    os.kill(pid, signal.SIGKILL)
    kept.wait()
    del kept
    reap()
    gc.collect()
    assert told() is None


@needs_proc
def test_a_process_survives_being_written_down() -> None:
    own = Process.of(os.getpid())
    assert Process.load(own.dump()) == own


def test_the_labs_record_survives_being_written_down() -> None:
    wanted = record(sysctls={"/a": "1"}, routes=["198.51.100.0/24"], fabric=Process(1, 2))
    wanted.save()
    assert LabRecord.load() == wanted


def test_a_machines_record_survives_being_written_down() -> None:
    topology = plan()
    machine = spec.machines(topology, profile.selected(topology, "compact"), vms=False)[0]
    wanted = MachineRecord(
        spec=machine.dump(),
        inner=Process(3, 4),
        namespace=5,
        services={"kubelet": Service(argv=["kubelet"], extra=["--v=2"])},
        undo=[["sysctl", "-w", "a=1"]],
    )
    wanted.save()
    assert MachineRecord.load("east-m1") == wanted
    assert wanted.services["kubelet"].changed


def test_a_damaged_record_says_what_to_do() -> None:
    state.write(LabRecord.path(), "{")
    with pytest.raises(LabError) as caught:
        LabRecord.load()
    assert str(caught.value).endswith("\nfix: python -m tools.lab down")


def test_one_command_at_a_time() -> None:
    with state.locked("up"), pytest.raises(LabError) as caught, state.locked("reset"):
        pass
    assert str(caught.value) == (
        f"the lab is busy: `up` (pid {os.getpid()}) holds its lock\nfix: wait until it has ended"
    )
    with state.locked("reset"):
        pass


def test_down_waits_for_a_command_on_its_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    begun, over = threading.Event(), threading.Event()

    def up() -> None:
        with state.locked("up"):
            begun.set()
            over.wait(10)

    other = threading.Thread(target=up)
    other.start()
    begun.wait(10)
    threading.Timer(0.05, over.set).start()
    with state.locked("down", patience=10):
        other.join(10)
    busy = f"the lab is busy: `up` (pid {os.getpid()}) holds its lock"
    assert capsys.readouterr().out.partition("s  ")[2] == f"{busy}; waiting for it\n"


def test_records_are_for_root_alone() -> None:
    record().save()
    assert stat.S_IMODE(LabRecord.path().stat().st_mode) == 0o600


def test_a_setting_is_put_back_unless_somebody_else_changed_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.write_text("1024\n")
    theirs.write_text("4096\n")
    monkeypatch.setattr(safety, "SYSCTLS", {str(ours): 1024, str(theirs): 1024})
    written = record(sysctls={str(ours): "128", str(theirs): "128"})

    assert safety.release(written) == []

    assert (ours.read_text(), theirs.read_text()) == ("128", "4096\n")
    assert written.sysctls == {}


@needs_proc
def test_up_tells_what_runs_already(tmp_path: Path) -> None:
    path = tmp_path / "topology.yaml"
    path.write_text("x")
    digest = plan_of.digest(path)
    assert up.already(None, path, "compact", []) == ""
    assert up.already(record(phase="starting"), path, "compact", []) == ""
    assert up.already(record(boot="another"), path, "compact", []) == ""
    running = record(digest=digest)
    assert up.already(running, path, "compact", []) == "the lab is up already (profile compact)"
    state.write(paths.state() / "faults", "ML-01 SC-01")
    assert up.already(running, path, "compact", []) == (
        "the lab is up already (profile compact, with faults in force: ML-01, SC-01)"
    )


@needs_proc
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"profile": "full"},
            "the lab is up with profile 'full', not 'compact'\n"
            "fix: python -m tools.lab down, then up --profile compact",
        ),
        (
            {"without": ["vms"]},
            "the lab is up without vms\nfix: python -m tools.lab down, then up",
        ),
        (
            {"digest": "other"},
            "the lab is up with another plan (topology.yaml, as it was then)\n"
            "fix: python -m tools.lab down, then up",
        ),
    ],
)
def test_up_refuses_to_change_a_running_lab(
    tmp_path: Path, changed: dict[str, object], said: str
) -> None:
    path = tmp_path / "topology.yaml"
    path.write_text("x")
    with pytest.raises(LabError) as caught:
        up.already(record(**({"digest": plan_of.digest(path)} | changed)), path, "compact", [])
    assert str(caught.value) == said


MOUNTS = """\
1 2 0:1 / /sys rw - sysfs sysfs rw
3 1 0:2 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
4 1 0:3 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/lib/x,name=systemd
5 1 0:4 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate
6 1 0:4 / /elsewhere rw - cgroup2 cgroup2 rw,nsdelegate
"""


def test_hierarchies_are_read_from_the_mounts() -> None:
    found = cgroups.hierarchies(MOUNTS)
    assert [(str(h.path), h.kind, h.options) for h in found] == [
        ("/sys/fs/cgroup/cpu,cpuacct", "cgroup", "cpu,cpuacct"),
        ("/sys/fs/cgroup/systemd", "cgroup", "none,name=systemd"),
        ("/sys/fs/cgroup/unified", "cgroup2", ""),
    ]
    assert [str(h.visitors) for h in found] == [
        "/sys/fs/cgroup/cpu,cpuacct/trueline-runner",
        "None",
        "None",
    ]
    assert not cgroups.unified(found)
    assert cgroups.unified(cgroups.hierarchies(MOUNTS.splitlines()[3]))
