"""The certificates of the APIs: valid already, and for long enough."""

import pytest

from trueline.checks.clocks_certificates import (
    api_certificate_is_valid_already,
    api_certificate_is_valid_long_enough,
)


@pytest.mark.verifies(api_certificate_is_valid_already)
def test_api_certificate_is_valid_already(cluster, topology, answers, judge):
    judge(cluster, topology, answers)


@pytest.mark.verifies(api_certificate_is_valid_long_enough)
def test_api_certificate_is_valid_long_enough(cluster, topology, answers, judge):
    judge(cluster, topology, answers)
