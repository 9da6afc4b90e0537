"""Raw JSON of admission webhooks into facts. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trueline.model.observation import WebhookFact

Json = dict[str, Any]

ROOT = "/apis/admissionregistration.k8s.io/v1"


def webhooks(item: Json) -> Iterator[WebhookFact]:
    """The webhooks of a ValidatingWebhookConfiguration or a MutatingWebhookConfiguration."""
    for one in item.get("webhooks") or ():
        service = one["clientConfig"].get("service")
        yield WebhookFact(
            name=f"{item['metadata']['name']}/{one['name']}",
            service=f"{service['namespace']}/{service['name']}" if service else None,
            # The API server fills in the default, Fail; only an explicit Ignore lets pass.
            required=one.get("failurePolicy") != "Ignore",
        )
