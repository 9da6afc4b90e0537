"""The whole build on a machine where every program comes from a fake Go."""

import multiprocessing
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock

from tests.build.fakes import EXTRA, ONE, TWO, go
from tools.lab.build import binaries, images, inventory, manifests, run, template
from tools.lab.build.errors import BuildFailed, NotBuilt
from tools.lab.build.toolchain import Go
from tools.lab.build.watch import Say

PARTS = (ONE, TWO)
LINES = [
    "etcd 1.0: compiling 1 program, about 20 s from nothing on two cores",
    "etcd 1.0: built in 0 s",
    "cni 9.9: compiling 2 programs, about 40 s from nothing on two cores",
    "cni 9.9: built in 0 s",
    "images",
    "template",
]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def toolchain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Go:
    def fake_manifests(go: Go) -> Path:
        done = manifests.folder(go)
        return done if done.exists() else _made(done)

    def fake_images(name: str, _folders: Sequence[Path], say: Say) -> Path:
        say("images")
        return _made(images.folder(name))

    def fake_template(archives: Path, say: Say) -> Path:
        say("template")
        return _made(template.folder(archives.name))

    made = go(tmp_path / "path")
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{made.program.parent}:/usr/bin:/bin")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("tools.lab.build.debian.install", lambda _: None)
    for module in (inventory, run):
        monkeypatch.setattr(module, "COMPONENTS", PARTS)
    monkeypatch.setattr(manifests, "build", fake_manifests)
    monkeypatch.setattr(images, "build", fake_images)
    monkeypatch.setattr(template, "build", fake_template)
    return made


def test_everything_is_built_once(toolchain: Go, tmp_path: Path) -> None:
    said: list[str] = []

    made = run.build(said.append)

    assert said == LINES
    assert sorted(path.name for path in made.bin.iterdir()) == ["etcd"]
    assert sorted(path.name for path in made.cni.iterdir()) == ["one", "two"]
    assert made.template.is_dir()
    assert made.manifests.is_dir()
    assert not (tmp_path / "cache" / "images").exists()
    assert inventory.artifacts() == made

    assert run.build(said.append) == made
    assert said == LINES


def test_what_few_plans_name_is_built_when_it_is_asked_for(toolchain: Go) -> None:
    said: list[str] = []
    made = run.build(said.append)
    assert run.build(said.append, [EXTRA]) == made
    assert said[len(LINES)].startswith("coredns 1: compiling 1 program")
    assert [path.name for path in (made.bin / "extra").iterdir()] == ["coredns"]
    before = len(said)
    assert run.build(said.append, [EXTRA]) == made
    assert run.build(said.append) == made
    assert len(said) == before


def test_programs_are_linked_not_copied(toolchain: Go) -> None:
    made = run.build(lambda _: None)

    assert (made.bin / "etcd").samefile(binaries.folder(ONE, toolchain) / "etcd")


def test_interrupted_build_goes_on_where_it_was(
    toolchain: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> Path:
        raise KeyboardInterrupt

    whole, said = template.build, list[str]()
    monkeypatch.setattr(template, "build", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.build(lambda _: None)
    monkeypatch.setattr(template, "build", whole)
    monkeypatch.setattr(images, "build", lambda name, *_: images.folder(name))

    run.build(said.append)

    assert said == ["template"]


def test_nothing_built_is_said_with_the_command(toolchain: Go) -> None:
    with pytest.raises(NotBuilt) as missing:
        inventory.artifacts()

    assert str(missing.value) == (
        "the lab is not built: no programs, no image template, no manifests\n"
        "fix: python -m tools.lab build"
    )


def test_part_of_it_missing_is_said(toolchain: Go) -> None:
    made = run.build(lambda _: None)
    made.template.rmdir()

    with pytest.raises(NotBuilt, match=r"^the lab is not built: no image template\nfix: "):
        inventory.artifacts()


def test_no_toolchain_is_said(toolchain: Go) -> None:
    toolchain.program.unlink()

    with pytest.raises(NotBuilt) as missing:
        inventory.artifacts()

    assert missing.value.cause == "the lab is not built: there is no Go toolchain yet"


def test_second_build_waits_and_says_so(toolchain: Go, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    held, release = multiprocessing.Event(), multiprocessing.Event()

    def hold() -> None:
        with FileLock(cache / "build.lock"):
            held.set()
            release.wait(30)

    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        release.set()

    other = multiprocessing.get_context("fork").Process(target=hold)
    other.start()
    assert held.wait(30)
    run.build(say)
    other.join(30)

    assert said == [
        f"another build holds {cache}/build.lock: waiting until it has finished",
        *LINES,
    ]


def test_only_two_builds_of_each_part_are_kept(toolchain: Go, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for name in ("bin/etcd-1", "bin/etcd-2", "bin/cni-1", "template/1", "bin/.etcd-3.part"):
        (cache / name).mkdir(parents=True)
    said: list[str] = []

    made = run.build(said.append)

    assert len(list((cache / "bin").glob("etcd-*"))) == 2
    assert sorted(path.name for path in (cache / "bin").glob("cni-*"))[0] == "cni-1"
    assert {path.name for path in (cache / "template").iterdir()} == {"1", made.template.name}
    assert not (cache / "bin" / ".etcd-3.part").exists()
    assert [line for line in said if "removing" in line] == [
        "removing bin/etcd-1: of older sources"
    ]


def test_present_build_is_kept_though_others_are_newer(toolchain: Go, tmp_path: Path) -> None:
    made = run.build(lambda _: None)
    made.manifests.rmdir()
    for name in ("programs/1", "programs/2"):
        (tmp_path / "cache" / name).mkdir()

    assert run.build(lambda _: None) == made
    assert sorted(path.name for path in (tmp_path / "cache" / "programs").iterdir()) == sorted(
        ["2", made.bin.parent.name]
    )


def test_what_a_running_lab_stands_on_is_kept(toolchain: Go, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for name in ("programs/1/bin", "programs/2/bin", "lab"):
        (cache / name).mkdir(parents=True)
    (cache / "lab" / "bin").symlink_to(cache / "programs" / "1" / "bin")

    run.build(lambda _: None)

    assert (cache / "programs" / "1" / "bin").is_dir()


@pytest.mark.parametrize(
    ("platform", "uid", "text"),
    [
        ("darwin", 0, "the lab runs on Linux, and this is darwin\nfix: use a Linux VM"),
        (
            "linux",
            1000,
            "the lab is built as root: it mounts images\nfix: run the same command as root",
        ),
    ],
)
def test_wrong_machine_is_said(
    toolchain: Go, monkeypatch: pytest.MonkeyPatch, platform: str, uid: int, text: str
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(os, "geteuid", lambda: uid)

    with pytest.raises(BuildFailed) as failure:
        run.build(lambda _: None)

    assert str(failure.value) == text
