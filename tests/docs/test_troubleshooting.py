"""The lists of docs/troubleshooting.md: of requirements that exist, in the order of the ladder."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.docs.commands import ROOT
from tools.catalogue import read
from trueline.diagnose.ladder import rung

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
ID = re.compile(r"\b[A-Z][A-Z0-9]+-\d{3}\b")
PARTS = {part.splitlines()[0]: part for part in PAGE.split("### ")[1:]}


def test_every_requirement_exists() -> None:
    known = {one.id for _, found in read().areas.values() for one in found}
    assert set(ID.findall(PAGE)) <= known


@pytest.mark.parametrize("symptom", [name for name, part in PARTS.items() if "\n1. " in part])
def test_a_list_climbs_the_ladder(symptom: str) -> None:
    lines = [line for line in PARTS[symptom].splitlines() if re.match(r"\d\. ", line)]
    heights = [[rung(name).height for name in ID.findall(line)] for line in lines]
    assert all(min(above) >= min(below) for below, above in pairwise(heights))
