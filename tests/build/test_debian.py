from pathlib import Path

import pytest

from tools.lab.build import debian
from tools.lab.build.debian import NEEDS, Need
from tools.lab.build.errors import BuildFailed


def test_table_names_every_command_once() -> None:
    commands = [need.command for need in NEEDS]

    assert len(commands) == len(set(commands))


def test_missing_keeps_order_and_packages_come_once() -> None:
    gaps = debian.missing(
        find=lambda name: None if name in ("nft", "ctr", "containerd") else Path()
    )

    assert [need.command for need in gaps] == ["containerd", "ctr", "nft"]
    assert debian.packages(gaps) == ("containerd", "nftables")


def test_command_that_is_there_is_used_whoever_brought_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "containerd"
    ours.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert debian.find("containerd") == ours
    assert debian.find(str(ours)) == ours
    assert debian.find("/no/such/file") is None
    assert debian.find("no-such-command") is None


def _machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, uid: int, apt: str | None = None
) -> Path:
    """A machine that lacks ipset and arping; `apt` is the script of its apt-get."""
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: uid)
    lacking = (Need("ipset", "ipset", "sets"), Need("arping", "arping", "asks the wire"))
    installed = tmp_path / "installed"
    program = tmp_path / "apt-get"
    if apt is not None:
        program.write_text(f"#!/bin/sh\n{apt}\n")
        program.chmod(0o755)
    monkeypatch.setattr(debian, "missing", lambda _: () if installed.exists() else lacking)
    monkeypatch.setattr(debian, "find", lambda _: program if program.exists() else None)
    return installed


def test_nothing_missing_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = _machine(tmp_path, monkeypatch, uid=0)
    installed.touch()
    said: list[str] = []

    debian.install(said.append)

    assert said == []


def test_missing_packages_are_installed_without_starting_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = tmp_path / "calls"
    installed = _machine(
        tmp_path,
        monkeypatch,
        uid=0,
        apt=f'echo "$* $SYSTEMD_OFFLINE $RUNLEVEL $DEBIAN_FRONTEND" >> {calls}\n'
        f"[ $3 = update ] && exit 100\ntouch {tmp_path}/installed",
    )
    said: list[str] = []

    debian.install(said.append)

    assert installed.exists()
    assert said == ["Debian packages: installing ipset arping"]
    assert calls.read_text().splitlines() == [
        "-o DPkg::Lock::Timeout=120 update 1 1 noninteractive",
        "-o DPkg::Lock::Timeout=120 install --yes --no-install-recommends --no-upgrade"
        " ipset arping 1 1 noninteractive",
    ]


def test_refused_installation_quotes_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _machine(tmp_path, monkeypatch, uid=0, apt="echo E: no such package; exit 100")

    with pytest.raises(BuildFailed) as failure:
        debian.install(lambda _: None)

    assert str(failure.value) == (
        "apt-get install failed (exit 100)\n"
        f"the end of {tmp_path}/log/debian.log:\n"
        "  E: no such package\n"
        "fix: run apt-get install ipset arping by hand and look at its answer"
    )


@pytest.mark.parametrize(
    ("uid", "apt", "fix"),
    [
        (1000, "true", "fix: as root: apt-get install ipset arping"),
        (0, None, "fix: install what Debian calls ipset arping"),
        (0, "true", "fix: as root: apt-get install ipset arping"),
    ],
    ids=["not root", "not Debian", "installed and still missing"],
)
def test_what_cannot_be_installed_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uid: int, apt: str | None, fix: str
) -> None:
    _machine(tmp_path, monkeypatch, uid=uid, apt=apt)

    with pytest.raises(BuildFailed) as failure:
        debian.install(lambda _: None)

    assert str(failure.value) == (
        'commands are needed that this machine lacks:\n  "ipset" (sets)\n'
        f'  "arping" (asks the wire)\n{fix}'
    )
