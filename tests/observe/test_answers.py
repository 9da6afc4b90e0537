"""All questions of a run: from every vantage point at once, and what was written read back."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from tests.observe.clocks import FakeClock
from tests.vantage.servers import serving
from tests.worlds import at, world
from trueline.model.probe import Answer, Answers, Step
from trueline.model.product import Trust
from trueline.model.topology import Topology, Vantage
from trueline.observe.answers import take_answers
from trueline.observe.posts import Posts
from trueline.observe.store import ANSWERS
from trueline.questions import every
from trueline.questions.question import Question, Scene, probe
from trueline.vantage.place import Host, Ssh, Talk
from trueline.vantage.program import Unreachable

PLAN = replace(
    world(),
    vantages=(
        Vantage(name="here", kind="host", cluster=None, segment="lan", at=at(1)),
        Vantage(name="far", kind="ssh", cluster=None, segment=None, host="no such host", at=at(2)),
    ),
    flows=(),
    runs_in="anywhere",
)


def ask(plan: Topology, clock: FakeClock | None = None) -> Answers:
    return take_answers(plan, {}, run="r1", nonce="n1", clock=clock or FakeClock())


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """What is asked, in the place of the areas' own questions."""
    asked: list[Question] = []
    monkeypatch.setattr(every, "AREAS", {"any": (lambda _scene: iter(asked),)})
    return asked


def told(answer: Answer) -> str:
    return base64.b64decode(answer.last.received).decode()


def question(vantage: str, name: str, port: int, **more: object) -> Question:
    step = Step(transport="tcp", host="127.0.0.1", port=port, read="close")
    return Question(vantage=vantage, name=name, probe=probe(PLAN.budgets, step), **more)  # type: ignore[arg-type]


def test_one_vantage_point_that_cannot_be_used_spoils_no_other(questions: list[Question]) -> None:
    with serving(lambda connection: connection.sendall(b"hello")) as port:
        questions += [question("here", "a", port), question("far", "b", port)]
        answers = ask(PLAN)
    assert told(answers.of("here", "a")) == "hello"
    assert answers.origin("here") == "probes from here (this host)"
    assert answers.views["far"].kind == "gap"
    assert answers.asked("far", "anything")
    assert not answers.asked("here", "b")


def test_what_was_written_is_looked_for_until_it_is_found(questions: list[Question]) -> None:
    words = iter([b"not yet", b"written"])
    with serving(lambda connection: connection.sendall(b"not yet")) as port:
        questions.append(question("here", "first", port))
        with serving(lambda connection: connection.sendall(next(words))) as later:
            found = question("here", "found", later, until=lambda one: told(one) == "written")
            questions.append(found)
            answers = ask(PLAN)
    answer = answers.of("here", "found")
    assert (told(answer), answer.settled) == ("written", 0.2)
    assert answers.of("here", "first").settled is None


def test_what_is_never_found_says_so_when_the_budget_is_spent(questions: list[Question]) -> None:
    clock = FakeClock()
    with serving(lambda connection: connection.sendall(b"nothing")) as port:
        questions.append(question("here", "lost", port, until=lambda _one: False))
        answer = ask(PLAN, clock).of("here", "lost")
    assert (told(answer), answer.settled) == ("nothing", None)
    assert clock.passed == pytest.approx(15.0)


def test_two_questions_of_one_name_are_a_defect(questions: list[Question]) -> None:
    questions += [question("here", "a", 1), question("here", "a", 2)]
    scene = Scene(topology=PLAN, clusters={}, nonce="n")
    with pytest.raises(ValueError, match="two questions of here are called a"):
        every.asked(scene)


def test_a_plan_of_the_lab_is_not_asked_outside_of_it(questions: list[Question]) -> None:
    questions.append(question("here", "a", 1))
    view = ask(replace(PLAN, runs_in="lab")).views["here"]
    assert view.kind == "gap"
    assert view.reason.startswith("this plan runs in the lab and ")


