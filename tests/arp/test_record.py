"""Frames that a sweep keeps."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from tests.arp.test_frames import OWN, reply
from tests.arp.test_sweep import ListWire
from trueline.codec.pcap import arp as line
from trueline.model.observation import SegmentFacts
from trueline.probes import sweep, wire_record
from trueline.probes.wire_language import ARP

A, B = "02:00:00:00:01:01", "02:00:00:00:01:02"


class At:
    """A clock that stands."""

    def time(self) -> float:
        return 1_800_000_000.1234567


@pytest.fixture(autouse=True)
def _standing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire_record, "time", At())


def swept(wire: ListWire, *targets: str, closely: tuple[str, ...] = ()) -> SegmentFacts:
    asked = [ip_address(text) for text in targets]
    first = [ip_address(text) for text in closely]
    return sweep.sweep_over(wire, "lan", OWN, asked, window=0.0, closely=first)


def told(facts: SegmentFacts, address: str) -> list[str]:
    return [line(bytes.fromhex(frame.octets)) for frame in facts.frames[address]]


def test_both_ends_of_each_question_are_kept() -> None:
    facts = swept(ListWire({"10.77.0.1": [A, B]}), "10.77.0.1", "10.77.0.2")
    ask = f"{OWN.mac} > ff:ff:ff:ff:ff:ff: who has 10.77.0.1, tell 10.77.0.250"
    answers = [f"02:00:00:00:02:09 > {OWN.mac}: 10.77.0.1 is at {mac}" for mac in (A, B)]
    assert told(facts, "10.77.0.1") == [ask, *answers, ask, *answers]
    assert told(facts, "10.77.0.2") == 2 * [ask.replace("0.1,", "0.2,")]
    assert {frame.at for frame in facts.frames["10.77.0.1"]} == {1_800_000_000.123457}


def test_an_answer_is_of_when_this_host_had_it() -> None:
    wire = ListWire({"10.77.0.1": [A]})
    wire.since = 0.25
    times = [frame.at for frame in swept(wire, "10.77.0.1").frames["10.77.0.1"]]
    assert times == 2 * [1_800_000_000.123457, 1_799_999_999.873457]


def test_a_storm_of_answers_is_cut_short() -> None:
    facts = swept(ListWire({"10.77.0.1": [A] * 50}), "10.77.0.1")
    assert len(facts.frames["10.77.0.1"]) == wire_record.FRAMES


def test_frames_are_kept_of_so_many_addresses_of_those_looked_at_closely_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire_record, "ADDRESSES", 2)
    targets = ("10.77.0.1", "10.77.0.2", "10.77.0.3")
    assert list(swept(ListWire({}), *targets, closely=("10.77.0.3",)).frames) == [
        "10.77.0.1",
        "10.77.0.3",
    ]


def test_what_is_about_no_address_that_was_asked_is_not_kept() -> None:
    wire = ListWire({})
    wire.waiting = [reply(A, "10.77.0.77"), b"", b"short", bytes(60), reply(A, "10.77.0.1", op=3)]
    assert len(swept(wire, "10.77.0.1").frames["10.77.0.1"]) == 2  # the questions


def test_a_frame_that_the_wire_refused_was_not_sent() -> None:
    wire = wire_record.Recording(ListWire({}, [OSError("no")]), ARP, OWN.addresses)
    with pytest.raises(OSError, match="no"):
        wire.send(reply())
    wire.close()
    assert wire.frames() == {}
