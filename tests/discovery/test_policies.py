"""NetworkPolicies in the words of a plan; what it has no words for is left open, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.discovery.drafting import app, drafted, found, gaps, set_up, values
from tests.live import pod, with_more
from trueline.model.found import Found
from trueline.model.observation import NOT_LISTED, PolicyFact
from trueline.model.settings import GrantFact, PeerFact, RuleFact, SettingsFacts

ENGINE = replace(pod("kube-system", "kr-1", None), images={"a": "cloudnativelabs/kube-router:v2"})
WHERE = "policies.app.shop"
NODES = ("192.168.64.21", "192.168.64.22", "192.168.64.23")
TUNNELS = tuple(f"10.245.{node}.{end}" for node in (0, 1, 2) for end in (0, 1))


def granted(*rules: RuleFact, whole: bool = True, engine: bool = True) -> Found:
    facts = with_more(app(), "pods", ENGINE) if engine else app()
    grant = GrantFact(namespace="shop", name="only", whole=whole, rules=rules)
    return found(facts, settings=set_up(grants=(grant,)))


def let_in(*peers: PeerFact, ports: tuple[tuple[int, str], ...] = ()) -> RuleFact:
    return RuleFact(peers=peers, ports=ports)


def hosts(*addresses: str) -> tuple[PeerFact, ...]:
    return tuple(PeerFact(block=f"{one}/32") for one in addresses)


@pytest.mark.parametrize(
    ("rules", "policy"),
    [
        ((), {"allow_from": []}),
        ((let_in(PeerFact(namespace="web")),), {"allow_from": ["pods:app/web"]}),
        ((let_in(PeerFact(namespace="web"), PeerFact()),), {"allow_from": ["pods:app"]}),
        (
            (let_in(PeerFact(namespace="web"), ports=((80, "TCP"), (53, "UDP"))),),
            {"allow_from": ["pods:app/web"], "ports": ["80/TCP", "53/UDP"]},
        ),
        ((let_in(*hosts(*NODES, *TUNNELS)),), {"allow_from": ["nodes:app"]}),
        ((let_in(PeerFact(block="192.168.64.0/24")),), {"allow_from": ["segment:lan"]}),
        (
            (let_in(PeerFact(namespace="web")), let_in(PeerFact(namespace="web"))),
            {"allow_from": ["pods:app/web"]},
        ),
    ],
)
def test_what_a_plan_can_say(rules: tuple[RuleFact, ...], policy: dict[str, Any]) -> None:
    assert values(granted(*rules))["policies"] == {"app": {"shop": policy}}


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ((RuleFact(peers=None, ports=()),), "it lets everybody in"),
        (
            (let_in(PeerFact(other="some pods by their labels")),),
            "it lets in some pods by their labels",
        ),
        (
            (RuleFact(peers=(), ports=(), other="ports that are named, or a range of them"),),
            "it names ports that are named, or a range of them",
        ),
        (
            (let_in(PeerFact(namespace="a"), ports=((1, "TCP"),)), let_in(PeerFact(namespace="b"))),
            "not everybody may enter the same ports",
        ),
        (
            (let_in(PeerFact(namespace="a"), ports=((1, "SCTP"),)),),
            "it names a protocol beside TCP and UDP",
        ),
        (
            (let_in(*hosts(*NODES, "192.0.2.9")),),
            "it lets in 192.0.2.9, which is nothing of the plan",
        ),
        (
            (let_in(PeerFact(block="10.0.0.0/8")),),
            "it lets in 10.0.0.0/8, which is no segment",
        ),
        ((let_in(PeerFact(namespace="Not_One")),), "it names a namespace that a plan cannot"),
    ],
)
def test_what_a_plan_cannot_say(rules: tuple[RuleFact, ...], why: str) -> None:
    of = granted(*rules)
    assert "policies" not in values(of)
    assert gaps(of)[WHERE] == f"{why} (NetworkPolicy only)"


def test_a_policy_for_some_pods_and_one_that_nothing_enforces() -> None:
    assert gaps(granted(whole=False))[WHERE] == (
        "it selects some pods of the namespace only (NetworkPolicy only)"
    )
    assert gaps(granted(engine=False))[WHERE] == (
        "no engine that is known enforces it (NetworkPolicy only)"
    )


def test_policies_that_could_not_be_read_whole_are_named() -> None:
    policy = PolicyFact(namespace="shop", name="only", types=frozenset(), whole=True)
    of = found(with_more(app(), "policies", policy))
    assert gaps(of)[WHERE] == "what may enter it: it was not listed"
    assert SettingsFacts().grants is NOT_LISTED


@pytest.mark.parametrize(
    "image",
    ["docker.io/calico/node:v3", "quay.io/cilium/cilium:v1@sha256:0", "antrea/antrea-agent-ubuntu"],
)
def test_engines_that_are_known(image: str) -> None:
    engine = replace(ENGINE, images={"a": image})
    grant = GrantFact(namespace="shop", name="only", whole=True, rules=())
    of = found(with_more(app(), "pods", engine), settings=set_up(grants=(grant,)))
    assert values(of)["clusters"]["app"]["cni"]["policy_enforced"] is True


def test_enforcement_is_drafted_only_with_a_policy_to_try_it_by() -> None:
    of = found(with_more(app(), "pods", ENGINE), settings=set_up(grants=()))
    assert gaps(of)["clusters.app.cni.policy_enforced"] == (
        "kube-system/kr-1 may; no policy is drafted to try it by"
    )
    assert "policies" not in {part.key for part in drafted(of).parts}
