"""The commands of `python -m tools.lab`."""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.lab import bringup, doctor, plan, status
from tools.lab import down as down_module
from tools.lab import up as up_module
from tools.lab.build import build
from tools.lab.build.components import OPTIONAL
from tools.lab.errors import LabError
from tools.lab.faults import registry
from tools.lab.lab import Lab
from tools.lab.machine import ENVIRONMENT
from tools.lab.paths import cache, state
from tools.lab.profile import PROFILES
from tools.lab.progress import say
from tools.lab.spec import RUNNER
from tools.lab.state import LabRecord, locked, machine_dir

_PATIENCE = 120.0
"""Seconds that `down` waits for another command: the longest wait of an interrupted one."""

_ABOUT = """\
A real Kubernetes lab on this machine, built from the plan (topology.yaml).

Every node and VM of the plan is a machine of its own (network, mounts, names, processes, control
groups), plugged into a switch without uplink. `runner` stands on the gateway's address and sees
this machine's files; there the suites run. docs/lab.md tells more.
"""

_BUILD = """\
Compile the programs, make the images and install the Debian packages that are missing, once.
What is finished is kept by version, so it can be interrupted and repeated.
"""

_UP = """\
Start the lab and return when every reserved address answers. Does nothing when it runs; clears
what an interrupted `up` or `down` left.
"""

_DOWN = """\
Stop the lab and take away everything it made: processes, namespaces, mounts, cables, control
groups, and the settings of this machine. Waits for a command that is still at work.
"""

_RESET = """\
Undo every fault and bring machines and objects back to how they were when the lab came up.
"""

_EXEC = """\
Run a command in a machine of the lab, or in `runner`; a shell when none is given:
  python -m tools.lab exec app-w1 -- ip neigh
  python -m tools.lab exec runner -- python -m pytest suites/ -n auto
In `runner` KUBECONFIG and TRUELINE_TOPOLOGY lead to the lab, and kubectl is on PATH.
"""

_LOGS = """\
Show the logs of a machine's daemons:
  python -m tools.lab logs                        (which machines and daemons there are)
  python -m tools.lab logs control-m1             (all its daemons)
  python -m tools.lab logs control-m1 etcd -f
"""

_FAULT = """\
Faults that the lab injects for real, to see what the suites say of them:
  python -m tools.lab fault inject ML-01
  python -m tools.lab exec runner -- pytest suites/
  python -m tools.lab fault clear
"""

_DAEMON = """\
Stop one daemon of a machine, or start it again, as the drills of topology.yaml do:
  python -m tools.lab daemon stop control-m2 kube-apiserver --grace 0
  python -m tools.lab daemon start control-m2 kube-apiserver
"""

_POD = """\
kubectl with the administrator's rights, in the cluster's first control plane:
  python -m tools.lab pod control get pods -A
  python -m tools.lab pod app exec -n demo deploy/app1 -- /backend -h
  python -m tools.lab pod app apply -f - < service.yaml      (standard input goes along)
Files named on the command line are those of the machine, not of this one.
"""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="python -m tools.lab",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, text: str, **more: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=text,
            description=more.get("about", text),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    one = add("build", "compile and prepare everything the lab is made of (once)", about=_BUILD)
    optional = [part.name for part in OPTIONAL]
    one.add_argument(
        "--also", choices=optional, action="append", default=[], help="what few plans name"
    )
    doctor_text = "say what this machine lacks for the lab"
    for name, text, about in (
        ("up", "start the lab; does nothing when it runs", _UP),
        ("doctor", doctor_text, doctor_text),
    ):
        one = add(name, text, about=about)
        one.add_argument(
            "--topology",
            type=Path,
            default=plan.DEFAULT,
            metavar="FILE",
            help="the plan (default: topology.yaml of the repository)",
        )
        one.add_argument(
            "--profile",
            choices=PROFILES,
            default="compact",
            help="compact (default): the first control plane and two workers of each cluster; "
            "full: every node",
        )
        if name == "up":
            one.add_argument(
                "--without",
                action="append",
                default=[],
                choices=bringup.OPTIONAL,
                help="leave this out (may be repeated)",
            )
    add("down", "stop the lab and take away everything it made", about=_DOWN)
    add("status", "what runs and what answers")
    add("kubeconfig", "print the path of the kubeconfig with a context for every cluster")
    add("reset", "objects and machines as they were when the lab came up", about=_RESET)
    one = add("exec", "run a command in a machine, or in `runner`", about=_EXEC)
    one.add_argument("machine", metavar="MACHINE", help="a machine's name (see status), or runner")
    one.add_argument("argv", nargs=argparse.REMAINDER, metavar="-- CMD", help="default: bash")
    one = add("pod", "kubectl in a cluster's first control plane", about=_POD)
    one.add_argument("cluster", metavar="CLUSTER", help="a cluster's name in the plan")
    one.add_argument("argv", nargs=argparse.REMAINDER, metavar="ARGS", help="kubectl's arguments")
    one = add("fault", "list, inject or clear faults", about=_FAULT)
    actions = one.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="every fault, what it must turn red, and what is in force")
    actions.add_parser(
        "inject", help="break it for real; returns once it is in force"
    ).add_argument("id", metavar="ID", help="for instance ML-01; `fault list` has them all")
    actions.add_parser("clear", help="undo every fault and reset the lab")
    one = add("daemon", "stop a daemon of a machine, or start it again", about=_DAEMON)
    one.add_argument("action", choices=("stop", "start"))
    one.add_argument("machine", metavar="MACHINE", help="a machine's name")
    one.add_argument("service", metavar="DAEMON", help="`logs` has them all")
    one.add_argument(
        "--grace",
        type=float,
        default=10,
        metavar="SECONDS",
        help="how long it may take to end by itself (default: 10; 0 kills it at once)",
    )
    one = add("logs", "logs of a machine's daemons; without names, which there are", about=_LOGS)
    one.add_argument("machine", nargs="?", metavar="MACHINE", help="a machine's name")
    one.add_argument("service", nargs="?", metavar="DAEMON", help="one daemon; default: all")
    one.add_argument("-n", "--lines", type=int, default=50, help="how many lines from the end")
    one.add_argument("-f", "--follow", action="store_true", help="go on as the log grows")
    return top


