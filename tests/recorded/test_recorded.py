"""Recorded faults are seen for what they are, and what only looks like a fault is not."""

from __future__ import annotations

import pytest

from tests.judging import causes, judge_all, standing
from tests.recorded import base
from tests.recorded.recording import Recording
from tests.recorded.registry import every

RECORDINGS = every()


def test_the_healthy_run_is_all_green() -> None:
    said = judge_all(base.topology(), base.facts(), base.day())
    assert len(said) > 1000
    assert not standing(said, "fail")
    assert not standing(said, "unknown")


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=RECORDINGS)
def test_a_recording_is_seen_for_what_it_is(recording: Recording) -> None:
    topology, facts = recording.change(base.topology(), base.facts())
    assert (topology, facts) != (base.topology(), base.facts())
    said = judge_all(topology, facts, base.day())
    assert set(standing(said, "fail")) == recording.reds
    assert set(standing(said, "unknown")) == recording.unknowns
    named = [incident.cause.requirement for incident in causes(said)]
    assert named == ([recording.cause] if recording.cause else [])


@pytest.mark.parametrize("recording", RECORDINGS.values(), ids=RECORDINGS)
def test_a_recording_says_what_it_is_made_of(recording: Recording) -> None:
    assert bool(recording.reds) == (recording.cause is not None)
    assert recording.documented.endswith(".")
    assert recording.source
    assert recording.title
