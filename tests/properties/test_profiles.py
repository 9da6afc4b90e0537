"""The profiles really are loaded: a profile that is only registered changes nothing."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.properties.profiles import DEFAULT, examples, load


@pytest.fixture
def loaded_again():  # type: ignore[no-untyped-def]
    yield
    load(os.environ)


def test_the_profile_of_this_run_is_loaded() -> None:
    assert settings.get_current_profile_name() == os.environ.get("HYPOTHESIS_PROFILE", DEFAULT)
    assert settings().deadline is None


def test_by_default_the_examples_are_the_same_every_time(loaded_again: None) -> None:
    assert load({}) == "ci"
    assert (settings().derandomize, settings().database, settings().max_examples) == (
        True,
        None,
        30,
    )


def test_exploring_looks_for_new_examples(loaded_again: None) -> None:
    assert load({"HYPOTHESIS_PROFILE": "explore"}) == "explore"
    assert (settings().derandomize, settings().max_examples) == (False, 1000)
    assert examples(0.1).max_examples == 100


def test_an_unknown_profile_is_an_error() -> None:
    with pytest.raises(Exception, match="Profile 'nightly' is not registered"):
        load({"HYPOTHESIS_PROFILE": "nightly"})