def main(argv: Sequence[str]) -> int:
    """Run one command; the exit code. Errors go to standard error in plain words."""
    asked = parser().parse_args(argv)
    try:
        return COMMANDS[asked.command](asked)
    except LabError as error:
        sys.stderr.write(f"lab: {error}\n")
        record = LabRecord.load() if asked.command == "up" else None
        if record is not None and record.phase != "up":
            sys.stderr.write("to clean up: python -m tools.lab down\n")
        return 1
    except PermissionError as error:
        sys.stderr.write(
            f"lab: {error.filename}: permission denied\nfix: run the same command as root\n"
        )
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        sys.stderr.write(f"\nlab: interrupted; `{asked.command}` can be repeated\n")
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.stderr.write(f"lab: {error.filename or cache()}: no space left on the disk\n")
        return 1


def _build(asked: argparse.Namespace) -> int:
    also = [part for part in OPTIONAL if part.name in asked.also]
    say(f"built: {build(say, also).fingerprint}")
    return 0


def _up(asked: argparse.Namespace) -> int:
    with locked("up"):
        up_module.up(asked.topology.resolve(), asked.profile, asked.without)
    return 0


def _down(_: argparse.Namespace) -> int:
    with locked("down", patience=_PATIENCE):
        down_module.down()
    return 0


def _reset(_: argparse.Namespace) -> int:
    with locked("reset"):
        registry.clear(Lab.load())
    return 0


def _status(_: argparse.Namespace) -> int:
    print("\n".join(status.report(Lab.load())))
    return 0


def _kubeconfig(_: argparse.Namespace) -> int:
    Lab.load()
    print(state() / "kubeconfig")
    return 0


def _doctor(asked: argparse.Namespace) -> int:
    verdicts = []
    for finding in doctor.examine(asked.topology.resolve(), asked.profile):
        print(finding, flush=True)
        verdicts.append(finding.verdict)
    return 1 if doctor.BAD in verdicts else 0


def words(argv: list[str]) -> list[str]:
    """The command after `--`, which some versions of argparse leave in front of it."""
    return argv[1:] if argv[:1] == ["--"] else argv


def _exec(asked: argparse.Namespace) -> int:
    argv = words(asked.argv) or ["bash"]
    lab = Lab.load()
    if asked.machine == RUNNER:
        return _become(lab.runner_command(argv), lab.runner_environment())
    return _become(lab.machine(asked.machine).command(argv), dict(ENVIRONMENT))


def _pod(asked: argparse.Namespace) -> int:
    cluster = Lab.load().cluster(asked.cluster)
    argv = cluster.kubectl_command(*words(asked.argv))
    return _become(cluster.first.command(argv), dict(ENVIRONMENT))


def _become(argv: list[str], environment: dict[str, str]) -> int:
    sys.stdout.flush()
    os.execvpe(argv[0], argv, environment)  # signals and the terminal go to the command itself


def _logs(asked: argparse.Namespace) -> int:
    lab = Lab.load()
    if asked.machine is None:
        for machine in lab.machines.values():
            print(f"{machine.name}: {' '.join(machine.record.services) or 'no daemons'}")
        return 0
    machine = lab.machine(asked.machine)
    if asked.service is None:
        files = sorted((machine_dir(machine.name) / "disk/log").glob("*.log"))
    elif asked.service in machine.record.services:
        files = [machine.log(asked.service)]
    else:
        known = ", ".join(machine.record.services) or "none"
        raise LabError(f"{machine.name} has no service {asked.service!r}: it has {known}")
    follow = ["-f"] if asked.follow else []
    return _become(["tail", f"-n{asked.lines}", *follow, *map(str, files)], dict(os.environ))


def _daemon(asked: argparse.Namespace) -> int:
    with locked("daemon"):
        machine = Lab.load().machine(asked.machine)
        if asked.action == "stop":
            machine.service_stop(asked.service, grace=asked.grace)
        else:
            machine.service_start(asked.service)
    return 0


def _fault(asked: argparse.Namespace) -> int:
    if asked.action == "list":
        print(registry.table(registry.every().values()))
        return 0
    with locked("fault"):
        if asked.action == "clear":
            registry.clear(Lab.load())
            return 0
        fault = registry.get(asked.id)
        registry.inject(Lab.load(), fault)
        say(f"{fault.id} is in force: {fault.title}")
        say(f"must turn red: {', '.join(sorted(fault.reds))}")
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "build": _build,
    "daemon": _daemon,
    "doctor": _doctor,
    "down": _down,
    "exec": _exec,
    "fault": _fault,
    "kubeconfig": _kubeconfig,
    "logs": _logs,
    "pod": _pod,
    "reset": _reset,
    "status": _status,
    "up": _up,
}
