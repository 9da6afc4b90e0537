"""One machine: its own network, mounts, names, processes and groups. Faults act through this."""

from __future__ import annotations

import contextlib
import secrets
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.lab import cgroups, fabric, netns
from tools.lab.errors import LabError
from tools.lab.paths import state
from tools.lab.process import Process, left_running, reap
from tools.lab.spec import MachineSpec
from tools.lab.state import LabRecord, MachineRecord, Service, machine_dir, remove_tree, write
from tools.lab.waiting import until
from trueline.model.topology import Topology

HERE = Path(__file__).resolve().parent
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {"PATH": f"{_PATH}:/lab/bin", "HOME": "/root", "LANG": "C.UTF-8", "TERM": "xterm"}


class Machine:
    """A machine of the lab, running or not. `spec` says what it is; every change is recorded."""

    def __init__(self, topology: Topology, lab: LabRecord, record: MachineRecord) -> None:
        self.topology = topology
        self.lab = lab
        self.record = record
        self.spec = MachineSpec.load(record.spec)
        self.name = self.spec.name
        self.dir = machine_dir(self.name)

    # What it is now.

    @property
    def pid(self) -> int:
        """PID 1 of the machine, as the host knows it. Raises LabError when the machine is off."""
        inner = self.record.inner
        if inner is None or not inner.alive:
            raise LabError(f"{self.name} is off", fix=f"turn {self.name} on, or reset the lab")
        return inner.pid

    @property
    def is_on(self) -> bool:
        """Whether it runs (frozen or not)."""
        return self.record.inner is not None and self.record.inner.alive

    @property
    def frozen(self) -> bool:
        """Whether every process of it is stopped."""
        return cgroups.frozen(self.name)

    @property
    def root(self) -> Path:
        """Its file system, seen from the host. Raises LabError when it is off."""
        return Path(f"/proc/{self.pid}/root")

    @property
    def fabric(self) -> int:
        """The process that holds the fabric. Raises LabError when there is none."""
        if self.lab.fabric is None or not self.lab.fabric.alive:
            raise LabError("the fabric is gone", fix="python -m tools.lab down, then up")
        return self.lab.fabric.pid

    def log(self, service: str) -> Path:
        """Where a daemon of it writes."""
        return self.dir / "disk" / "log" / f"{service}.log"

    # Power.

    def on(self) -> None:
        """Boot it and start its daemons. Does nothing when it runs."""
        if not self.is_on:
            self.boot()
            for name, service in self.record.services.items():
                if service.wanted:
                    self._launch(name, service)

    def off(self) -> None:
        """Cut its power: every process, mount and card of it is gone; its disk stays."""
        for process in (self.record.inner, self.record.outer):
            if process is not None:
                if cgroups.frozen(self.name):
                    cgroups.freeze(self.name, frozen=False)
                process.kill()
        reap()
        cgroups.clear(self.name)
        fabric.detach(self.fabric, self.spec)
        self.record.inner = self.record.outer = None
        self.record.save()

    def reboot(self) -> None:
        """Power off and on again, with the same disk."""
        self.off()
        self.on()

    def boot(self) -> None:
        """Make the machine and plug it in, without daemons. Raises LabError with its boot log."""
        self._prepare()
        cgroups.create(self.name)
        try:
            self._boot()
        except LabError:
            self.off()
            raise

    def _boot(self) -> None:
        log = self.dir / "boot.log"
        (self.dir / "pid").unlink(missing_ok=True)
        with log.open("w") as out:
            into = cgroups.join(self.name) + f"exec {shlex.quote(str(HERE / 'machine.sh'))}"
            environment = ENVIRONMENT | self._boot_environment()
            child = left_running(["sh", "-c", into], output=out, env=environment)
        self.record.outer = Process.of(child.pid)
        self.record.save()

        def known() -> int | None:
            if child.poll() is not None:
                raise LabError(f"{self.name} did not boot", log=log)
            with contextlib.suppress(FileNotFoundError):
                return int((self.dir / "pid").read_text())
            return None

        self.record.inner = Process.of(
            until(f"{self.name} boots", known, within=20, every=0.01) or 0
        )
        self.record.namespace = netns.inode(self.record.inner.pid)
        self.record.save()
        fabric.attach(self.topology, self.fabric, self.spec, self.record.inner.pid)
        ready = Path(f"/proc/{self.record.inner.pid}/root/run/lab/machine")

        def up() -> bool:
            return bool(known()) and ready.exists() and ready.read_text() == "ready\n"

        until(f"{self.name} has its file system", up, within=20, every=0.01, log=log)
        cgroups.settle(self.name)

    def _prepare(self) -> None:
        for name in ("root", "disk/log", "etc"):
            (self.dir / name).mkdir(parents=True, exist_ok=True)
        hosts = ["127.0.0.1 localhost", *(f"{a} {self.name}" for a in self.spec.addresses)]
        (self.dir / "etc/hosts").write_text("\n".join(hosts) + "\n")
        # No resolver outside the clusters: a wrong look-up fails at once instead of leaking out.
        (self.dir / "etc/resolv.conf").write_text("nameserver 127.0.0.1\n")
        identity = self.dir / "etc/machine-id"
        if not identity.exists():
            identity.write_text(secrets.token_hex(16) + "\n")
        shutil.copy2(HERE / "supervise.sh", self.dir / "supervise")

    def _boot_environment(self) -> dict[str, str]:
        groups = "\n".join(f"{h.path}|{h.kind}|{h.options}" for h in cgroups.mounted())
        pki = state() / "pki" / self.spec.cluster if self.spec.cluster else None
        return {
            "LAB_NAME": self.name,
            "LAB_DIR": str(self.dir),
            "LAB_GROUPS": groups,
            "LAB_BIN": str(state() / "bin"),
            "LAB_CNI": str(state() / "cni"),
            "LAB_PKI": str(pki or ""),
        }

    # Commands and files.

    def command(self, argv: Sequence[str]) -> list[str]:
        """The host's command line that runs `argv` inside, in the machine's control groups."""
        enter = ["nsenter", "-t", str(self.pid), "-a", "--", *argv]
        return ["sh", "-c", cgroups.join(self.name) + 'exec "$@"', "sh", *enter]

    def run(
        self,
        argv: Sequence[str],
        *,
        text: str | None = None,
        timeout: float = 60,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside; its output. Raises LabError when `check` and it fails."""
        try:
            done = subprocess.run(
                self.command(argv),
                env=ENVIRONMENT,
                input=text,
                stdin=None if text is not None else subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise LabError(
                f"{self.name}: `{shlex.join(argv)}` ran longer than {timeout:g} s"
            ) from None
        if check and done.returncode != 0:
            said = (done.stderr or done.stdout).strip()
            raise LabError(f"{self.name}: `{shlex.join(argv)}` failed: {said}")
        return done

    def configure(self, name: str, text: str) -> None:
        """Put a file into its folder /lab/conf, which outlives a reboot; only root reads it."""
        write(self.dir / "disk" / "conf" / Path(name).name, text)

    # Daemons.

    def service_add(
        self, name: str, argv: Sequence[str], env: dict[str, str] | None = None
    ) -> None:
        """Give the machine a daemon and start it."""
        service = Service(argv=list(argv), env=env or {})
        self.record.services[name] = service
        self.record.save()
        self._launch(name, service)

    def service_stop(self, name: str, *, grace: float = 10) -> None:
        """End a daemon and keep it down, over a reboot too; SIGKILL after `grace` seconds."""
        service = self._service(name)
        service.wanted = False
        self.record.save()
        self._end(name, grace)

    def service_start(self, name: str, *extra: str) -> None:
        """Start a daemon that is down, with more arguments if given. They last until a reset."""
        service = self._service(name)
        service.wanted, service.extra = True, list(extra)
        self.record.save()
        if self.service_pid(name) is None:
            self._launch(name, service)

    def service_restart(self, name: str, *extra: str, grace: float = 10) -> None:
        """End a daemon and start it, with more arguments if given. They last until a reset.

        A daemon that has not ended `grace` seconds after SIGTERM gets SIGKILL.
        """
        self._service(name)
        self._end(name, grace)
        self.service_start(name, *extra)

    def service_pid(self, name: str) -> int | None:
        """The daemon's session leader as the machine numbers it, or None when it is down."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.root / "run/lab" / f"{name}.pid").read_text())
            if (self.root / "proc" / str(pid)).is_dir():
                return pid
        return None

    def _service(self, name: str) -> Service:
        if name not in self.record.services:
            known = ", ".join(self.record.services) or "none"
            raise LabError(f"{self.name} has no service {name!r}: it has {known}")
        return self.record.services[name]

    def _launch(self, name: str, service: Service) -> None:
        # The pid file of the last start would pass for the new one's.
        (self.root / "run/lab" / f"{name}.pid").unlink(missing_ok=True)
        pairs = [f"{key}={value}" for key, value in service.env.items()]
        line = shlex.join(["env", *pairs, *service.argv, *service.extra])
        log = f"/var/log/{name}.log"
        self.run(
            [
                "sh",
                "-c",
                f"setsid busybox sh /lab/supervise {name} {line} </dev/null >>{log} 2>&1 &",
            ]
        )

    def _end(self, name: str, grace: float) -> None:
        leader = self.service_pid(name)
        if leader is None:
            return
        group = f"-{leader}"

        def gone() -> bool:
            return self.run(["busybox", "kill", "-0", group], check=False).returncode != 0

        self.run(["busybox", "kill", "-TERM", group], check=False)
        try:
            until(f"{self.name}: {name} ends", gone, within=grace, every=0.05)
        except LabError:
            self.run(["busybox", "kill", "-KILL", group], check=False)
            until(f"{self.name}: {name} ends after SIGKILL", gone, within=5, every=0.05)

    # Faults that any machine can have.

    def cable(self, up: bool, nic: int | None = None) -> None:
        """Plug or pull its cables at the switch (all of them, or one card's)."""
        fabric.set_cable(self.fabric, self.spec, up, nic)

    def freeze(self) -> None:
        """Stop every process of it at once, pods included; the wire stays up."""
        cgroups.freeze(self.name, frozen=True)

    def thaw(self) -> None:
        """Let it go on."""
        cgroups.freeze(self.name, frozen=False)

    def change(self, do: Sequence[str], undo: Sequence[str]) -> None:
        """Run a command inside that a reset has to undo; the undo is recorded first."""
        self.record.undo.append(list(undo))
        self.record.save()
        self.run(do)

    def sysctl(self, key: str, value: str) -> None:
        """Set a kernel setting of its network namespace, until a reset or a reboot."""
        old = self.run(["sysctl", "-n", key]).stdout.strip()
        self.change(["sysctl", "-qw", f"{key}={value}"], ["sysctl", "-qw", f"{key}={old}"])

    def restore(self) -> list[str]:
        """Undo every recorded change, latest first; what was done, one line each."""
        done = []
        if not self.is_on:
            for service in self.record.services.values():
                service.wanted, service.extra = True, []
            self.record.undo = []
            self.on()
            return [f"{self.name}: turned on"]
        if self.frozen:
            self.thaw()
            done.append(f"{self.name}: thawed")
        if not fabric.cables_up(self.fabric, self.spec):
            self.cable(up=True)
            done.append(f"{self.name}: cable plugged in")
        while self.record.undo:
            argv = self.record.undo[-1]
            self.run(argv, check=False)
            self.record.undo.pop()
            self.record.save()
            done.append(f"{self.name}: {shlex.join(argv)}")
        for name, service in self.record.services.items():
            if service.changed or self.service_pid(name) is None:
                self.service_restart(name, grace=1)
                done.append(f"{self.name}: {name} restarted")
        return done

    def destroy(self) -> None:
        """Turn it off and remove its folder."""
        self.off()
        remove_tree(self.dir)


def create(topology: Topology, lab: LabRecord, spec: MachineSpec) -> Machine:
    """A machine that is not booted yet. Raises LabError when one of that name exists."""
    if machine_dir(spec.name).exists():
        raise LabError(f"there is a machine {spec.name!r} already")
    record = MachineRecord(spec=spec.dump())
    record.save()
    return Machine(topology, lab, record)
