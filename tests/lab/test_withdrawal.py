"""Taken down, the lab leaves nothing: the last test of the folder, because it ends the lab."""

from __future__ import annotations

import pytest

from tests.lab.conftest import lab_command
from tests.lab.host import Host
from tools.lab.lab import Lab
from tools.lab.waiting import until

pytestmark = pytest.mark.lab


def test_down_leaves_the_host_as_it_was(lab: Lab, untouched: Host) -> None:
    pids = [machine.pid for machine in lab.machines.values()] + [lab.runner]
    assert len(pids) > 2
    done = lab_command("down")
    assert done.returncode == 0, done.stdout + done.stderr
    until("nothing is left", lambda: not Host.now().beyond(untouched), within=10)
