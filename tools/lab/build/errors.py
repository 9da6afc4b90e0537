"""What can go wrong before there is a lab.

LabError > BuildError > NotBuilt     nothing was tried: an artifact is missing
                      > BuildFailed  it was tried and did not work
"""

from __future__ import annotations

from tools.lab.errors import LabError


class BuildError(LabError):
    """The lab's artifacts are not there."""


class NotBuilt(BuildError):
    """Artifacts are missing or belong to other sources; `fix` names the command that builds."""


class BuildFailed(BuildError):
    """A build step failed; `log` is its output."""
