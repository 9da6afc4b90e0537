"""What a YAML parser complains about, said so that the line can be corrected."""

from __future__ import annotations

import yaml

from trueline.intent.fault import Fault, quoted
from trueline.model.source import Source

# (part of the parser's context or problem, whether the fault lies where the context began, what,
# remedy); the first that matches. Both parsers (libyaml and the pure one) are covered.
_MEANINGS: tuple[tuple[str, bool, str, str], ...] = (
    (
        "flow sequence",
        True,
        "the list opened on this line is not well formed",
        "separate its values with commas and close it with ]",
    ),
    (
        "flow node",
        False,
        "a value is missing in a list or mapping that was opened with [ or {",
        "write the value, or close it with ] or }",
    ),
    (
        "flow mapping",
        True,
        "the mapping opened on this line is not well formed",
        "write {key: value, key: value}, and quote text that ends with a colon",
    ),
    (
        "unexpected end of stream",
        True,
        "the quoted text that starts on this line does not end",
        "close the quotes",
    ),
    (
        "unknown escape",
        False,
        "the quoted text has an unknown escape",
        "use single quotes, in which a backslash is a backslash",
    ),
    (
        "mapping values are not allowed",
        False,
        "the line has a second colon that looks like a key's",
        "put nested keys on lines of their own, and text with a colon in quotes",
    ),
    (
        "simple key",
        True,
        "the line is neither key nor value",
        "write key: value",
    ),
    (
        "cannot start any token",
        False,
        "a value starts with a character that YAML reserves",
        "put the value in quotes",
    ),
    (
        "parsing a block",
        False,
        "the line does not fit what stands above it",
        "indent the keys of one mapping alike, and quote a text as a whole",
    ),
)
_ELSE = (False, "the line is not YAML", "correct it, or put the text in quotes")


def syntax_fault(error: yaml.YAMLError, text: str, file: str) -> Fault:
    """The fault for a parser's error, at the line where it is to be corrected."""
    said = [str(getattr(error, part, None)) for part in ("context", "problem")]
    at_context, what, remedy = next(
        (meaning[1:] for meaning in _MEANINGS if any(meaning[0] in part for part in said)), _ELSE
    )
    mark = getattr(error, "context_mark" if at_context else "problem_mark", None)
    lines = text.split("\n")
    line = min(mark.line if mark else 0, len(lines) - 1)
    while line and not lines[line].strip():  # nobody can correct a line on which nothing stands
        line -= 1
    return Fault(
        at=Source(file, line + 1), what=what, value=quoted(lines[line].strip()), remedy=remedy
    )
