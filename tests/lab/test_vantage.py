"""The same probe code from every kind of vantage point of the lab, through the real exec."""

from __future__ import annotations

import json

import pytest

from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab_run import in_runner

pytestmark = pytest.mark.lab

ASK = """
import json, sys
from pathlib import Path
from trueline.intent.load import load
from trueline.model.places import vantages
from trueline.observe.answers import take_answers
from trueline.observe.snapshot import take_clusters
from trueline.model.probe import Step
from trueline.questions import every
from trueline.questions.question import Question, probe
plan = load(Path(sys.argv[1]))
here = {item.name: item for item in vantages(plan)}

def asked(scene):
    for name, item in here.items():
        clusters = [item.cluster] if item.cluster else [c.name for c in plan.clusters]
        for cluster in clusters:
            address = str(plan.cluster(cluster).services[0].network[1])
            step = Step(transport="tcp", host=address, port=443)
            yield Question(vantage=name, name=cluster, probe=probe(plan.budgets, step))

every.AREAS = {"any": (asked,)}
answers = take_answers(plan, take_clusters(plan), run="lab-test", nonce="n")
print(json.dumps({
    name: {key: answer.last.outcome for key, answer in view.value.items()}
    for name, view in answers.views.items()
}))
"""


def test_every_vantage_point_is_where_the_plan_says(lab: Lab) -> None:
    """Pods and nodes reach the ClusterIP of their own API; a host on the segment reaches none."""
    done = in_runner(lab, "-c", ASK, str(state() / "topology.yaml"))
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    kinds = {item.name: item.kind for item in lab.topology.vantages}
    assert set(kinds) <= set(said)
    for name, outcomes in said.items():
        wanted = "unreachable" if kinds.get(name) == "host" else "connected"
        assert set(outcomes.values()) == {wanted}, name


def test_a_run_leaves_no_pod_behind(lab: Lab) -> None:
    selector = "app.kubernetes.io/managed-by=trueline"
    for cluster in lab.clusters.values():
        assert cluster.api.get(f"/api/v1/pods?labelSelector={selector}")["items"] == []
