"""The guard that keeps a lab run inside the lab."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from trueline.vantage.host import OutsideLab, describe, require_isolated

ROUTES = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
ON_LINK = "eth0 0040A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0\n"
DEFAULT = "eth0 00000000 0140A8C0 0003 0 0 0 00000000 0 0 0\n"
HALF = "tun0 00000080 00000000 0001 0 0 0 00000080 0 0 0\n"
REFUSED = "* 00000000 00000000 0201 0 0 0 00000000 0 0 0\n"
NO_IPV6 = f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 00000001 00000000 00200200 lo\n"
IPV6_DEFAULT = (
    f"{'0' * 32} 00 {'0' * 32} 00 fe80{'0' * 27}1 00000400 00000002 00000000 00000003 eth0\n"
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="the lab exists on Linux only")


def proc(
    tmp_path: Path, *, ipv4: str = ON_LINK, ipv6: str | None = NO_IPV6, settings: str = "somaxconn"
) -> Path:
    core = tmp_path / "sys/net/core"
    core.mkdir(parents=True)
    for name in settings.split():
        (core / name).touch()
    tables = tmp_path / "self/net"
    tables.mkdir(parents=True)
    (tables / "route").write_text(ROUTES + ipv4)
    if ipv6 is not None:
        (tables / "ipv6_route").write_text(ipv6)
    return tmp_path


@linux
@pytest.mark.parametrize(
    "world",
    [
        pytest.param({}, id="a machine of the lab"),
        pytest.param({"ipv6": None}, id="without IPv6"),
        pytest.param({"ipv4": REFUSED + ON_LINK}, id="with a default that refuses"),
        pytest.param({"ipv4": ""}, id="without any route"),
    ],
)
def test_inside_the_lab_nothing_is_held_back(tmp_path: Path, world: dict[str, str]) -> None:
    require_isolated(proc=proc(tmp_path, **world))


def held_back(proc: Path) -> str:
    with pytest.raises(OutsideLab) as caught:
        require_isolated(proc=proc)
    return str(caught.value)


@linux
@pytest.mark.parametrize(
    ("world", "why"),
    [
        (
            {"settings": "somaxconn netdev_budget"},
            "this process is in the network namespace of the machine itself",
        ),
        ({"settings": ""}, "this process cannot see which network namespace it is in"),
        ({"ipv4": ON_LINK + DEFAULT}, "this process has a default route (0.0.0.0/0 over eth0)"),
        ({"ipv4": HALF}, "this process has a default route (128.0.0.0/1 over tun0)"),
        ({"ipv6": NO_IPV6 + IPV6_DEFAULT}, "this process has a default route (::/0 over eth0)"),
    ],
)
def test_outside_the_lab_everything_is_held_back(
    tmp_path: Path, world: dict[str, str], why: str
) -> None:
    assert held_back(proc(tmp_path, **world)) == (
        f"this plan runs in the lab and {why}: nothing is sent from here, because its addresses "
        "may belong to others outside the lab. Run `make demo`, or `python -m tools.lab exec "
        "runner -- pytest suites/`, or point TRUELINE_TOPOLOGY at the plan of your own clusters."
    )


def test_other_systems_have_no_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "this plan runs in the lab and the lab exists on Linux only:" in held_back(tmp_path)


@linux
def test_kernel_tells_its_first_namespace_from_the_others() -> None:
    """Where this runs in the first one, or has a way out, it is held back; alone, it is not."""
    code = "from trueline.vantage.host import require_isolated; require_isolated()"
    alone = ["unshare", "--user", "--map-root-user", "--net", sys.executable, "-c", code]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(alone, cwd=root, capture_output=True, text=True, check=False)
    if "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip("this machine allows no namespaces")
    assert (done.returncode, done.stderr) == (0, "")


def test_vantage_names_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "runner")
    assert describe() == "this host (runner)"
