"""Looking at what should go on while something is disturbed, and until it is mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

from trueline.model.drill import Beat, Blow, Watch
from trueline.model.observation import Observation, Observed, Unobserved
from trueline.observe.clock import Clock
from trueline.observe.settle import holds, settle
from trueline.probes.kube_access import Unreachable as ApiUnreachable
from trueline.probes.kube_client import Refused
from trueline.vantage.program import Unreachable

EVERY = 0.1  # seconds between two rounds of looks
BEFORE = 3  # rounds before the disturbance: what was not well then proves nothing
AFTER = 3.0  # seconds to look on when all is as before: an address may move back

Look = Callable[[], tuple[bool, str]]


class Watching:
    """Rounds of looks, all places at once; a round takes as long as its slowest look."""

    def __init__(self, looks: Mapping[str, Look], clock: Clock) -> None:
        self._looks = dict(looks)
        self._clock = clock
        self._zero = 0.0
        self._beats: dict[str, list[Beat]] = {name: [] for name in looks}
        self._blind: dict[str, str] = {}

    def look(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """One round. A place that cannot be used any more is left out from then on.

        `meanwhile` is called again and again until the round is over.
        """
        names = [name for name in self._looks if name not in self._blind]
        with ThreadPoolExecutor(len(names) or 1) as pool:
            pending = {pool.submit(self._one, name) for name in names}
            while pending:
                meanwhile()
                over, pending = wait(pending, timeout=EVERY)
                for one in over:
                    one.result()

    def _one(self, name: str) -> None:
        try:
            good, said = self._looks[name]()
        except (Unreachable, ApiUnreachable, Refused, OSError) as error:
            self._blind[name] = str(error)
        else:
            self._beats[name].append(Beat(at=self._clock.elapsed(), good=good, said=said))

    def look_during(self, work: Callable[[], None]) -> None:
        """Do something that may take its time, and go on looking meanwhile. Raises as `work`."""
        with ThreadPoolExecutor(1) as pool:
            task = pool.submit(work)
            while not wait([task], timeout=EVERY).done:
                self.look()
            task.result()

    def strike(self) -> None:
        """From now on the disturbance is under way."""
        self._zero = self._clock.elapsed()

    @property
    def calm(self) -> bool:
        """Whether the latest look from every place was a good one."""
        return all(beats[-1].good for beats in self._beats.values() if beats)

    def seen(self) -> dict[str, Observed[Watch]]:
        """All looks by place, their times counted from the disturbance."""
        return {name: self._watch(name) for name in self._looks}

    def _watch(self, name: str) -> Observed[Watch]:
        source = "looks during a drill"
        if name in self._blind:
            reason, now = self._blind[name], self._clock.now()
            return Unobserved(reason=reason, at=now, source=source, vantage=name)
        beats = tuple(
            Beat(at=round(beat.at - self._zero, 3), good=beat.good, said=beat.said)
            for beat in self._beats[name]
        )
        return Observation(
            value=Watch(beats=beats),
            at=self._clock.now(),
            source=f"{len(beats)} {source}",
            vantage=name,
        )


@dataclass(frozen=True, kw_only=True)
class Disturbance:
    """What is done, how it is mended where it does not mend itself, and when it is mended.

    `missing` says what is not yet as before, in plain words, and nothing when all is. `mend` is
    called whatever happens; between the two lie `during` seconds, `press` keeps down meanwhile what
    would come back, and `release` lets it.
    """

    done: str
    strike: Callable[[], None]
    missing: Callable[[], str]
    press: Callable[[], None] = lambda: None
    release: Callable[[], None] = lambda: None
    mend: Callable[[], None] = lambda: None
    during: float = 0.0


def disturb(
    disturbance: Disturbance, looks: Mapping[str, Look], *, within: float, clock: Clock
) -> Blow:
    """Look, disturb, and look on until all is as before, or `within` seconds are spent."""
    watching = Watching(looks, clock)
    for _ in range(BEFORE):
        watching.look()
        clock.wait(EVERY)
    watching.strike()
    try:
        watching.look_during(disturbance.strike)
        holds(
            lambda: watching.look(disturbance.press),
            lambda _: True,
            during=disturbance.during,
            every=EVERY,
            clock=clock,
        )
        watching.look_during(disturbance.release)
    finally:
        watching.look_during(disturbance.mend)

    def left() -> str:
        watching.look()
        try:
            return disturbance.missing()
        except (Refused, ApiUnreachable, Unreachable) as error:
            return str(error)

    mended = settle(
        left,
        lambda missing: not missing and watching.calm,
        within=within,
        every=EVERY,
        clock=clock,
        overtime=0.0,
    )
    if mended.after is not None:
        holds(watching.look, lambda _: True, during=AFTER, every=EVERY, clock=clock)
    return Blow(
        done=disturbance.done,
        watches=watching.seen(),
        restored=None if mended.last else round(mended.watched, 3),
        missing=mended.last,
    )
