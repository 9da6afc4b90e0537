import os
import sys
from pathlib import Path

import pytest

from tools.lab.build.watch import watched

# Ends by itself only after the test would have failed.
_STUBBORN = "import time; print('here', flush=True); time.sleep(60)"


def test_output_goes_to_the_log_and_the_code_comes_back(tmp_path: Path) -> None:
    log = tmp_path / "log" / "x.log"
    command = (sys.executable, "-c", "import sys; print('out'); sys.exit(3)")

    assert watched(command, log=log, alive=lambda _: None) == 3
    assert log.read_text() == "out\n"


def test_signs_of_life_come_while_it_runs(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    seen: list[float] = []

    def alive(spent: float) -> None:
        seen.append(spent)
        if len(seen) == 2:
            gate.write_text("go on\n")

    # The command waits for the second sign of life.
    code = watched(("cat", gate), log=tmp_path / "log", alive=alive, every=0.01)

    assert (code, len(seen) >= 2, sorted(seen) == seen) == (0, True, True)
    assert (tmp_path / "log").read_text() == "go on\n"


def test_an_exception_ends_the_command(tmp_path: Path) -> None:
    pids: list[int] = []

    def interrupted(_: float) -> None:
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        pids.extend(map(int, children))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watched(
            (sys.executable, "-c", _STUBBORN),
            log=tmp_path / "log",
            alive=interrupted,
            every=0.01,
        )

    assert pids
    assert not Path(f"/proc/{pids[-1]}").exists()
