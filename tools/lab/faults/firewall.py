"""Firewalls that stand in the way: a table of the fault's own in the network of a machine."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from trueline.model.address import Address

_TABLE = "trueline-fault"


def drop(machine: Machine, hook: str, *rules: str) -> None:
    """Drop on a machine what matches one of nft's rules at a hook, until a reset."""
    machine.change(["nft", _table("inet", hook, *rules)], ["nft", *_gone("inet")])


def drop_between(lab: Lab, *rules: str) -> None:
    """Drop on the switch what matches one of nft's rules, until `pass_between`."""
    netns.run(_switch(lab), "nft", "-f", "-", text=_table("bridge", "forward", *rules))


def pass_between(lab: Lab) -> None:
    """Undo `drop_between`, if it is in force."""
    allow(_switch(lab), "bridge")


def refuse(pid: int, *rules: str, how: str = "icmpx host-unreachable") -> None:
    """Refuse what is sent in the network of a process until `allow`.

    As if there was no way by default; with `tcp reset` connections end.
    """
    verdict = f"reject with {how}"
    netns.run(pid, "nft", "-f", "-", text=_table("inet", "output", *rules, verdict=verdict))


def allow(pid: int, kind: str = "inet") -> None:
    """Take the fault's table away from the network of a process, if it is there."""
    if f"{kind} {_TABLE}" in netns.run(pid, "nft", "list", "tables"):
        netns.run(pid, "nft", *_gone(kind))


def family(address: Address) -> str:
    """The word that nft has for the family of an address."""
    return "ip" if address.version == 4 else "ip6"


def _table(kind: str, hook: str, *rules: str, verdict: str = "drop") -> str:
    lines = "".join(f"{rule} {verdict}\n" for rule in rules)
    chain = f"chain at_{hook} {{\ntype filter hook {hook} priority -10\n{lines}}}"
    return f"table {kind} {_TABLE} {{\n{chain}\n}}"


def _gone(kind: str) -> list[str]:
    return ["delete", "table", kind, _TABLE]


def _switch(lab: Lab) -> int:
    """The process that holds the network of the switch. Raises LabError when it is gone."""
    return next(iter(lab.machines.values())).fabric
