"""What every vantage point was told: pods started, all questions asked at once, pods removed.

Each vantage point waits for itself alone; one that cannot be used is a gap with its reason, and
spoils no other. Questions about what was written come after everything else was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from trueline.model.observation import ClusterFacts, Observation, Observed, Unobserved
from trueline.model.places import pinned, vantages
from trueline.model.probe import Answer, Answers
from trueline.model.topology import Topology, Vantage
from trueline.observe.clock import SYSTEM, Clock
from trueline.observe.posts import Posts
from trueline.observe.progress import Tally, Told, nothing_kept, silent
from trueline.observe.settle import settle
from trueline.observe.snapshot import unforeseen
from trueline.questions import every
from trueline.questions.question import Question, Scene
from trueline.vantage.host import refusal
from trueline.vantage.place import Place, Talk
from trueline.vantage.program import Unreachable

READ_AGAIN = 0.2  # seconds between two looks for what was written
INTERRUPTED = "the run was interrupted before it answered"
AT_ONCE = 12  # vantage points: more would start at once than a small machine can bear

View = Observed[dict[str, Answer]]


def take_answers(
    topology: Topology,
    clusters: dict[str, ClusterFacts],
    *,
    run: str,
    nonce: str,
    kubeconfig: Path | None = None,
    clock: Clock = SYSTEM,
    areas: Collection[str] | None = None,
    told: Told = silent,
    keep: Callable[[Answers], None] = nothing_kept,
) -> Answers:
    """What the suites of some areas ask, by default of all, from every vantage point concerned.

    `told` hears how many of all questions have been answered, each time it is more. `keep` is given
    what was answered before an interruption; what was not is a gap.

    `run` names the pods that are started; they are gone when this returns or is interrupted.
    """
    scene = Scene(topology=topology, clusters=clusters, nonce=nonce, now=clock.now())
    questions = every.asked(scene, areas)
    known = {item.name: item for item in (*vantages(topology), *nodes(topology, clusters))}
    held_back = refusal(topology)
    if held_back is not None:
        views: dict[str, View] = {
            name: _gap(known[name], held_back, clock) for name in questions if name in known
        }
    else:
        posts = Posts(topology, clusters, run=run, kubeconfig=kubeconfig, clock=clock)
        views = {}
        try:
            with closing(posts):
                _Asking(topology, posts, clock, told, views).all(questions, known)
        except KeyboardInterrupt:
            for name in questions.keys() & known.keys() - views.keys():
                views[name] = _gap(known[name], INTERRUPTED, clock)
            keep(Answers(nonce=nonce, views=views, trust=_trust(topology, clock)))
            raise
    return Answers(nonce=nonce, views=views, trust=_trust(topology, clock))


@dataclass(frozen=True)
class _Asking:
    topology: Topology
    posts: Posts
    clock: Clock
    told: Told
    views: dict[str, View]
    talks: dict[str, Talk] = field(default_factory=dict)

    def all(
        self, questions: Mapping[str, Mapping[str, Question]], known: Mapping[str, Vantage]
    ) -> None:
        """Every view, as soon as it is there."""
        # Who is asked most takes longest, and everybody waits for the last.
        names = [name for name in questions if name in known]
        names.sort(key=lambda name: -len(questions[name]))
        tally = Tally(sum(len(questions[name]) for name in names), self.told)
        self.posts.open([known[name] for name in names])
        try:
            with ThreadPoolExecutor(max_workers=min(len(names), AT_ONCE) or 1) as pool:
                asked = [(known[name], questions[name], tally) for name in names]
                try:
                    list(pool.map(lambda one: self._ask(*one), asked))
                    list(pool.map(lambda one: self._read_back(*one), asked))
                except KeyboardInterrupt:
                    self.posts.abandon()
                    raise
        finally:
            for talk in self.talks.values():
                talk.close()

    def _ask(self, vantage: Vantage, questions: Mapping[str, Question], tally: Tally) -> None:
        batch = {name: item.probe for name, item in questions.items() if item.until is None}

        def ask(place: Place) -> dict[str, Answer]:
            talk = place.talk()
            if len(batch) < len(questions):
                self.talks[vantage.name] = talk  # it will be asked again
                return talk.ask(batch) if batch else {}
            with closing(talk):
                return talk.ask(batch)

        view = self._told(vantage, ask)
        tally.add(len(questions) if isinstance(view, Unobserved) else len(batch))
        self.views[vantage.name] = view

    def _read_back(self, vantage: Vantage, questions: Mapping[str, Question], tally: Tally) -> None:
        view = self.views[vantage.name]
        waiting = {name: item for name, item in questions.items() if item.until is not None}
        if not waiting or isinstance(view, Unobserved):
            return
        with closing(self.talks.pop(vantage.name)) as talk:
            read = self._told(vantage, lambda _: self._until_found(talk, waiting))
        tally.add(len(waiting))
        done = read if isinstance(read, Unobserved) else _joined(view, read)
        self.views[vantage.name] = done

    def _until_found(self, talk: Talk, questions: Mapping[str, Question]) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        began = self.clock.elapsed()

        def look() -> bool:
            left = {
                name: item.probe
                for name, item in questions.items()
                if name not in found or found[name].settled is None
            }
            for name, answer in talk.ask(left).items():
                agreed = questions[name].until
                good = agreed is not None and agreed(answer)
                after = round(self.clock.elapsed() - began, 3)
                found[name] = replace(answer, settled=after if good else None)
            return all(answer.settled is not None for answer in found.values())

        settle(
            look,
            bool,
            within=self.topology.budgets.round_trip,
            every=READ_AGAIN,
            clock=self.clock,
            overtime=0.0,
        )
        return found

    def _told(self, vantage: Vantage, ask: Callable[[Place], dict[str, Answer]]) -> View:
        try:
            answers = ask(self.posts.place(vantage))
        except Exception as error:  # noqa: BLE001  it would spoil every other vantage's verdicts
            if self.posts.abandoned:
                return _gap(vantage, INTERRUPTED, self.clock)
            told = isinstance(error, Unreachable)
            reason = str(error) if told else f"{vantage} ran no probe: {unforeseen(error)}"
            return _gap(vantage, reason, self.clock)
        return Observation(
            value=answers, at=self.clock.now(), source="probes", vantage=described(vantage)
        )


def nodes(topology: Topology, clusters: Mapping[str, ClusterFacts]) -> Iterator[Vantage]:
    """A vantage point in the network of every node that there is."""
    for cluster in topology.clusters:
        facts = clusters.get(cluster.name)
        if facts is not None and facts.nodes.kind == "seen":
            yield from (pinned(cluster, node.name) for node in facts.nodes.value)


def described(vantage: Vantage) -> str:
    """A vantage point in a few words, for evidence."""
    if vantage.kind == "host":
        return f"{vantage} (this host)"
    if vantage.kind == "ssh":
        return f"{vantage} (ssh {vantage.host})"
    where = f"pod {vantage.pod}" if vantage.pod else f"a {vantage.kind} of the run"
    return f"{vantage} ({where} in {vantage.cluster})"


def _joined(first: Observation[dict[str, Answer]], second: Observation[dict[str, Answer]]) -> View:
    return replace(second, value={**first.value, **second.value})


def _gap(vantage: Vantage, reason: str, clock: Clock) -> View:
    return Unobserved(reason=reason, at=clock.now(), source="probes", vantage=described(vantage))


def _trust(topology: Topology, clock: Clock) -> dict[str, Observed[str]]:
    found: dict[str, Observed[str]] = {}
    for item in topology.trust:
        source, where = f"file {Path(item.file).name}", "this host"
        try:
            text = Path(item.file).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no PEM text"
            reason = f"CA bundle {item.name} ({item.at}) cannot be read: {why}"
            found[item.name] = Unobserved(
                reason=reason, at=clock.now(), source=source, vantage=where
            )
        else:
            found[item.name] = Observation(value=text, at=clock.now(), source=source, vantage=where)
    return found
