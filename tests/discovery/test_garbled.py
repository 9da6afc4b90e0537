"""Whatever a cluster calls its things, a draft is made, and it is plain YAML."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

import pytest
import yaml

from tests.discovery import lab
from tests.recorded import base
from trueline.discovery.plan import draft
from trueline.discovery.text import text
from trueline.intent.tree import PARSER
from trueline.model.found import Found

ODD = ("", "x" * 300, "A_b", "\x1b[2J", "a: b", "no", "12", "a/b/c", "*", "\xfcn\xef", "1.2.3.4",
       "{x}", "a\nb", "https://[::x", "10.0.0.0/33")  # fmt: skip
KEPT = frozenset(("kind", "source", "vantage", "at"))


def garbled(value: Any, random: Random) -> Any:
    """The same value with one text in a hundred replaced by an odd one."""
    if isinstance(value, str):
        return random.choice(ODD) if random.random() < 0.01 else value
    if isinstance(value, tuple):
        return tuple(garbled(item, random) for item in value)
    if isinstance(value, dict):
        return {garbled(key, random): garbled(item, random) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.name not in KEPT]
        return replace(value, **{name: garbled(getattr(value, name), random) for name in names})
    return value


def odd(seed: int) -> Found:
    random, plain = Random(seed), lab.found()
    clusters = {
        name: replace(garbled(facts, random), name=name) for name, facts in plain.clusters.items()
    }
    settings = {name: garbled(facts, random) for name, facts in plain.settings.items()}
    return replace(plain, clusters=clusters, settings=settings)


@pytest.mark.parametrize("seed", range(12))
def test_odd_texts_end_neither_a_draft_nor_a_line(seed: int) -> None:
    written = text(draft(odd(seed), today=base.day()))
    assert all(char.isprintable() or char == "\n" for char in written)
    parsed = yaml.load(written, Loader=PARSER)
    assert {"version", "name", "segments", "clusters"} <= set(parsed)
