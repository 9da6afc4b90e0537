import io
import re
import sys
import threading
from pathlib import Path

import pytest

from tools import bootstrap


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "requirements.lock").write_text("a==1\n")
    (tmp_path / ".venv").mkdir()
    return tmp_path


def test_stamp_follows_the_pins_and_the_python(project: Path) -> None:
    lock = project / "requirements.lock"
    first = bootstrap.stamp(lock, 3, 11)
    other_python = bootstrap.stamp(lock, 3, 12)
    lock.write_text("a==2\n")

    assert len({first, other_python, bootstrap.stamp(lock, 3, 11)}) == 3
    assert first.startswith(".ready-")


def test_nothing_to_do_does_nothing(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    stamp = bootstrap.stamp(project / "requirements.lock", *sys.version_info[:2])
    (project / ".venv" / stamp).touch()

    bootstrap.make(project)

    assert capfd.readouterr() == ("", "")


def test_failed_installation_leaves_no_stamp(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_works", lambda _: True)
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 7\n")
    python.chmod(0o755)

    with pytest.raises(bootstrap.CannotSetUp) as failure:
        bootstrap.make(project)

    assert str(failure.value) == (
        "installing requirements.lock failed (exit 7); the answer is above.\n"
        "fix: run make again; what is installed already is kept"
    )
    assert [path.name for path in (project / ".venv").iterdir()] == ["bin"]


def test_success_replaces_older_stamps(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_works", lambda _: True)
    monkeypatch.setattr(bootstrap, "_run", lambda *_: None)
    (project / ".venv" / ".ready-old").touch()

    bootstrap.make(project)

    stamp = bootstrap.stamp(project / "requirements.lock", *sys.version_info[:2])
    assert [path.name for path in (project / ".venv").iterdir()] == [stamp]


def test_environment_of_another_python_is_made_anew(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 2 7\n")
    python.chmod(0o755)

    assert not bootstrap._works(python)
    assert not bootstrap._works(tmp_path / "none")
    assert bootstrap._works(Path(sys.executable))


def test_old_python_without_a_newer_one_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setattr(bootstrap, "newer", lambda: None)

    assert bootstrap.main() == 1
    assert capsys.readouterr().err == (
        f"trueline needs Python 3.11 or newer; this is {sys.version.split()[0]}.\n"
        "fix: install one, then: make PYTHON=python3.12 ...\n"
    )


def test_missing_ensurepip_without_root_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"

    with pytest.raises(bootstrap.CannotSetUp) as failure:
        bootstrap._need_venv()

    assert str(failure.value) == (
        "this Python cannot make virtual environments (it has no ensurepip).\n"
        f"fix: on Debian or Ubuntu, as root: apt-get install {package}"
    )


def test_lock_pins_every_package_with_its_hashes() -> None:
    text = (bootstrap.ROOT / "requirements.lock").read_text()
    lines = [line for line in text.replace("\\\n", "").splitlines() if not line.startswith("#")]
    pin = re.compile(
        r"[\w.-]+==[\w.]+( ; sys_platform == \"linux\")?( +--hash=sha256:[0-9a-f]{64})+"
    )

    assert [line for line in lines if not pin.fullmatch(line)] == []
    assert len(lines) > 30


def test_packages_of_every_system_are_in_the_lock() -> None:
    """A wheel for each pair of system and Python has a hash of its own."""
    text = (bootstrap.ROOT / "requirements.lock").read_text()
    blocks = {
        match[1]: match[0].count("--hash=")
        for match in re.finditer(r"(?m)^([\w.-]+)==(?:.*\\\n)*.*", text)
    }

    assert blocks["iniconfig"] == 2
    assert min(blocks[name] for name in ("cffi", "PyYAML", "pydantic_core", "cryptography")) > 20


def test_installation_verifies_hashes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words: list[str] = []
    monkeypatch.setattr(bootstrap, "_works", lambda _: True)
    monkeypatch.setattr(bootstrap, "_run", lambda _, *command: words.extend(command))

    bootstrap.make(project)

    assert words[-3:] == ["--require-hashes", "--requirement", str(project / "requirements.lock")]


def test_interruption_is_said_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "make", interrupted)

    assert bootstrap.main() == 130
    assert capsys.readouterr().err == "\nset-up: interrupted; make goes on from here next time\n"


class Telling(io.StringIO):
    """Standard output that says when a whole line is out."""

    def __init__(self) -> None:
        super().__init__()
        self.told = threading.Event()

    def flush(self) -> None:
        self.told.set()


def test_second_set_up_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    # Not capsys: it loses what another thread prints while it is read.
    out = Telling()
    monkeypatch.setattr(sys, "stdout", out)

    def second() -> None:
        with bootstrap.alone(tmp_path):
            order.append("second")

    waiting = threading.Thread(target=second)
    with bootstrap.alone(tmp_path):
        waiting.start()
        assert out.told.wait(10)
        order.append("first")
    waiting.join(10)

    assert out.getvalue() == "set-up: another make is at it; waiting until it has finished\n"
    assert order == ["first", "second"]
    assert list(tmp_path.iterdir()) == []
