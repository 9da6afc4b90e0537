"""The part of the schema for what a run may disturb."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trueline.intent.fields import NAME, Name, Text, matching
from trueline.intent.forms import Form

Reserved = Annotated[
    str, matching("reserved address", f"{NAME}/{NAME}", "write CLUSTER/RESERVATION")
]


class ApiServerForm(Form):
    """How one API server of several is taken down and brought back."""

    clusters: list[Name] = Field(description="The clusters whose API servers may go down in turn.")
    stop: Text = Field(
        description="The command that takes the API server of `{node}` down; no shell reads it."
    )
    start: Text = Field(description="The command that brings it back.")


class DrillsForm(Form):
    """What `--disruptive` may disturb; nothing else is."""

    failover: list[Reserved] = Field(
        default=[], description="Reserved addresses whose announcing speaker is deleted."
    )
    recreate: list[Reserved] = Field(
        default=[], description="Reserved addresses whose Service is deleted and made again."
    )
    controller: list[Name] = Field(
        default=[], description="Clusters whose load-balancer controller is restarted."
    )
    dns: list[Name] = Field(default=[], description="Clusters whose DNS loses a pod.")
    api_server: ApiServerForm | None = Field(
        default=None, description="API servers that are stopped, one at a time."
    )
