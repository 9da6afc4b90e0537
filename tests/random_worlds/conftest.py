"""Loads the Hypothesis profile before any property is collected."""

import os

from tests.properties.profiles import load

load(os.environ)