def test_ca_bundles_are_read_or_missed(tmp_path: Path) -> None:
    (tmp_path / "edge.crt").write_text("-----BEGIN CERTIFICATE-----\n")
    bundles = (
        Trust(name="edge", file=str(tmp_path / "edge.crt"), at=at(8)),
        Trust(name="gone", file=str(tmp_path / "gone.crt"), at=at(9)),
    )
    trust = ask(replace(PLAN, vantages=(), trust=bundles)).trust
    assert trust["edge"].value == "-----BEGIN CERTIFICATE-----\n"
    assert trust["gone"].kind == "gap"
    assert trust["gone"].reason == (
        "CA bundle gone (topology.yaml:9) cannot be read: No such file or directory"
    )


def test_only_the_areas_that_are_run_are_asked_about(questions: list[Question]) -> None:
    questions.append(question("here", "a", 1))
    scene = Scene(topology=PLAN, clusters={}, nonce="n")
    assert every.asked(scene, {"any"}) == every.asked(scene) != {}
    assert every.asked(scene, {"a suite of somebody else"}) == every.asked(scene)
    assert every.asked(scene, set()) == {}


def test_every_area_asks_with_names_of_its_own() -> None:
    """No two areas give one name to two probes of one vantage point of the reference plan."""
    assert every.asked(Scene(topology=world(), clusters={}, nonce="n"))


def test_every_answer_is_counted_and_a_vantage_point_that_is_lost_counts_whole(
    questions: list[Question],
) -> None:
    seen: list[tuple[int, int]] = []
    with serving(lambda connection: connection.sendall(b"hello")) as port:
        questions += [question("here", "a", port), question("here", "b", port)]
        questions += [question("here", "c", port, until=lambda _: True), question("far", "d", port)]
        take_answers(
            PLAN,
            {},
            run="r1",
            nonce="n1",
            clock=FakeClock(),
            told=lambda *count: seen.append(count),
        )
    assert {total for _, total in seen} == {4}
    assert sorted(done for done, _ in seen) in ([1, 3, 4], [2, 3, 4])


def test_an_interruption_leaves_what_was_answered(questions: list[Question]) -> None:
    """The places are asked first; Ctrl-C comes when what was written is looked for."""
    kept: list[Answers] = []

    def interrupted(_answer: Answer) -> bool:
        raise KeyboardInterrupt

    with serving(lambda connection: connection.sendall(b"hello")) as port:
        questions += [question("here", "a", port)]
        questions += [question("here", "c", port, until=interrupted)]
        with pytest.raises(KeyboardInterrupt):
            take_answers(PLAN, {}, run="r1", nonce="n1", clock=FakeClock(), keep=kept.append)
    (answers,) = kept
    assert told(answers.of("here", "a")) == "hello"
    assert not answers.asked("here", "c")


def test_whose_pod_is_removed_by_an_interruption_is_a_gap_of_that(
    questions: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    began, gone = Event(), Event()
    abandon = Posts.abandon

    def abandoned(self: Posts) -> None:
        abandon(self)
        gone.set()

    def interrupted(_self: Host) -> Talk:
        began.wait(10)
        raise KeyboardInterrupt

    def cut_off(_self: Ssh) -> Talk:
        began.set()
        gone.wait(10)
        raise Unreachable("the stream was cut")

    monkeypatch.setattr(Posts, "abandon", abandoned)
    monkeypatch.setattr(Host, "talk", interrupted)
    monkeypatch.setattr(Ssh, "talk", cut_off)
    kept: list[Answers] = []
    questions += [question("here", "a", 1), question("far", "b", 1)]
    with pytest.raises(KeyboardInterrupt):
        take_answers(PLAN, {}, run="r1", nonce="n1", clock=FakeClock(), keep=kept.append)
    reasons = {view.reason for view in kept[0].views.values() if view.kind == "gap"}
    assert reasons == {"the run was interrupted before it answered"}
    assert len(kept[0].views) == 2


def test_who_did_not_answer_before_an_interruption_is_a_gap(
    questions: list[Question], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_self: Host) -> Talk:
        raise KeyboardInterrupt

    monkeypatch.setattr(Host, "talk", interrupted)
    kept: list[Answers] = []
    questions += [question("here", "a", 1)]
    with pytest.raises(KeyboardInterrupt):
        take_answers(PLAN, {}, run="r1", nonce="n1", clock=FakeClock(), keep=kept.append)
    view = kept[0].views["here"]
    assert view.kind == "gap"
    assert view.reason == "the run was interrupted before it answered"
    assert ANSWERS.parse(ANSWERS.dump(kept[0])) == kept[0]
