"""Who must be asked about a change can be asked."""

import pytest

from trueline.checks.webhooks import required_webhooks_have_endpoints


@pytest.mark.verifies(required_webhooks_have_endpoints)
def test_required_webhooks_have_endpoints(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])
