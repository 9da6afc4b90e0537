"""Text that was observed or written by others, as it may be shown: it may hold anything."""

from __future__ import annotations

import re


def printable(text: str) -> str:
    """The text with whatever would break or hide on a line escaped."""
    if text.isprintable():  # nearly every text is, and there are thousands in a run
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def one_line(value: object) -> str:
    """Any text on one line, whoever wrote it."""
    return printable(" ".join(str(value).split()))


def uncalled(markdown: str) -> str:
    """Markdown in which `@name` calls nobody.

    GitHub and GitLab send a message to whom it names, but not where the @ is code.
    """
    return re.sub(r"(?<!\w)@(?=\w)", "`@`", markdown)


def clipped(text: str, most: int) -> str:
    """At most so many characters of the text, three dots included where some are left out."""
    return text if len(text) <= most else f"{text[: most - 3]}..."
