"""Builds what the lab is made of: `build(progress)` makes it, `artifacts()` finds it."""

from tools.lab.build.errors import BuildError, BuildFailed, NotBuilt
from tools.lab.build.inventory import Artifacts, artifacts
from tools.lab.build.run import build

__all__ = ["Artifacts", "BuildError", "BuildFailed", "NotBuilt", "artifacts", "build"]
