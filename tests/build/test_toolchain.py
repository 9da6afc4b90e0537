from pathlib import Path

import pytest

from tests.build.fakes import calls, go
from tools.lab.build import toolchain
from tools.lab.build.errors import BuildFailed


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{tmp_path}/path:/usr/bin:/bin")


def _wheel(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "toolchain" / f"go-{toolchain.WHEEL}" / "go" / "bin"


def test_go_on_path_is_used_when_new_enough(tmp_path: Path) -> None:
    installed = go(tmp_path / "path", "go1.26.0")

    assert toolchain.find() == installed
    assert calls(installed) == ["/: env GOVERSION"]


@pytest.mark.parametrize("version", ["go1.25.9", "devel +abc", ""])
def test_other_go_gives_way_to_the_wheel(tmp_path: Path, version: str) -> None:
    go(tmp_path / "path", version)
    wheel = go(_wheel(tmp_path), "go1.26.6")

    assert toolchain.find() == wheel


def test_installed_wheel_is_not_installed_again(tmp_path: Path) -> None:
    go(tmp_path / "path", "go1.19.8")
    wheel, said = go(_wheel(tmp_path), "go1.26.6"), list[str]()

    assert toolchain.obtain(said.append) == wheel
    assert said == []


def test_environment_forgets_settings_that_change_the_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOFLAGS", "-race")
    monkeypatch.setenv("GOARCH", "386")
    monkeypatch.setenv("GOPROXY", "https://proxy.example.test")

    seen = toolchain.environment(cgo=True)

    assert {name: value for name, value in seen.items() if name.startswith(("GO", "CGO"))} == {
        "GOPROXY": "https://proxy.example.test",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "GOFLAGS": "-mod=readonly",
        "CGO_ENABLED": "1",
    } | {name: seen[name] for name in ("GOPATH", "GOCACHE", "GOMODCACHE") if name in seen}


def test_architecture_is_gos_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")

    assert toolchain.architecture() == "arm64"


def test_unknown_architecture_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(BuildFailed) as failure:
        toolchain.architecture()

    assert str(failure.value) == (
        'the lab cannot be built on "riscv64": its parts exist for x86_64, aarch64, arm64'
    )
