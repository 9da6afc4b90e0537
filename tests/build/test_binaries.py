from dataclasses import replace
from pathlib import Path

import pytest

from tests.build.fakes import ONE, TWO, calls, go
from tools.lab.build import binaries
from tools.lab.build.errors import BuildFailed


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_all_programs_of_a_module_come_from_one_call(cache: Path, tmp_path: Path) -> None:
    said: list[str] = []
    toolchain = go(tmp_path)

    made = binaries.build(TWO, toolchain, said.append)

    assert made == cache / "bin" / f"cni-{binaries.name(TWO, toolchain)}"
    assert sorted(path.name for path in made.iterdir()) == ["one", "two"]
    assert calls(toolchain) == [
        f"{TWO.module}: build -pgo=off -buildvcs=false -trimpath -ldflags -s -w"
        f" -o {made.with_name(f'.{made.name}.part')}/ example.test/x/one example.test/x/two"
    ]
    assert said == [
        "cni 9.9: compiling 2 programs, about 40 s from nothing on two cores",
        "cni 9.9: built in 0 s",
    ]


def test_single_program_gets_our_name(cache: Path, tmp_path: Path) -> None:
    made = binaries.build(ONE, go(tmp_path), lambda _: None)

    assert (made / "etcd").read_text() == "made from example.test/server/v3\n"


def test_what_is_built_is_not_built_again(cache: Path, tmp_path: Path) -> None:
    toolchain, said = go(tmp_path), list[str]()
    made = binaries.build(ONE, toolchain, lambda _: None)

    assert binaries.build(ONE, toolchain, said.append) == made
    assert len(calls(toolchain)) == 1
    assert said == []


def test_interrupted_build_is_done_again(cache: Path, tmp_path: Path) -> None:
    toolchain = go(tmp_path)
    done = binaries.folder(ONE, toolchain)
    half = done.with_name(f".{done.name}.part")
    half.mkdir(parents=True)
    (half / "left over").touch()

    made = binaries.build(ONE, toolchain, lambda _: None)

    assert [path.name for path in made.iterdir()] == ["etcd"]
    assert not half.exists()


def test_fingerprint_follows_everything_that_matters(tmp_path: Path) -> None:
    first, other = go(tmp_path / "a"), go(tmp_path / "b", "go1.27.0")
    names = {
        binaries.name(ONE, first),
        binaries.name(ONE, other),
        binaries.name(replace(ONE, version="1.1"), first),
        binaries.name(replace(ONE, variables={"x": "y"}), first),
        binaries.name(replace(ONE, cgo=True), first),
        binaries.name(replace(ONE, programs={"etcd": "example.test/server/v4"}), first),
        binaries.name(replace(ONE, name="coredns"), first),
    }

    assert len(names) == 7
    assert binaries.name(ONE, first) == binaries.name(ONE, replace(first, program=Path("/x/go")))
    assert binaries.name(ONE, first) == binaries.name(replace(ONE, seconds=99), first)


@pytest.mark.parametrize(
    ("said_by_go", "fix"),
    [
        (
            "write x: no space left on device",
            "free some disk space; a full build takes about 10 GB",
        ),
        (
            "dial tcp: lookup proxy: no such host",
            "let Go reach its module proxy, or set GOPROXY to one it can reach",
        ),
        ('cgo: C compiler "gcc" not found', "install gcc and libc6-dev"),
    ],
)
def test_failure_quotes_the_log_and_names_the_fix(
    cache: Path, tmp_path: Path, said_by_go: str, fix: str
) -> None:
    toolchain = go(tmp_path)
    (tmp_path / "broken").write_text(f"# example.test/server\n{said_by_go}\n")

    with pytest.raises(BuildFailed) as failure:
        binaries.build(ONE, toolchain, lambda _: None)

    assert str(failure.value) == (
        "etcd 1.0 did not build (go exit 1 after 0 s)\n"
        f"the end of {cache}/log/etcd.log:\n"
        "  # example.test/server\n"
        f"  {said_by_go}\n"
        f"fix: {fix}; then build again, finished parts are kept"
    )
    assert not binaries.folder(ONE, toolchain).exists()


def test_unknown_failure_names_the_command(cache: Path, tmp_path: Path) -> None:
    toolchain = go(tmp_path)
    (tmp_path / "broken").write_text("undefined: x\n")
    part = binaries.folder(ONE, toolchain)

    with pytest.raises(BuildFailed) as failure:
        binaries.build(ONE, toolchain, lambda _: None)

    assert failure.value.fix == (
        f"look closer: cd {ONE.module} && CGO_ENABLED=0 {toolchain.program} build -pgo=off"
        f" -buildvcs=false -trimpath -ldflags '-s -w' -o {part.parent}/.{part.name}.part/etcd"
        " example.test/server/v3; then build again, finished parts are kept"
    )


def test_missing_program_is_a_failure(cache: Path, tmp_path: Path) -> None:
    odd = replace(TWO, programs={"one": "example.test/x/one", "three": "example.test/x/two"})

    with pytest.raises(BuildFailed, match=r"^cni 9\.9 did not build \(no three after 0 s\)"):
        binaries.build(odd, go(tmp_path), lambda _: None)
