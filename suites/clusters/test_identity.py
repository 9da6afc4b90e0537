"""Each cluster answers, is the pinned one and nobody's twin, and was judged at rest."""

import pytest

from trueline.checks.clusters import (
    api_answers,
    cluster_is_at_rest,
    identity_is_the_pinned_one,
    two_contexts_are_two_clusters,
    version_is_as_planned,
)
from trueline.checks.clusters_certificates import api_certificate_is_for_its_callers
from trueline.checks.clusters_servers import endpoint_answers_while_a_server_does


@pytest.mark.verifies(api_answers)
def test_api_answers(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(identity_is_the_pinned_one)
def test_identity_is_the_pinned_one(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(two_contexts_are_two_clusters)
def test_two_contexts_are_two_clusters(cluster_pair, snapshot, judge):
    one, other = cluster_pair
    judge(cluster_pair, snapshot.clusters[one.name], snapshot.clusters[other.name])


@pytest.mark.verifies(version_is_as_planned)
def test_version_is_as_planned(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(api_certificate_is_for_its_callers)
def test_api_certificate_is_for_its_callers(cluster, topology, answers, judge):
    judge(cluster, topology, answers)


@pytest.mark.verifies(endpoint_answers_while_a_server_does)
def test_endpoint_answers_while_a_server_does(cluster, topology, answers, judge):
    judge(cluster, topology, answers)


@pytest.mark.verifies(cluster_is_at_rest)
def test_cluster_is_at_rest(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])
