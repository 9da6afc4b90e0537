"""What acts in other clusters, or reads from them: Argo CD and Grafana."""

import pytest

from trueline.checks.reach_deployments import (
    application_is_deployed,
    argocd_is_connected,
)
from trueline.checks.reach_sources import data_source_reaches_its_product


@pytest.mark.verifies(application_is_deployed)
def test_application_is_deployed(application, topology, snapshot, judge):
    judge(application, topology, snapshot)


@pytest.mark.verifies(argocd_is_connected)
def test_argocd_is_connected(cluster_link, topology, snapshot, answers, judge):
    judge(cluster_link, topology, snapshot, answers)


@pytest.mark.verifies(data_source_reaches_its_product)
def test_data_source_reaches_its_product(data_source, topology, answers, judge):
    judge(data_source, topology, answers)
