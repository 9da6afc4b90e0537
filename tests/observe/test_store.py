from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.live import changed, facts_for, unseen, with_one
from tests.wire import unheard, wire_for
from tests.worlds import world
from trueline.model.observation import EndedFact, Observation, Unobserved
from trueline.model.probe import Answer, Answers, Reply, Tls
from trueline.observe.store import ANSWERS, CLUSTERS, WIRE, DamagedStore, Part

CLUSTER_FACTS = facts_for(world())
WIRE_FACTS = wire_for(world(), CLUSTER_FACTS)


def test_clusters_come_back_as_they_were(tmp_path: Path) -> None:
    facts = CLUSTER_FACTS | {"app": unseen(CLUSTER_FACTS["app"], "nodes", "forbidden")}
    facts["control"] = changed(facts["control"], "moving", ("Pod a/b is 3 s old",))
    CLUSTERS.save(tmp_path / "clusters.json", facts)
    assert CLUSTERS.load(tmp_path / "clusters.json") == facts


def test_ends_of_containers_come_back_and_an_older_store_has_none() -> None:
    end = EndedFact(container="speaker", at=5.0, code=None, reason="Error", times=2)
    facts = CLUSTER_FACTS | {
        "app": with_one(CLUSTER_FACTS["app"], "pods", "speaker-0", restarts=2, ended=(end,))
    }
    text = CLUSTERS.dump(facts)
    assert CLUSTERS.parse(text) == facts
    outer = json.loads(text)
    for pod in outer["facts"]["app"]["pods"]["value"]:
        del pod["ended"]
    (old,) = (item for item in CLUSTERS.parse(json.dumps(outer))["app"].pods.value if item.restarts)
    assert (old.name, old.restarts, old.ended) == ("speaker-0", 2, ())


def test_wire_comes_back_as_it_was() -> None:
    wire = WIRE_FACTS | unheard(WIRE_FACTS, "this host is not on it", "dmz")
    assert WIRE.parse(WIRE.dump(wire)) == wire


def test_answers_come_back_as_they_were() -> None:
    reply = Reply(
        outcome="answered",
        reached="answer",
        local="10.244.0.5",
        peer="10.96.0.1",
        tls=Tls(version="TLSv1.3", alpn="h2", chain=("AAAA",)),
        received="aGk=",
        seconds={"tcp": 0.1},
    )
    answer = Answer(replies=(reply,), at=2.0, settled=0.5)
    gap = Unobserved(reason="no pod", at=1.0, source="probes", vantage="pods-control")
    answers = Answers(
        nonce="n",
        views={
            "pods-app": Observation(
                value={"one": answer}, at=1.0, source="probes", vantage="pods-app"
            ),
            "pods-control": gap,
        },
        trust={"edge": gap},
    )
    assert ANSWERS.parse(ANSWERS.dump(answers)) == answers


def test_written_form_names_itself_and_its_version() -> None:
    outer = json.loads(WIRE.dump({}))
    assert outer == {"trueline": "wire", "version": 1, "facts": {}}


def wire_text(**changes: object) -> str:
    return json.dumps(json.loads(WIRE.dump(WIRE_FACTS)) | changes)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"trueline"', "is not whole JSON (EOF while parsing an object at line 1 column 11)"),
        ("[]", "does not hold wire facts"),
        (wire_text(trueline="clusters"), "does not hold wire facts"),
        (wire_text(version=2), "has version 2, this release reads 1"),
        (wire_text(facts=None), "is damaged at its top: Input should be an object"),
        (
            wire_text(facts={"lan": {"kind": "seen"}}),
            "is damaged at lan.Observation.value: Field required",
        ),
    ],
)
def test_damaged_text_says_what_is_wrong(text: str, what: str) -> None:
    with pytest.raises(DamagedStore) as caught:
        WIRE.parse(text, name="wire.json")
    assert str(caught.value) == f"wire.json {what}. Delete it and run again to observe afresh."


def load_error(part: Part[object], path: Path) -> str:
    with pytest.raises(DamagedStore) as caught:
        part.load(path)
    return str(caught.value).removeprefix(str(path))


def test_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    hint = "Delete it and run again to observe afresh."
    missing = load_error(WIRE, tmp_path / "wire.json")  # type: ignore[arg-type]
    assert missing == f" cannot be read (No such file or directory). {hint}"
    (tmp_path / "wire.json").write_bytes(b"\xff\xfe")
    assert load_error(WIRE, tmp_path / "wire.json") == f" cannot be read (not UTF-8). {hint}"  # type: ignore[arg-type]
