"""What an unquoted YAML scalar is, by the core schema of YAML 1.2 (section 10.3.2).

Stricter than the core schema where writers are known to mean something else: `010`, `0o10`, `0x1F`,
`1_000`, `12:30`, `yes`, `off` and dates are text, and `trap` says why to who wanted a number or a
truth value.
"""

from __future__ import annotations

import re
from collections.abc import Callable

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TRUTHS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
DIGITS = 18  # of an integer; a longer one stays text, no field of a topology holds it

_INTEGER = re.compile(rf"[-+]?(0|[1-9][0-9]{{0,{DIGITS - 1}}})")
_DECIMAL = re.compile(
    rf"[-+]?(\.[0-9]{{1,{DIGITS}}}|(0|[1-9][0-9]{{0,{DIGITS - 1}}})(\.[0-9]{{0,{DIGITS}}})?)"
    r"([eE][-+]?[0-9]{1,2})?"
)

Scalar = str | int | float | bool | None


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar; text where nothing else fits."""
    if text in NULLS:
        return None
    if text in TRUTHS:
        return TRUTHS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


_FALSE_WORDS = {"no": "false", "n": "false", "off": "false"}
_WORDS = {"yes": "true", "y": "true", "on": "true", **_FALSE_WORDS}


def truth_trap(text: str) -> str:
    """What to write where a truth value is wanted and `text` was found."""
    word = text.strip().casefold()
    if word in _WORDS:
        return f"write {_WORDS[word]}, because YAML 1.2 reads {word} as text"
    if word in {"true", "false"}:
        return f"write {word} without quotes"
    return "write true or false"


def _octal(match: re.Match[str]) -> str:
    return f"write {int(match[0])} without leading zeros, because some readers take them for octal"


def _sexagesimal(match: re.Match[str]) -> str:
    return f"write {int(match[1]) * 60 + int(match[2])}, because YAML 1.2 reads a:b as text"


def _based(match: re.Match[str]) -> str:
    number = int(match[0], 0)  # of the base that it is written in
    return f"write {number}, in decimal"


_TRAPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"0[0-9]{1,18}"), _octal),
    (re.compile(r"([0-9]{1,4}):([0-5]?[0-9])"), _sexagesimal),
    (re.compile(r"0[xX][0-9a-fA-F]{1,15}|0[oO][0-7]{1,18}"), _based),
    (re.compile(r"[0-9][0-9_]{1,24}_[0-9_]*|[0-9]_[0-9_]*"), lambda m: _plain(m[0])),
    (
        re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?(?:s|sec|secs|second|seconds)"),
        lambda m: f"write {m[1]}, because times are plain numbers of seconds",
    ),
    (
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*", re.DOTALL),
        lambda _: "write a number, because YAML 1.2 reads a date as text",
    ),
    (_DECIMAL, lambda m: f"write {m[0]} without quotes"),
)


def _plain(text: str) -> str:
    return f"write {text.replace('_', '')}, without underscores"


def number_trap(text: str) -> str:
    """What to write where a number is wanted and `text` was found."""
    for pattern, advice in _TRAPS:
        if match := pattern.fullmatch(text.strip()):
            return advice(match)
    return "write a number"
