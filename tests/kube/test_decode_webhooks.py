from __future__ import annotations

from pathlib import Path

from tests.kube.api import WEBHOOKS as ROOT
from tests.kube.api import FakeApi, status
from tests.kube.looking import look
from tests.kube.objects import WEBHOOKS, but
from trueline.model.observation import Unobserved, WebhookFact
from trueline.probes.kube_decode_webhooks import webhooks

HOOKS = [
    WebhookFact(
        name="metallb/pools.metallb.io", service="metallb-system/webhook-service", required=True
    ),
    WebhookFact(name="metallb/perhaps.metallb.io", service="metallb-system/other", required=False),
    WebhookFact(name="metallb/far.metallb.io", service=None, required=True),
]


def test_webhooks_by_service_and_by_whether_they_must_be_asked() -> None:
    assert list(webhooks(WEBHOOKS)) == HOOKS


def test_a_configuration_may_have_no_webhook() -> None:
    assert list(webhooks(but(WEBHOOKS, "webhooks", None))) == []


def test_webhooks_of_both_kinds_are_part_of_a_cluster(api: FakeApi, config: Path) -> None:
    assert list(look(config).webhooks.value) == HOOKS


def test_one_kind_alone_is_a_gap(api: FakeApi, config: Path) -> None:
    api.routes[f"{ROOT}/mutatingwebhookconfigurations"] = status(403, "forbidden")
    gap = look(config).webhooks
    assert isinstance(gap, Unobserved)
    assert gap.reason == (
        "the kubeconfig may not list mutatingwebhookconfigurations.admissionregistration.k8s.io:"
        " forbidden"
    )
