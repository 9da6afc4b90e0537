"""Loads the Hypothesis profile before any property is collected, and writes down what was tried."""

import os

import pytest

from tests.properties.profiles import load
from tests.security import tally

load(os.environ)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Leave the counts for `python -m tools.security`, where it asked for them."""
    tally.write(os.environ, passed=exitstatus == 0)
