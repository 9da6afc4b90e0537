"""Vault from end to end: workloads log in and read, nobody else does, synced secrets are ready."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.reach_writes import settled
from trueline.checks.shown import STAND_IN, broken, described
from trueline.codec import http
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.observation import ClusterFacts, NotObserved, SyncedFact
from trueline.model.probe import Answers, Reply
from trueline.model.subject import Access, Placement
from trueline.model.targets import web
from trueline.model.topology import Topology
from trueline.questions import logins
from trueline.requirements.reach import REACH_020, REACH_021, REACH_022


@check(
    REACH_020,
    remedy="Look at the auth mount's API address, CA and reviewer, at the role, and at the policy "
    "of what is read.",
)
def workload_logs_in_and_reads(
    access: Access, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """A planned workload logs in with the token of its own service account, and reads."""
    product, login = access.product, access.login
    if product.stand_in:
        yield not_applicable(access, why=STAND_IN, at=login.at)
        return
    vantage = _workload(access, topology)
    answer = answers.of(vantage, logins.name(product, login))
    evidence = (answers.origin(vantage),)
    entered, observed = _entered(answer.replies[0])
    claim = holds(
        f"{access}: log in",
        entered,
        expected="a token of Vault",
        observed=observed,
        at=login.at,
        evidence=evidence,
    )
    yield claim
    if login.reads is not None and settled(claim):
        subject = f"{access}: read {login.reads}"
        if len(answer.replies) < 2:
            why = "the conversation ended after the login"
            yield unknown(subject, expected="HTTP 200", why=why, at=login.at, evidence=evidence)
            return
        status, told = _status(answer.replies[1])
        yield holds(
            subject,
            status == 200,
            expected="HTTP 200",
            observed=told,
            at=login.at,
            evidence=evidence,
        )


@check(
    REACH_021,
    remedy="Bind the role to the planned service accounts alone, and its policy to what they read; "
    "where an account of another cluster gets in, the auth mount asks that cluster about tokens.",
)
def nobody_else_gets_in(access: Access, topology: Topology, answers: Answers) -> Iterator[Claim]:
    """No other account of the namespace, nor one of that name elsewhere, or without a token."""
    product, login = access.product, access.login
    if product.stand_in:
        yield not_applicable(access, why=STAND_IN, at=login.at)
        return
    others = logins.strangers(topology, product, login)
    tried = [
        (f"{access}: {item} logs in", item.name, logins.name(product, login))
        for item in (*others, *logins.namesakes(topology, login))
    ]
    if login.reads is not None:
        vantage = _workload(access, topology)
        question = logins.untokened(product, login)
        tried.append((f"{access}: {login.reads} without a token", vantage, question))
    for subject, vantage, question in tried:
        reply = answers.of(vantage, question).replies[0]
        evidence = (answers.origin(vantage),)
        status, told = _status(reply)
        if status is None or status >= 500:
            # Whether it would let a stranger in was not said.
            yield unknown(subject, expected="refused", why=told, at=login.at, evidence=evidence)
            continue
        yield holds(
            subject,
            status in (400, 401, 403),
            expected="refused",
            observed=told,
            at=login.at,
            evidence=evidence,
        )
    if not others:
        why = f"no vantage point of {login.cluster}/{login.namespace} has another service account"
        yield unknown(f"{access}: a stranger logs in", expected="refused", why=why, at=login.at)


def _workload(access: Access, topology: Topology) -> str:
    login = access.login
    vantage = logins.workload(topology, login)
    if vantage is None or web(topology, access.product) is None:
        raise NotObserved(
            f"no vantage point of {login.cluster}/{login.namespace} has the service account "
            f"{login.service_account}"
            if vantage is None
            else f"no port of {access.product} is planned for HTTP"
        )
    return vantage.name


def _entered(reply: Reply) -> tuple[bool, str]:
    """Whether a login gave a token; the token itself was blotted out where it was received."""
    status, told = _status(reply)
    if status == 200 and not reply.detail:
        return True, "logged in"
    return False, f"{told}, without a token" if status == 200 else told


def _status(reply: Reply) -> tuple[int | None, str]:
    """The status of Vault's answer, None where there is none, and what it says of its errors."""
    if reply.outcome != "answered":
        return None, broken(reply)
    try:
        answer = http.answer(reply)
    except http.NotHttp as error:
        return None, str(error)
    said = answer.json
    errors = said.get("errors") if isinstance(said, dict) else None
    if answer.status == 200:
        return 200, "HTTP 200"
    if isinstance(errors, list) and errors:
        return answer.status, f"HTTP {answer.status}: {'; '.join(map(str, errors))}"
    return answer.status, described(answer)


@check(
    REACH_022,
    remedy="Look at the conditions of the ExternalSecret and of its store, and at what its role "
    "may read.",
)
def synced_secret_is_ready(placement: Placement, facts: ClusterFacts) -> Iterator[Claim]:
    """A planned ExternalSecret and its store are reported ready."""
    found = {item.key: item for item in facts.external_secrets.value}
    secret = found.get(placement.deploy.name)
    if secret is None:
        yield holds(
            placement,
            False,
            expected="an ExternalSecret that is ready",
            observed="there is none",
            at=placement.deploy.at,
            evidence=(facts.external_secrets.origin,),
        )
        return
    yield _ready(placement, "", secret, facts.external_secrets.origin)
    if secret.store is not None:
        stores = {item.key: item for item in facts.secret_stores.value}
        store = stores.get(secret.store)
        if store is None:
            yield holds(
                f"{placement} store {secret.store}",
                False,
                expected="a store that is ready",
                observed="there is none",
                at=placement.deploy.at,
                evidence=(facts.secret_stores.origin,),
            )
            return
        yield _ready(placement, f" store {secret.store}", store, facts.secret_stores.origin)


def _ready(placement: Placement, what: str, fact: SyncedFact, origin: str) -> Claim:
    told = f"not ready: {fact.reason}: {fact.message}".rstrip(": ")
    if fact.ready is None:
        told = "not looked at by the operator"
    return holds(
        f"{placement}{what}",
        fact.ready is True,
        expected="ready",
        observed="ready" if fact.ready else told,
        at=placement.deploy.at,
        evidence=(origin,),
    )
