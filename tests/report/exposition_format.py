"""The text exposition format, version 0.0.4, read by its rules: what Prometheus would take in."""

from __future__ import annotations

import re
from collections.abc import Iterator

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r"[a-zA-Z_][a-zA-Z0-9_]*"
VALUE = r'"((?:[^"\\\n]|\\["\\n])*)"'
PAIR = re.compile(rf"({LABEL})={VALUE}")
SAMPLE = re.compile(rf"({NAME})\{{((?:{LABEL}={VALUE})(?:,{LABEL}={VALUE})*)\}} (\S+)")
TYPE = re.compile(rf"# TYPE ({NAME}) gauge")
HELP = re.compile(rf"# HELP ({NAME}) (?:[^\\\n]|\\\\|\\n)+")
ESCAPES = {r"\\": "\\", r"\"": '"', r"\n": "\n"}

Sample = tuple[str, frozenset[tuple[str, str]]]


def read(text: str) -> dict[Sample, float]:
    """Every sample. Raises AssertionError where a rule of the format is broken."""
    assert text.endswith("\n"), "the last line must end with a line feed"
    found: dict[Sample, float] = {}
    typed: list[str] = []
    helped = ""
    for line in text.split("\n")[:-1]:
        if match := HELP.fullmatch(line):
            helped = match[1]
        elif match := TYPE.fullmatch(line):
            assert match[1] == helped, f"TYPE without its HELP: {line}"
            assert match[1] not in typed, f"a metric is in two groups: {line}"
            typed.append(match[1])
        else:
            match = SAMPLE.fullmatch(line)
            assert match, f"no sample: {line}"
            assert typed[-1:] == [match[1]], f"a sample outside its group: {line}"
            sample = match[1], frozenset(_pairs(match[2]))
            assert sample not in found, f"a sample stands there twice: {line}"
            found[sample] = float(match[len(match.groups())])
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    names = []
    for match in PAIR.finditer(text):
        names.append(match[1])
        yield match[1], re.sub(r'\\["\\n]', lambda one: ESCAPES[one[0]], match[2])
    assert len(names) == len(set(names)), f"a label stands there twice: {text}"
