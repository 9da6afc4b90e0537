"""Vault and synced secrets: who gets in, who does not, and what cannot be told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.live import seen, unseen
from tests.reach.answering import but, healthy
from tests.reach.network import LOGIN, PLAN, PODS, SECRET, STORE, facts, questions
from tests.told import http, lines, refused, reply, timed_out
from trueline.checks import reach_secrets
from trueline.model.observation import SyncedFact
from trueline.model.probe import Answers, Reply
from trueline.model.subject import SUBJECTS, Access, Placement
from trueline.model.topology import Topology

HEALTHY = healthy()
OWN = ("canary", "log in at vault by kubernetes-app as canary")
OTHER = ("stranger", "log in at vault by kubernetes-app as canary")
BARE = ("canary", "read secret/data/canary of vault without a token")
NAME = "vault by kubernetes-app as canary"
LOGGED_IN = http(200, '{"auth": {"client_token": "*"}}')
READ = http(200)


def access(topology: Topology = PLAN) -> Access:
    (found,) = SUBJECTS["access"](topology)
    assert isinstance(found, Access)
    return found


def with_vault(**changes: Any) -> Topology:
    products = tuple(
        replace(item, **changes) if item.name == "vault" else item for item in PLAN.products
    )
    return replace(PLAN, products=products)


def own(answers: Answers = HEALTHY, topology: Topology = PLAN) -> list[str]:
    return lines(reach_secrets.workload_logs_in_and_reads, access(topology), topology, answers)


def others(answers: Answers = HEALTHY, topology: Topology = PLAN) -> list[str]:
    return lines(reach_secrets.nobody_else_gets_in, access(topology), topology, answers)


def test_the_workload_reads_what_it_may_and_nobody_else_does() -> None:
    assert own() == [
        f"PASS {NAME}: log in: a token of Vault | logged in",
        f"PASS {NAME}: read secret/data/canary: HTTP 200 | HTTP 200",
    ]
    assert others() == [
        f"PASS {NAME}: stranger logs in: refused | HTTP 403: service account name not authorized",
        f"PASS {NAME}: secret/data/canary without a token: refused | HTTP 403: permission denied",
    ]


def test_an_account_of_the_same_name_in_another_cluster_is_no_client() -> None:
    twin = replace(PODS[0], name="namesake", namespace="secrets", service_account="canary")
    elsewhere = replace(twin, name="else", namespace="other")
    plan = replace(PLAN, vantages=(*PLAN.vantages, twin, elsewhere))
    asked = {vantage for vantage, name in questions(plan) if name == OWN[1]}
    assert asked == {"canary", "stranger", "namesake"}
    answers = healthy(plan)
    assert others(answers, plan)[1] == f"FAIL {NAME}: namesake logs in: refused | HTTP 200"
    refusal = http(403, '{"errors": ["permission denied"]}')
    assert others(but(answers, ("namesake", OWN[1]), refusal), plan)[1] == (
        f"PASS {NAME}: namesake logs in: refused | HTTP 403: permission denied"
    )


def test_tokens_stay_where_they_are() -> None:
    steps = questions()[OWN].probe.steps
    assert [name for name, _ in steps[0].keep] == ["token", "accessor"]
    assert steps[0].request is not None
    assert "{file:/var/run/secrets/kubernetes.io/serviceaccount/token}" in steps[0].request.body
    assert [step.read for step in steps] == ["close", "head", "head"]
    assert questions()[OTHER].probe == questions()[OWN].probe


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        (
            (http(403, '{"errors": ["permission denied"]}'),),
            "log in: a token of Vault | HTTP 403: permission denied",
        ),
        (
            (http(503, '{"errors": ["Vault is sealed"]}'),),
            "log in: a token of Vault | HTTP 503: Vault is sealed",
        ),
        ((timed_out(),), "log in: a token of Vault | timed out at tcp"),
        (
            (reply("answered", "answer", received=b"x"),),
            "log in: a token of Vault | no HTTP answer, it begins with 'x'",
        ),
        (
            (replace(LOGGED_IN, detail="what was to be kept is not in the answer"),),
            "log in: a token of Vault | HTTP 200, without a token",
        ),
        ((http(404, "page not found"),), "log in: a token of Vault | HTTP 404: page not found"),
        ((LOGGED_IN, http(403)), "read secret/data/canary: HTTP 200 | HTTP 403"),
        ((LOGGED_IN, refused()), "read secret/data/canary: HTTP 200 | refused at tcp"),
    ],
)
def test_the_step_that_fails_is_named(replies: tuple[Reply, ...], told: str) -> None:
    assert own(but(HEALTHY, OWN, *replies))[-1] == f"FAIL {NAME}: {told}"


def test_one_answer_is_a_login_and_tells_nothing_of_what_can_be_read() -> None:
    assert own(but(HEALTHY, OWN, LOGGED_IN)) == [
        f"PASS {NAME}: log in: a token of Vault | logged in",
        f"UNKNOWN {NAME}: read secret/data/canary: HTTP 200 | "
        "the conversation ended after the login",
    ]


def test_a_conversation_that_ended_after_the_login_has_read_nothing() -> None:
    broken = replace(LOGGED_IN, outcome="timed out", reached="tcp", broke="answer")
    assert own(but(HEALTHY, OWN, broken))[-1].endswith("| timed out at the answer")


@pytest.mark.parametrize(
    ("key", "said", "told"),
    [
        (OTHER, LOGGED_IN, "FAIL {}: stranger logs in: refused | HTTP 200"),
        (OTHER, http(503, "sealed"), "UNKNOWN {}: stranger logs in: refused | HTTP 503: sealed"),
        (OTHER, http(500, "oops"), "UNKNOWN {}: stranger logs in: refused | HTTP 500: oops"),
        (OTHER, timed_out(), "UNKNOWN {}: stranger logs in: refused | timed out at tcp"),
        (BARE, http(200, "{}"), "FAIL {}: secret/data/canary without a token: refused | HTTP 200"),
        (
            BARE,
            http(404, "no"),
            "FAIL {}: secret/data/canary without a token: refused | HTTP 404: no",
        ),
    ],
)
def test_strangers_that_are_not_refused(key: tuple[str, str], said: Reply, told: str) -> None:
    assert told.format(NAME) in others(but(HEALTHY, key, said))


@pytest.mark.parametrize("status", [400, 401, 403])
def test_strangers_are_refused_in_several_ways(status: int) -> None:
    assert others(but(HEALTHY, OTHER, http(status, "no")))[0] == (
        f"PASS {NAME}: stranger logs in: refused | HTTP {status}: no"
    )


def test_what_cannot_be_told_of_a_stranger_is_told_once() -> None:
    assert others(but(HEALTHY, OTHER, timed_out())) == [
        f"UNKNOWN {NAME}: stranger logs in: refused | timed out at tcp",
        f"PASS {NAME}: secret/data/canary without a token: refused | HTTP 403: permission denied",
    ]


def test_errors_that_are_no_list_are_told_as_they_came() -> None:
    assert others(but(HEALTHY, OTHER, http(403, '{"errors": "no"}')))[0] == (
        f'PASS {NAME}: stranger logs in: refused | HTTP 403: {{"errors": "no"}}'
    )


def test_a_login_that_reads_nothing_is_only_a_login() -> None:
    plan = with_vault(logins=(replace(LOGIN, reads=None),))
    assert len(own(topology=plan)) == 1
    assert len(others(topology=plan)) == 1


def test_a_plan_without_the_workloads_vantage_point_leaves_it_in_doubt() -> None:
    plan = with_vault(logins=(replace(LOGIN, service_account="other"),))
    why = "no vantage point of app/secrets has the service account other"
    assert own(topology=plan)[0].endswith(f"| {why}")
    assert others(topology=plan)[-1].endswith(f"| {why}")
    away = with_vault(target="vm:redis")
    assert own(topology=away)[0].endswith("| no port of vault is planned for HTTP")


def test_without_a_stranger_its_refusal_is_in_doubt() -> None:
    plan = replace(PLAN, vantages=tuple(i for i in PLAN.vantages if i.name != "stranger"))
    why = "no vantage point of app/secrets has another service account"
    assert others(topology=plan)[-1] == (f"UNKNOWN {NAME}: a stranger logs in: refused | {why}")


def test_a_stand_in_is_asked_nothing() -> None:
    for found in (
        own(topology=with_vault(stand_in=True)),
        others(topology=with_vault(stand_in=True)),
    ):
        assert found == [
            f"NOT_APPLICABLE {NAME}: nothing is asked | a stand-in proves nothing of the product"
        ]


# --- synced secrets -------------------------------------------------------------------------------


def placement() -> Placement:
    (found,) = SUBJECTS["synced_secret"](PLAN)
    assert isinstance(found, Placement)
    return found


def synced(
    secrets: tuple[SyncedFact, ...] = (SECRET,), stores: tuple[SyncedFact, ...] = (STORE,)
) -> list[str]:
    found = replace(facts()["app"], external_secrets=seen(secrets), secret_stores=seen(stores))
    return lines(reach_secrets.synced_secret_is_ready, placement(), found)


SYNCED = "secrets/canary in app"


def test_a_synced_secret_and_its_store_are_ready() -> None:
    assert synced() == [
        f"PASS {SYNCED}: ready | ready",
        f"PASS {SYNCED} store secrets/vault: ready | ready",
    ]


@pytest.mark.parametrize(
    ("secrets", "stores", "told"),
    [
        ((), (STORE,), f"FAIL {SYNCED}: an ExternalSecret that is ready | there is none"),
        (
            (replace(SECRET, ready=False, reason="SecretSyncedError", message="no such key"),),
            (STORE,),
            f"FAIL {SYNCED}: ready | not ready: SecretSyncedError: no such key",
        ),
        (
            (replace(SECRET, ready=None),),
            (STORE,),
            f"FAIL {SYNCED}: ready | not looked at by the operator",
        ),
        (
            (SECRET,),
            (replace(STORE, ready=False, reason="InvalidProviderConfig"),),
            f"FAIL {SYNCED} store secrets/vault: ready | not ready: InvalidProviderConfig",
        ),
        (
            (SECRET,),
            (),
            f"FAIL {SYNCED} store secrets/vault: a store that is ready | there is none",
        ),
    ],
)
def test_what_is_not_ready_says_why(
    secrets: tuple[SyncedFact, ...], stores: tuple[SyncedFact, ...], told: str
) -> None:
    assert told in synced(secrets, stores)


def test_a_secret_that_names_no_store_is_judged_alone() -> None:
    assert len(synced((replace(SECRET, store=None),))) == 1


def test_a_cluster_without_the_operator_cannot_be_told() -> None:
    blind = unseen(facts()["app"], "external_secrets", "External Secrets is not installed")
    (told,) = lines(reach_secrets.synced_secret_is_ready, placement(), blind)
    assert told.startswith("UNKNOWN ")
    assert told.endswith("| External Secrets is not installed")
