"""Admission webhooks: whoever must be asked about a change can be asked."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, some
from trueline.model.observation import ClusterFacts
from trueline.model.topology import Cluster
from trueline.requirements.clusters import CLU_070


@check(
    CLU_070,
    remedy="Compare the selector of the webhook's Service with its pods, and see why none is "
    "ready; a configuration that outlived its program is to be deleted.",
)
def required_webhooks_have_endpoints(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Every webhook that the API must ask has a ready endpoint behind its Service.

    Whether it answers, only a change would tell. One that is called at a URL is not looked at.
    """
    ready = {item.service for item in facts.endpoints.value if item.ready}
    asked: dict[str, str] = {}
    for webhook in facts.webhooks.value:
        if webhook.required and webhook.service is not None:
            asked.setdefault(webhook.service, webhook.name.partition("/")[0])
    if not asked:
        yield not_applicable(cluster, why="there is no webhook that must be asked", at=cluster.at)
        return
    missing = [
        f"{service} of {configuration}"
        for service, configuration in asked.items()
        if service not in ready
    ]
    yield holds(
        f"{cluster} Services of webhooks that must be asked",
        not missing,
        expected=f"a ready endpoint behind each of {len(asked)}",
        observed=f"none behind {some(sorted(missing))}" if missing else "one behind each",
        at=cluster.at,
        evidence=(facts.webhooks.origin, facts.endpoints.origin),
    )
