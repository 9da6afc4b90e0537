"""What a failure takes away."""

from __future__ import annotations

from tests.worlds import world
from trueline.diagnose.ladder import rung, takes

CONTROL, APP = (world().cluster(name) for name in ("control", "app"))


def test_pods_that_reach_pods_of_another_cluster_explain_the_flow_that_forbids_it() -> None:
    assert takes("ISO-001", (CONTROL, APP)) == ("path:pods:control>pods:app",)
    assert rung("ISO-001").height < rung("REACH-002").height
