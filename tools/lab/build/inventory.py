"""Everything the lab is started from, and where it is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.lab.build import binaries, fingerprint, images, manifests, template
from tools.lab.build.components import COMPONENTS, Component
from tools.lab.build.errors import NotBuilt
from tools.lab.build.toolchain import Go, find
from tools.lab.paths import cache

REMEDY = "python -m tools.lab build"


@dataclass(frozen=True, slots=True)
class Artifacts:
    """Folders made by one build; none of them changes afterwards, but for what is adjoined.

    `bin` holds every program of a machine, `cni` the plug-ins for /opt/cni/bin, `template` a
    containerd root for hard links, `manifests` flannel.yaml, metallb.yaml and coredns.yaml.
    Equal `fingerprint`, equal artifacts.
    """

    bin: Path
    cni: Path
    template: Path
    manifests: Path
    fingerprint: str


def plan(go: Go) -> Artifacts:
    """Where the artifacts of these sources and this toolchain are, or will be."""
    programs = programs_name(go)
    template_folder = template.folder(images.name(programs))
    manifest_folder = manifests.folder(go)
    one = cache() / "programs" / programs
    return Artifacts(
        bin=one / "bin",
        cni=one / "cni",
        template=template_folder,
        manifests=manifest_folder,
        fingerprint=fingerprint.of(programs, template_folder.name, manifest_folder.name),
    )


def artifacts() -> Artifacts:
    """The artifacts of these sources, complete. Raises NotBuilt with the command that builds."""
    go = find()
    if go is None:
        raise NotBuilt("the lab is not built: there is no Go toolchain yet", fix=REMEDY)
    found = plan(go)
    folders = {
        "programs": found.bin,
        "image template": found.template,
        "manifests": found.manifests,
    }
    absent = [name for name, folder in folders.items() if not folder.exists()]
    if absent:
        raise NotBuilt(f"the lab is not built: no {', no '.join(absent)}", fix=REMEDY)
    return found


def programs_name(go: Go) -> str:
    """The fingerprint of all components together."""
    return fingerprint.of(*(binaries.name(component, go) for component in COMPONENTS))


def adjoin(component: Component, programs: Path, done: Path) -> None:
    """Link the programs of a component that few plans name into what `gather` made."""
    place = done / component.place
    if place.exists():
        return
    part = place.with_name(f".{place.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    for program in component.programs:
        os.link(programs / program, part / program)
    part.rename(place)


def gather(parts: Mapping[str, Path], done: Path) -> None:
    """Link the programs of all components into the folder `done`, below bin and cni."""
    if done.exists():
        return
    part = done.with_name(f".{done.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    for component in COMPONENTS:
        (part / component.place).mkdir(parents=True, exist_ok=True)
        for program in component.programs:
            os.link(parts[component.name] / program, part / component.place / program)
    part.rename(done)
