"""The recorded run with something else in it, judged, and told as incidents."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate

from tests.judging import Said, causes, judge_all
from tests.recorded import base
from tests.recorded.altering import answers, told
from tests.told import http, shows
from trueline.compare.facts import Facts
from trueline.diagnose.evidence import Evidence
from trueline.diagnose.telling import lines
from trueline.diagnose.telling import told as in_words
from trueline.model.observation import Observation
from trueline.model.probe import Answer, Reply
from trueline.questions import signers

PLAN = base.topology()


def incidents_of(facts: Facts, *areas: str) -> list[str]:
    """What a reader is told of the suites of some areas; commands are left out."""
    said = judge_all(PLAN, facts, base.day(), *areas)
    evidence = evidence_of(facts, said)
    found = [in_words(one, PLAN, evidence) for one in causes(said)]
    return [line for line in lines(found) if not line.startswith(("    look:", "    mend:"))]


def evidence_of(facts: Facts, said: list[Said]) -> Evidence:
    return Evidence(
        topology=PLAN,
        clusters=facts.clusters,
        wire=facts.wire,
        announcers=lambda *_: (),
        claims=tuple(said),
        signers=lambda red: signers.signers(
            answers(facts), facts.clusters, red.line, {*red.takes, *red.needs}
        ),
    )


def but(asked: str, change: Callable[[Answer], Answer]) -> Facts:
    """The recorded run; every answer to the questions that fit the pattern is changed."""
    return told(
        base.facts(),
        lambda _, name, answer: change(answer) if re.fullmatch(asked, name) else answer,
    )


def answering(asked: str, *replies: Reply) -> Facts:
    """The recorded run; the questions that fit are answered otherwise."""
    return but(asked, lambda answer: replace(answer, replies=replies, settled=None))


def saying(asked: str, status: int, body: str = "", **headers: str) -> Facts:
    """The recorded run; the questions that fit get another HTTP answer, over the same TLS."""

    def change(answer: Answer) -> Answer:
        said = http(status, body, tls=answer.last.tls, **headers)
        return replace(answer, replies=(*answer.replies[:-1], said), settled=None)

    return but(asked, change)


def showing(leaf: Callable[[float], bytes]) -> Callable[[Answer], Answer]:
    """Another certificate is shown, made for the moment of the answer."""

    def change(answer: Answer) -> Answer:
        if answer.last.tls is None:
            return answer
        shown = replace(answer.last, tls=shows(leaf(answer.at)))
        return replace(answer, replies=(*answer.replies[:-1], shown))

    return change


def ahead(seconds: float) -> Callable[[Answer], Answer]:
    """The server says that it is later."""

    def change(answer: Answer) -> Answer:
        head = base64.b64decode(answer.last.received).decode()
        later = formatdate(answer.at + seconds, usegmt=True)
        put = re.sub(r"(?im)^date: [^\r\n]*", f"Date: {later}", head)
        last = replace(answer.last, received=base64.b64encode(put.encode()).decode())
        return replace(answer, replies=(*answer.replies[:-1], last))

    return change


def trusting(facts: Facts, name: str, pem: str) -> Facts:
    """The same facts, with one more CA bundle."""
    given = answers(facts)
    edge = given.trust["edge"]
    assert isinstance(edge, Observation)
    return replace(
        facts, answers=replace(given, trust={**given.trust, name: replace(edge, value=pem)})
    )
