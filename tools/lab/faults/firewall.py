"""Firewalls that stand in the way: a table of the fault's own in the network of a machine."""

from __future__ import annotations

from tools.lab.machine import Machine
from trueline.model.address import Address

_TABLE = "trueline-fault"


def drop(machine: Machine, hook: str, *rules: str) -> None:
    """Drop on a machine what matches one of nft's rules at a hook, until a reset."""
    lines = "".join(f"{rule} drop\n" for rule in rules)
    table = (
        f"table inet {_TABLE} {{\n"
        f"chain at_{hook} {{\ntype filter hook {hook} priority -10\n{lines}}}\n}}"
    )
    machine.change(["nft", table], ["nft", "delete", "table", "inet", _TABLE])


def family(address: Address) -> str:
    """The word that nft has for the family of an address."""
    return "ip" if address.version == 4 else "ip6"
