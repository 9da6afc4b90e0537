"""The plan: the one file the lab is built from."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tools.lab.errors import LabError
from tools.lab.profile import masked, selected
from trueline.intent.load import InvalidTopology, load
from trueline.model.topology import Topology

DEFAULT = Path(__file__).resolve().parents[2] / "topology.yaml"


def read(path: Path) -> Topology:
    """The plan in a file. Raises LabError with every error of it."""
    try:
        return load(path)
    except InvalidTopology as error:
        raise LabError(str(error), fix=f"correct {path}") from None
    except OSError as error:
        raise LabError(f"{path}: {error.strerror}", fix="name the plan with --topology") from None


def digest(path: Path) -> str:
    """What tells two plans apart."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise LabError(f"{path}: {error.strerror}", fix="name the plan with --topology") from None


def cut(path: Path, profile: str, target: Path) -> Topology:
    """Write the plan as this profile runs it; the Topology of what was written.

    Nodes outside the profile are commented out in place, so every line number stays. Raises
    LabError when the cut plan would not be the wanted one.
    """
    whole = read(path)
    keep = selected(whole, profile)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(masked(path.read_text(), whole, keep))
    part = read(target)
    left = [(n.cluster, n.name, n.at.line) for n in part.nodes]
    if left != [(n.cluster, n.name, n.at.line) for n in keep]:
        raise LabError(f"{target}: the plan cut to profile {profile!r} names other nodes: {left}")
    return part
