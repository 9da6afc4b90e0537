"""What a Vault is asked: by the workloads that may log in, by one that may not, and by nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from trueline.model.places import namespace_of
from trueline.model.probe import Probe
from trueline.model.product import Login, Product
from trueline.model.targets import Target, web
from trueline.model.topology import Topology, Vantage
from trueline.questions.delivery import JSON, ask
from trueline.questions.question import Question, Scene, probe

TOKEN_FILE = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_TOKEN = "X-Vault-Token"


def workload(topology: Topology, login: Login) -> Vantage | None:
    """The vantage point with the service account of a login; None where the plan has none."""
    return next(
        (
            item
            for item in _beside(topology, login)
            if item.service_account == login.service_account
        ),
        None,
    )


def namesakes(topology: Topology, login: Login) -> tuple[Vantage, ...]:
    """The vantage points of other clusters whose service account is called as that of a login.

    Vault compares the names alone: it lets one of them in when it asks that cluster about tokens.
    """
    return tuple(
        item
        for item in topology.vantages
        if item.kind == "pod"
        and item.cluster != login.cluster
        and namespace_of(item) == login.namespace
        and item.service_account == login.service_account
        and not item.in_mesh
    )


def strangers(topology: Topology, product: Product, login: Login) -> tuple[Vantage, ...]:
    """The vantage points beside a login whose service accounts have none at this Vault."""
    known = {
        (one.cluster, one.namespace, one.service_account)
        for one in product.logins
        if one.mount == login.mount and one.role == login.role
    }
    return tuple(
        item
        for item in _beside(topology, login)
        if item.service_account is not None
        and (login.cluster, login.namespace, item.service_account) not in known
    )


def _beside(topology: Topology, login: Login) -> list[Vantage]:
    return [
        item
        for item in topology.vantages
        if item.kind == "pod"
        and item.cluster == login.cluster
        and namespace_of(item) == login.namespace
        and not item.in_mesh
    ]


def name(product: Product, login: Login) -> str:
    """The name of the question whether who asks can log in and read."""
    return f"log in at {product} by {login.mount} as {login.role}"


def untokened(product: Product, login: Login) -> str:
    """The name of the question what a secret says to who brings no token."""
    return f"read {login.reads} of {product} without a token"


def asked(scene: Scene) -> Iterator[Question]:
    """Every login of every Vault that is no stand-in."""
    topology = scene.topology
    for product in topology.products:
        target = web(topology, product)
        if product.kind != "vault" or product.stand_in or target is None:
            continue
        for login in product.logins:
            mine = workload(topology, login)
            others = (*strangers(topology, product, login), *namesakes(topology, login))
            for vantage in (mine, *others):
                if vantage is not None:
                    yield Question(
                        vantage=vantage.name,
                        name=name(product, login),
                        probe=conversation(topology, target, login),
                    )
            if mine is not None and login.reads is not None:
                step = ask(target, f"/v1/{login.reads}")
                yield Question(
                    vantage=mine.name,
                    name=untokened(product, login),
                    probe=probe(topology.budgets, step),
                )


def conversation(topology: Topology, target: Target, login: Login) -> Probe:
    """Log in with the own token of the vantage point, read, and give the login back.

    The token of the service account and the one that Vault gives are blotted out of the answers;
    of the secret nothing but the head of the answer is given back.
    """
    body = json.dumps({"role": login.role, "jwt": f"{{file:{TOKEN_FILE}}}"})
    entering = replace(
        ask(target, f"/v1/auth/{login.mount}/login", (JSON,), body=body),
        keep=(("token", ("auth", "client_token")), ("accessor", ("auth", "accessor"))),
    )
    mine = ((_TOKEN, "{keep:token}"),)
    steps = [entering]
    if login.reads is not None:
        steps.append(replace(ask(target, f"/v1/{login.reads}", mine), read="head"))
    steps.append(replace(ask(target, "/v1/auth/token/revoke-self", mine, body=""), read="head"))
    return probe(topology.budgets, *steps)
