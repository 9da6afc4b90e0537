"""What a verdict rests on, as it was observed."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from scapy.utils import PcapReader

from tests.codec.test_pcap import ASK, TOLD
from trueline.model.frame import Frame, NeighbourReply
from trueline.model.observation import (
    ClusterFacts,
    Observation,
    PoolFact,
    SegmentFacts,
    Unobserved,
)
from trueline.model.probe import Answer, Answers, Reply
from trueline.observe.snapshot import gaps
from trueline.report import raw
from trueline.report.journal import Entry

AT = 1_800_000_000.25
SWEEP = "ARP sweep of segment lan over eth0, 0.90 s from here"


def entry(**changes: Any) -> Entry:
    said: dict[str, Any] = {
        "run": "r",
        "worker": "main",
        "test": "t.py::t",
        "check": "holds",
        "requirement": "L2-004",
        "severity": "critical",
        "area": "l2",
        "cluster": "app",
        "subject": "app/web",
        "expected": "one node answers for 192.0.2.9",
        "observed": "nobody answers",
        "verdict": "fail",
        "standing": "fail",
        "at": "topology.yaml:4",
        "evidence": (),
        "remedy": "Look.",
        "seconds": 0.0,
        "line": "L2-004 app/web: expected one node, observed nobody. Look.",
    }
    return Entry(**{**said, **changes})


# --- answers --------------------------------------------------------------------------------------


def answer(received: bytes) -> Answer:
    reply = Reply(
        outcome="answered", reached="answer", received=b64encode(received).decode(), seconds={}
    )
    return Answer(replies=(reply,), at=AT)


def watched(*names: str, received: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> raw.Watched:
    view = Observation(
        value={name: answer(received) for name in names}, at=AT, source="probes", vantage="pods-app"
    )
    gap = Unobserved(reason="no pod", at=AT, source="probes", vantage="pods-control")
    made = Answers(nonce="n", views={"pods-app": view, "pods-control": gap}, trust={})
    return raw.Watched.over(made)


def shown(one: raw.Raw) -> Any:
    assert one.kind == "json"
    return json.loads(one.body)


def test_what_was_read_is_shown_as_received() -> None:
    seen = watched("web", "unread")
    seen.of("pods-app", "web")
    (one,) = raw.answers(seen, [entry()])
    assert one.name == "1 answer as received"
    assert shown(one) == [
        {
            "from": "probes from pods-app",
            "question": "web",
            "replies": [
                {
                    "outcome": "answered",
                    "reached": "answer",
                    "broke": "",
                    "detail": "",
                    "local": None,
                    "peer": None,
                    "tls": None,
                    "received": "HTTP/1.1 200 OK\r\n\r\n",
                    "seconds": {},
                }
            ],
            "at": "2027-01-15 08:00:00.250+00:00",
            "settled": None,
        }
    ]


def test_nothing_is_shown_where_nothing_was_answered() -> None:
    seen = watched("web")
    assert list(raw.answers(seen, [entry()])) == []
    for vantage, name in (("pods-control", "web"), ("pods-app", "none"), ("nowhere", "web")):
        with pytest.raises(Exception, match=r"no pod|not asked|no vantage"):
            seen.of(vantage, name)
    assert list(raw.answers(seen, [entry()])) == []


def test_watching_changes_no_answer() -> None:
    seen = watched("web")
    assert seen.of("pods-app", "web") == answer(b"HTTP/1.1 200 OK\r\n\r\n")
    assert seen.asked("pods-app", "web")


@pytest.mark.parametrize(
    ("received", "text"),
    [
        (b"", ""),
        (b"\x00\x01\xff", "hex: 00 01 ff"),
        (b"\x1b[31mred", "hex: 1b 5b 33 31 6d 72 65 64"),
        ("größer".encode(), "größer"),
        (b"x" * 2_100, "x" * 2_000 + " ... and 100 characters more"),
    ],
)
def test_what_came_is_text_or_hex_and_bounded(received: bytes, text: str) -> None:
    seen = watched("web", received=received)
    seen.of("pods-app", "web")
    (one,) = raw.answers(seen, [])
    assert shown(one)[0]["replies"][0]["received"] == text


def test_many_answers_are_cut_and_those_of_named_vantage_points_come_first() -> None:
    names = [f"q{number:02}" for number in range(30)]
    seen = watched(*names)
    other = Observation(value={"o": answer(b"o")}, at=AT, source="probes", vantage="host")
    seen.views["host"] = other
    for name in names:
        seen.of("pods-app", name)
    seen.of("host", "o")
    (one,) = raw.answers(seen, [entry(evidence=("probes from host",))])
    assert one.name == "24 of 31 answers as received"
    assert [item["question"] for item in shown(one)][:2] == ["o", "q00"]


def test_an_attachment_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "LONGEST", 20)
    seen = watched("web")
    seen.of("pods-app", "web")
    (one,) = raw.answers(seen, [])
    assert one.kind == "text"
    assert one.body.decode().startswith('[\n {\n  "from": "prob\n... and ')


# --- facts ----------------------------------------------------------------------------------------

LIST = "GET /pools from here"


def cluster(name: str) -> ClusterFacts:
    pools: tuple[PoolFact, ...] = (PoolFact(name="p", ranges=(), auto_assign=False),)
    seen = Observation(value=pools, at=AT, source="GET /pools", vantage="here")
    return replace(gaps(name, "refused", 0.0), pools=seen)


def test_facts_that_a_claim_names_are_shown_of_its_cluster() -> None:
    clusters = {"app": cluster("app"), "control": cluster("control")}
    (one,) = raw.facts([entry(evidence=(LIST,))], clusters)
    assert one.name == "pools of cluster app"
    assert shown(one) == {
        "cluster": "app",
        "from": LIST,
        "at": "2027-01-15 08:00:00.250+00:00",
        "pools": [{"name": "p", "ranges": [], "auto_assign": False, "unreadable": []}],
    }
    both = [one.name for one in raw.facts([entry(cluster="-", evidence=(LIST,))], clusters)]
    assert both == ["pools of cluster app", "pools of cluster control"]
    assert list(raw.facts([entry(evidence=("GET /nodes from here",))], clusters)) == []


# --- frames ---------------------------------------------------------------------------------------


def wire() -> dict[str, Any]:
    kept = (Frame(at=AT, octets=ASK.hex()), Frame(at=AT + 0.001, octets=TOLD.hex()))
    facts = SegmentFacts(
        segment="lan",
        interface="eth0",
        window=0.9,
        replies={"192.0.2.9": (NeighbourReply(mac="02:00:00:00:00:09", after=0.001),)},
        frames={"192.0.2.9": kept, "192.0.2.90": kept},
    )
    source = "ARP sweep of segment lan over eth0, 0.90 s"
    seen = Observation(value=facts, at=AT, source=source, vantage="here")
    return {"lan": seen, "wan": Unobserved(reason="IPv6", at=AT, source="sweep", vantage="here")}


def test_the_frames_of_an_address_are_read_and_captured() -> None:
    text, capture = raw.frames([entry(evidence=(SWEEP,))], wire())
    assert (text.name, text.kind) == ("ARP for 192.0.2.9", "text")
    assert text.body.decode() == (
        "from 2027-01-15 08:00:00.250+00:00, each with seconds since then\n"
        " 0.000000  02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff: who has 192.0.2.9, tell 192.0.2.1\n"
        " 0.001000  02:00:00:00:00:09 > 02:00:00:00:00:01: 192.0.2.9 is at 02:00:00:00:00:09\n"
    )
    assert (capture.name, capture.kind) == ("ARP for 192.0.2.9 (capture)", "pcap")
    with PcapReader(io.BytesIO(capture.body)) as reader:
        assert [bytes(packet) for packet in reader] == [ASK, TOLD]


@pytest.mark.parametrize(
    "claim",
    [
        entry(evidence=("GET /pools from here",)),  # not about the wire
        entry(evidence=(SWEEP,), expected="one node answers for 192.0.2.8"),  # none were kept
        entry(evidence=(SWEEP,), expected="a node answers for 10.192.0.2.9"),  # no such address
    ],
)
def test_where_no_frames_were_kept_there_is_no_capture(claim: Entry) -> None:
    assert list(raw.frames([claim], wire())) == []


def test_the_address_of_a_subject_counts_as_named() -> None:
    claim = entry(evidence=(SWEEP,), expected="silence", needs=("address:192.0.2.90", "dns:app"))
    assert [one.name for one in raw.frames([claim], wire())] == [
        "ARP for 192.0.2.90",
        "ARP for 192.0.2.90 (capture)",
    ]
