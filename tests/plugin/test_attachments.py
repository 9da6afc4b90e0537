"""What a verdict that is not as expected is attached."""

from __future__ import annotations

import json

import pytest

from tests.plugin.project import HEADER, Project

CHECK = '''
from trueline.model.claim import holds


@check(requirement(9), remedy="Ask.")
def door_answers(cluster, answers):
    """The door answers."""
    reply = answers.of("host", "door").last
    well = reply.outcome == "answered"
    yield holds(cluster, well and cluster.name == "north", expected="open", observed="shut")
'''

TEST = (
    HEADER
    + """
from trueline.model.observation import Observation
from trueline.model.probe import Answer, Answers, Reply


@pytest.fixture
def answers():
    reply = Reply(outcome="answered", reached="answer", received="b3Blbg==", seconds={})
    value = {name: Answer(replies=(reply,), at=0.0) for name in ("door", "window")}
    view = Observation(value=value, at=0.0, source="probes", vantage="host")
    return Answers(nonce="n", views={"host": view}, trust={})


@pytest.mark.verifies(demo.door_answers)
def test_door_answers(cluster, answers, judge):
    judge(cluster, answers)
"""
)


def test_the_answers_that_a_failure_rests_on_are_attached(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    project = Project(pytester)
    with (project.path / "demo.py").open("a") as checks:
        checks.write(CHECK)
    project.write("suites/reach/test_door.py", TEST)
    result = project.run("suites")
    found = result.allure()
    good, bad = found["Door answers: north"], found["Door answers: south"]
    assert [one["name"] for one in good["attachments"]] == ["1 claim"]
    table, answers = bad["attachments"]
    assert (table["name"], answers["name"]) == (
        "1 claim, 1 of them not as expected",
        "1 answer as received",
    )
    assert answers["type"] == "application/json"
    text = (result.folder / "allure-results" / answers["source"]).read_text()
    (door,) = json.loads(text)
    assert (door["question"], door["replies"][0]["received"]) == ("door", "open")


def test_fixtures_have_a_file_where_one_went_wrong_alone(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    project = Project(pytester, "cluster_is_seen: snapshot")
    good = project.run("suites", run="good")
    project.write("broken", "")
    bad = project.run("suites", run="bad")
    found = [
        [path.name for path in (one.folder / "allure-results").glob("*-container.json")]
        for one in (good, bad)
    ]
    assert found[0] == []
    assert len(found[1]) == 1
