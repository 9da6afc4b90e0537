"""What the switch itself keeps from passing, for faults of the wire.

A reset does not know the fabric: whoever puts a filter there takes it away in its `undo`.
"""

from __future__ import annotations

import contextlib

from tools.lab import netns
from tools.lab.errors import LabError
from tools.lab.lab import Lab

_TABLE = "trueline-fault"


def put(lab: Lab, rule: str) -> None:
    """Let the bridges of the fabric drop what a rule of nft says."""
    chain = f"chain passing {{\ntype filter hook forward priority -10;\n{rule} drop\n}}"
    text = f"table bridge {_TABLE} {{\n{chain}\n}}\n"
    netns.run(_fabric(lab), "nft", "-f", "-", text=text)


def take_away(lab: Lab) -> None:
    """Let everything pass again."""
    with contextlib.suppress(LabError):  # a fault that failed early has put none
        netns.run(_fabric(lab), "nft", "delete", "table", "bridge", _TABLE)


def _fabric(lab: Lab) -> int:
    return next(iter(lab.machines.values())).fabric
