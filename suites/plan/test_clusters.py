"""The clusters: told apart, reachable at a planned endpoint, with stated versions."""

import pytest

from trueline.checks.plan_clusters import (
    api_endpoint_is_planned,
    api_endpoint_outlives_any_one_node,
    contexts_are_distinct,
    identities_are_distinct,
    versions_are_stated,
)


@pytest.mark.verifies(api_endpoint_is_planned)
def test_api_endpoint_is_planned(cluster, judge):
    judge(cluster)


@pytest.mark.verifies(api_endpoint_outlives_any_one_node)
def test_api_endpoint_outlives_any_one_node(cluster, judge):
    judge(cluster)


@pytest.mark.verifies(contexts_are_distinct)
def test_contexts_are_distinct(cluster_pair, judge):
    judge(cluster_pair)


@pytest.mark.verifies(identities_are_distinct)
def test_identities_are_distinct(cluster_pair, judge):
    judge(cluster_pair)


@pytest.mark.verifies(versions_are_stated)
def test_versions_are_stated(cluster, judge):
    judge(cluster)
