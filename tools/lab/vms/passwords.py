"""The generated passwords of the machines outside the clusters: files for root alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from tools.lab.paths import state
from tools.lab.state import write
from tools.lab.vms import roles
from trueline.model.topology import Topology

REDIS = "password"


def mint(topology: Topology) -> None:
    """Make the passwords of every planned server, before anything that needs one starts."""
    for vm in topology.vms:
        found = roles.of(topology, vm)
        if found.redis is not None:
            _make(vm.name, REDIS)
        if found.mysql is not None:
            for account in roles.accounts(topology, vm):
                _make(vm.name, account)


def read(vm: str, name: str) -> str:
    """The password of an account of a machine; Redis has one, called `password`."""
    return _file(vm, name).read_text().strip()


def _file(vm: str, name: str) -> Path:
    return state() / "vms" / vm / name


def _make(vm: str, name: str) -> None:
    write(_file(vm, name), secrets.token_urlsafe(24) + "\n")
