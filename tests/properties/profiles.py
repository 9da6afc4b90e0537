"""Hypothesis profiles: the same examples every time, or as many new ones as wanted.

`HYPOTHESIS_PROFILE=explore pytest tests/properties` looks for new counterexamples; the default
repeats itself, so that a red run is red again.
"""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import HealthCheck, settings

DEFAULT = "ci"

# Machines that run tests are slow at times; a deadline would report that as a defect.
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "explore",
    derandomize=False,  # hypothesis turns it on by itself where it sees a CI server
    deadline=None,
    max_examples=1000,
    suppress_health_check=[HealthCheck.too_slow],
)


def load(environment: Mapping[str, str]) -> str:
    """Load the profile the environment names, and say which."""
    name = environment.get("HYPOTHESIS_PROFILE", DEFAULT)
    settings.load_profile(name)
    return name


def examples(share: float) -> settings:
    """The loaded profile with a share of its examples, for tests that run once for each of many."""
    loaded = settings.get_profile(settings.get_current_profile_name())
    return settings(loaded, max_examples=max(2, round(loaded.max_examples * share)))
