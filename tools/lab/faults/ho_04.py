"""HO-04: the host of the suites forbids its user's programs what the wire would let them do."""

from __future__ import annotations

import errno
import os

from tools.lab import netns
from tools.lab.errors import LabError
from tools.lab.faults import applications, firewall
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Refuse in the runner what its user sends to an address: "no route", though ARP answers.

    That is how a privacy gate of the operating system looks to programs that it was not opened for.
    """
    _, item = applications.plain(lab)
    to = f"{firewall.family(item.address)} daddr {item.address}"
    firewall.refuse(lab.runner, f"{to} meta skuid {os.geteuid()}")
    try:
        netns.connect(lab.runner, str(item.address), item.ports[0].number, 2).close()
    except OSError as error:
        if error.errno == errno.EHOSTUNREACH:
            return
        raise LabError(f"{item.address} is not refused as planned: {error}") from error
    raise LabError(f"{item.address} still answers the runner")


def undo(lab: Lab) -> None:
    """Let it pass again."""
    firewall.allow(lab.runner)


FAULT = Fault(
    id="HO-04",
    title="the host of the browser forbids its programs a reserved address",
    reds=frozenset({"REACH-001", "REACH-003"}),
    unknowns=frozenset({"TIME-004"}),
    cause="REACH-001",
    inject=inject,
    undo=undo,
    source="multipass#3766; vscode#228862",
)
