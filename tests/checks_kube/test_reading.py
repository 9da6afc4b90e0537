"""How MetalLB reads objects: selectors, versions, requests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.live import advertisement, balancer, facts_for, with_each
from tests.worlds import world
from trueline.model.metallb import matches, requested, selects, tag_version, versions
from trueline.model.observation import NotObserved, SelectorFact

LABELS = {"tier": "gold"}


@pytest.mark.parametrize(
    ("expression", "matched"),
    [
        (("tier", "In", ("gold", "silver")), True),
        (("tier", "In", ("silver",)), False),
        (("tier", "NotIn", ("silver",)), True),
        (("tier", "NotIn", ("gold",)), False),
        (("zone", "NotIn", ("a",)), True),
        (("tier", "Exists", ()), True),
        (("zone", "Exists", ()), False),
        (("zone", "DoesNotExist", ()), True),
        (("tier", "DoesNotExist", ()), False),
        (("tier", "Near", ("gold",)), False),
    ],
)
def test_an_expression_matches_as_kubernetes_has_it(
    expression: tuple[str, str, tuple[str, ...]], matched: bool
) -> None:
    assert matches(SelectorFact(match_labels={}, expressions=(expression,)), LABELS) is matched


def test_exact_labels_and_expressions_have_to_match_both() -> None:
    absent = ("zone", "Exists", ())
    assert matches(SelectorFact(match_labels={}), {})
    assert matches(SelectorFact(match_labels=LABELS), LABELS)
    assert not matches(SelectorFact(match_labels={"tier": "silver"}), LABELS)
    assert not matches(SelectorFact(match_labels=LABELS, expressions=(absent,)), LABELS)


def test_names_and_selectors_of_an_advertisement_add_up() -> None:
    both = advertisement("x", pools=("a",), pool_selectors=(SelectorFact(match_labels=LABELS),))
    assert selects(both, "a", {})
    assert selects(both, "b", LABELS)
    assert not selects(both, "b", {})


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("quay.io/metallb/speaker:v0.13.12", (0, 13, 12)),
        ("registry.test:5000/metallb/speaker:0.15", (0, 15)),
        ("quay.io/metallb/speaker:v0.14.9-debian@sha256:ab", (0, 14, 9)),
    ],
)
def test_a_tag_is_a_version(image: str, version: tuple[int, ...]) -> None:
    assert tag_version(image) == version


@pytest.mark.parametrize("image", ["speaker", "speaker:main", "registry.test:5000/speaker"])
def test_a_tag_that_is_none_is_not_guessed(image: str) -> None:
    with pytest.raises(NotObserved, match="names no version"):
        tag_version(image)


def test_a_sidecar_has_no_say_in_the_version() -> None:
    facts = with_each(
        facts_for(world())["app"],
        "workloads",
        lambda item: replace(item, images=("example.test/metrics:v9.9", *item.images)),
    )
    assert versions(facts, "metallb-system") == {"controller": (0, 13, 12), "speaker": (0, 13, 12)}


def test_what_is_no_address_is_not_requested() -> None:
    asking = balancer("a/b", load_balancer_ip="fd00::1, none, 10.0.0.1")
    assert [str(item) for item in requested(asking, (0, 13, 12))] == ["fd00::1", "10.0.0.1"]
