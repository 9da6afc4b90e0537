from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab_unit.world import TEXT, plan
from tools.lab import resolver


def test_the_runner_asks_the_authorities_of_the_plan() -> None:
    assert resolver.resolv_conf(plan()) == (
        "nameserver 198.51.100.1\nnameserver 198.51.100.30\noptions timeout:1 attempts:2\n"
    )


def test_without_an_authority_a_look_up_fails_at_once() -> None:
    text = TEXT.replace("{authority: 198.51.100.1}", "{}").replace(
        "{authority: 198.51.100.30}", "{authority: ns.example.test}"
    )
    assert resolver.resolv_conf(plan(text)) == (
        "nameserver 127.0.0.1\noptions timeout:1 attempts:2\n"
    )


@pytest.mark.parametrize(
    ("machine", "ours"),
    [
        (
            "passwd: files\nhosts:   files mdns4_minimal [NOTFOUND=return] dns\nnetworks: files\n",
            "passwd: files\nhosts: files dns\nnetworks: files\n",
        ),
        ("", "hosts: files dns\n"),
    ],
)
def test_host_names_come_from_files_and_dns_alone(machine: str, ours: str) -> None:
    assert resolver.nsswitch(machine) == ours


def test_a_command_has_its_own_files_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    words = resolver.command(plan(), ["python", "-m", "pytest"])
    folder = tmp_path / "lab" / "runner"
    assert words[:6] == ["unshare", "--mount", "--propagation", "private", "--", "sh"]
    assert words[-5:] == ["sh", str(folder), "python", "-m", "pytest"]
    assert sorted(path.name for path in folder.iterdir()) == ["nsswitch.conf", "resolv.conf"]


def test_a_stand_in_is_asked_until_it_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    conf = tmp_path / "lab" / "runner" / "resolv.conf"
    resolver.ask("192.168.64.254")
    resolver.command(plan(), ["true"])
    assert conf.read_text() == "nameserver 192.168.64.254\noptions timeout:1 attempts:2\n"
    resolver.ask(None)
    resolver.command(plan(), ["true"])
    assert conf.read_text() == resolver.resolv_conf(plan())
