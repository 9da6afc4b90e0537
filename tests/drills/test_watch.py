"""Looking on while something is disturbed: what is kept, and for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from tests.observe.clocks import FakeClock
from trueline.model.drill import Blow, Watch
from trueline.observe.drill_watch import Disturbance, Look, disturb
from trueline.probes.kube_client import Refused
from trueline.vantage.program import Unreachable


def says(words: Iterator[str]) -> Look:
    """A look that is good unless it is told `down`."""

    def look() -> tuple[bool, str]:
        word = next(words)
        return word != "down", word

    return look


def script(*words: str) -> Iterator[str]:
    yield from words
    while True:
        yield words[-1]


def run(look: Look, missing: Callable[[], str], clock: FakeClock, **more: object) -> Blow:
    given: dict[str, object] = {"strike": lambda: None, **more}
    disturbance = Disturbance(done="done", missing=missing, **given)  # type: ignore[arg-type]
    return disturb(disturbance, {"here": look}, within=5.0, clock=clock)


def kept(blow: Blow) -> Watch:
    seen = blow.watches["here"]
    assert seen.kind == "seen"
    return seen.value


def test_looks_from_before_until_some_time_after_all_is_as_before() -> None:
    left = script("1 of 2", "1 of 2", "")
    blow = run(
        says(script("up", "up", "up", "down", "down", "up")), lambda: next(left), FakeClock()
    )
    watch = kept(blow)
    assert (watch.sound, watch.recovered) == (True, True)
    assert watch.course == ("up", "down", "up")
    assert [beat.at for beat in watch.beats[:7]] == [-0.3, -0.2, -0.1, 0.0, 0.0, 0.1, 0.2]
    assert watch.beats[-1].at == pytest.approx(3.2)
    assert (blow.restored, blow.missing, blow.done) == (0.2, "", "done")
    assert blow.watches["here"].origin == f"{len(watch.beats)} looks during a drill from here"


def test_what_never_comes_back_ends_with_the_budget() -> None:
    blow = run(says(script("up", "up", "up", "down")), lambda: "1 of 2 pods ready", FakeClock())
    watch = kept(blow)
    assert (blow.restored, blow.missing) == (None, "1 of 2 pods ready")
    assert not watch.recovered
    assert watch.stall == pytest.approx(5.1)


def test_it_is_mended_whatever_happens() -> None:
    mended: list[str] = []

    def strike() -> None:
        raise Unreachable("gone")

    with pytest.raises(Unreachable, match="gone"):
        run(
            says(script("up")), lambda: "", FakeClock(),
            strike=strike, mend=lambda: mended.append("mended"),
        )  # fmt: skip
    assert mended == ["mended"]


def test_between_stop_and_start_lies_a_time_to_look() -> None:
    clock = FakeClock()
    started: list[float] = []
    blow = run(
        says(script("up")), lambda: "", clock, during=2.0, mend=lambda: started.append(clock.passed)
    )
    assert started == [pytest.approx(2.3)]
    assert kept(blow).stall == pytest.approx(0.1)


def test_looks_go_on_while_the_blow_takes_its_time() -> None:
    looked = Event()

    def look() -> tuple[bool, str]:
        if struck.is_set():
            looked.set()
        return True, "up"

    struck = Event()

    def strike() -> None:
        struck.set()
        assert looked.wait(30)

    assert run(look, lambda: "", FakeClock(), strike=strike).restored is not None


def test_what_would_come_back_is_kept_down_meanwhile() -> None:
    clock = FakeClock()
    pressed: list[float] = []
    run(
        says(script("up")), lambda: "", clock, during=0.2,
        press=lambda: pressed.append(round(clock.passed, 1)),
    )  # fmt: skip
    assert sorted(set(pressed)) == [0.3, 0.4, 0.5]


@pytest.mark.parametrize("error", [Unreachable("the pod is gone"), Refused(503, "the pod is gone")])
def test_a_place_that_goes_blind_is_a_gap_and_spoils_no_other(error: Exception) -> None:
    def blind() -> tuple[bool, str]:
        raise error

    disturbance = Disturbance(done="d", strike=lambda: None, missing=lambda: "")
    looks = {"here": says(script("up")), "there": blind}
    blow = disturb(disturbance, looks, within=5.0, clock=FakeClock())
    assert blow.watches["there"].kind == "gap"
    assert blow.watches["there"].reason == "the pod is gone"
    assert kept(blow).sound


def test_an_api_that_is_away_is_not_as_before() -> None:
    away = iter([True])

    def missing() -> str:
        if next(away, False):
            raise Refused(0, "no answer")
        return ""

    assert run(says(script("up")), missing, FakeClock()).restored == 0.1


def test_nobody_who_looked_was_never_without() -> None:
    assert Watch(beats=()).stall == 0.0
    assert not Watch(beats=()).recovered
