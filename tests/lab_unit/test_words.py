from __future__ import annotations

import errno
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tools.lab import baseline, cgroups, doctor, pki, up, waiting
from tools.lab.cli import COMMANDS, main, parser, words
from tools.lab.errors import LabError, TimedOut
from tools.phases import ROOT


def test_an_error_shows_the_end_of_the_right_log(tmp_path: Path) -> None:
    log = tmp_path / "kubelet.log"
    log.write_text("".join(f"line {number}\n" for number in range(20)))
    text = str(LabError("it broke", log=log, fix="mend it"))
    shown = "\n".join(f"  line {number}" for number in range(5, 20))
    assert text == f"it broke\nthe end of {log}:\n{shown}\nfix: mend it"


def test_a_wait_names_what_it_waited_for(tmp_path: Path) -> None:
    with pytest.raises(TimedOut) as caught:
        waiting.until("the sun", lambda: False, within=0, log=tmp_path / "absent")
    assert str(caught.value) == (
        f"the sun: not within 0 s\nthe end of {tmp_path / 'absent'}:\n"
        "  (cannot be read: No such file or directory)"
    )


def test_a_wait_returns_the_first_true_value() -> None:
    values = iter([0, "", 7])
    assert waiting.until("seven", lambda: next(values), within=1, every=0) == 7


def test_without_a_lab_commands_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    for command in (["status"], ["kubeconfig"], ["exec", "runner"], ["pod", "east"], ["logs"]):
        assert main(command) == 1
        assert capsys.readouterr().err == "lab: the lab is not up\nfix: python -m tools.lab up\n"


def test_work_goes_on_when_nobody_reads_its_progress() -> None:
    script = (
        "from tools.lab.progress import say\nsay('a')\nsay('b')\n"
        "import sys\nsys.stderr.write('done')"
    )
    with subprocess.Popen(
        (sys.executable, "-c", script), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert child.stderr.read() == b"done"
    assert child.returncode == 0


def test_a_disk_that_is_full_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", "/cache/x")

    monkeypatch.setitem(COMMANDS, "status", full)
    assert main(["status"]) == 1
    assert capsys.readouterr().err == "lab: /cache/x: no space left on the disk\n"


def test_files_of_another_user_are_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def locked(_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", "/cache/lab/lab.json")

    monkeypatch.setitem(COMMANDS, "status", locked)
    assert main(["status"]) == 1
    assert capsys.readouterr().err == (
        "lab: /cache/lab/lab.json: permission denied\nfix: run the same command as root\n"
    )


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: python -m tools.lab {command}" in capsys.readouterr().out


def test_what_follows_a_machine_is_its_command() -> None:
    asked = parser().parse_args(["exec", "runner", "--", "pytest", "-n", "auto", "--", "x"])
    assert (asked.machine, words(asked.argv)) == ("runner", ["pytest", "-n", "auto", "--", "x"])


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (doctor.system("linux", 0), "ok    Linux, root"),
        (
            doctor.system("darwin", 0),
            "FAIL  the lab needs Linux, this is darwin\n      fix: run it on a Linux machine",
        ),
        (
            doctor.system("linux", 1000),
            "FAIL  the lab needs root\n      fix: run the same command as root",
        ),
        (
            doctor.memory("MemTotal: 9 kB\nMemAvailable: 2048000 kB\n", "compact"),
            "FAIL  2000 MB of memory free, compact needs 3000\n      fix: close other programs",
        ),
        (
            doctor.groups((cgroups.Hierarchy(Path("/sys/fs/cgroup"), "cgroup2", ""),)),
            "warn  control groups v2: supported, but not tested\n      fix: report what happens",
        ),
        (
            doctor.groups((cgroups.Hierarchy(Path("/c"), "cgroup", "cpu,cpuacct,cpuset,memory"),)),
            "FAIL  control groups v1 without devices, freezer, blkio, pids\n"
            "      fix: mount these controllers",
        ),
    ],
)
def test_the_doctor_says_what_is_missing_and_how_to_mend_it(
    finding: doctor.Finding, said: str
) -> None:
    assert str(finding) == said


def test_an_object_is_compared_as_somebody_meant_it() -> None:
    item = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "web",
            "namespace": "shop",
            "uid": "1",
            "resourceVersion": "2",
            "managedFields": [],
            "labels": {"app": "web", "kubernetes.io/legacy-token-last-used": "2026-11-29"},
            "annotations": {"deployment.kubernetes.io/revision": "3", "mine": "yes"},
        },
        "spec": {"replicas": 1},
        "status": {"replicas": 1},
    }
    assert baseline.plain(item) == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "web",
            "namespace": "shop",
            "labels": {"app": "web"},
            "annotations": {"mine": "yes"},
        },
        "spec": {"replicas": 1},
    }


def test_a_nodes_conditions_are_not_part_of_the_base() -> None:
    taints = [
        {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"},
        {"key": "mine", "effect": "NoSchedule"},
    ]
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "n"},
        "spec": {"podCIDR": "10.1.0.0/24", "providerID": "x", "taints": taints},
    }
    assert baseline.plain(node)["spec"] == {"podCIDR": "10.1.0.0/24", "taints": taints[1:]}


def test_kubeconfigs_are_merged_under_the_plans_context_names(tmp_path: Path) -> None:
    configs = []
    for name in ("east", "west"):
        configs.append(
            pki.mint(
                tmp_path / name,
                cluster=name,
                context=f"{name}-admin",
                server=f"https://{name}:7443",
                api_names=["localhost"],
                api_addresses=["127.0.0.1"],
                nodes={"n": ("198.51.100.10",)},
            )
        )
    secrets = [*tmp_path.rglob("*.key"), *tmp_path.rglob("*.kubeconfig")]
    assert len(secrets) > 20
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    merged = up.merged(configs)
    assert [item["name"] for item in merged["contexts"]] == ["east-admin", "west-admin"]
    assert [item["cluster"]["server"] for item in merged["clusters"]] == [
        "https://east:7443",
        "https://west:7443",
    ]
    assert merged["current-context"] == "east-admin"
    authorities = {i["cluster"]["certificate-authority-data"] for i in merged["clusters"]}
    assert len(authorities) == 2
