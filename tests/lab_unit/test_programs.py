from __future__ import annotations

from typing import Any

import pytest

from tools.lab.products import arrival, programs


def test_a_changed_configuration_changes_the_pods() -> None:
    program = programs.Program(
        namespace="a",
        name="b",
        image="c",
        args=(),
        config={"d.yaml": {"e": 1}},
        ready=(80, "/"),
    )
    settings, pods = programs.objects(program)
    said = pods["spec"]["template"]["metadata"]["annotations"]["trueline.lab/config"]
    assert settings["data"] == {"d.yaml": "e: 1\n"}
    assert said == programs.digest(settings["data"])
    assert said != programs.digest({"d.yaml": "e: 2\n"})


DEPLOYED = {"kind": "Deployment", "metadata": {"generation": 2}, "spec": {"replicas": 1}}
ON_NODES = {"kind": "DaemonSet", "metadata": {"generation": 1}, "spec": {}}


@pytest.mark.parametrize(
    ("item", "status", "there"),
    [
        (DEPLOYED, {}, False),
        (DEPLOYED, {"observedGeneration": 2, "updatedReplicas": 1}, False),
        (
            DEPLOYED,
            {"observedGeneration": 1, "updatedReplicas": 1, "availableReplicas": 1},
            False,
        ),
        (DEPLOYED, {"observedGeneration": 2, "updatedReplicas": 1, "availableReplicas": 1}, True),
        (
            ON_NODES,
            {
                "observedGeneration": 1,
                "desiredNumberScheduled": 2,
                "updatedNumberScheduled": 2,
                "numberAvailable": 1,
            },
            False,
        ),
        (
            ON_NODES,
            {
                "observedGeneration": 1,
                "desiredNumberScheduled": 2,
                "updatedNumberScheduled": 2,
                "numberAvailable": 2,
            },
            True,
        ),
    ],
)
def test_available_is_what_has_all_the_pods_it_wants_as_they_are_now(
    item: dict[str, Any], status: dict[str, Any], there: bool
) -> None:
    assert programs.available({**item, "status": status}) is there


@pytest.mark.parametrize(
    ("answer", "there"),
    [
        (None, False),
        (b"404 page not found", False),
        (b'{"status": "success", "data": {"result": []}}', False),
        (b'{"status": "success", "data": {"result": [{"metric": {}}]}}', True),
        (b'{"status": "success", "data": []}', False),
        (b'{"status": "success", "data": [{"job": "pods"}]}', True),
    ],
)
def test_an_answer_with_a_result_is_a_find(answer: bytes | None, there: bool) -> None:
    assert arrival.found(answer) is there
