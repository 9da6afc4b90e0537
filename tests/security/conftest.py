"""Loads the Hypothesis profile before any property is collected, and writes down what was tried."""

import os

import pytest
from kubernetes.client import CoreV1Api
from kubernetes.stream import stream

from tests.properties.profiles import load
from tests.security import tally

load(os.environ)

# To import them takes seconds on a busy machine, which are not to be those of a pod that is asked.
_NEEDED = (CoreV1Api, stream)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Leave the counts for `python -m tools.security`, where it asked for them."""
    tally.write(os.environ, passed=exitstatus == 0)
