"""What is otherwise in a text, as a unified diff that `patch` and `git apply -p0` take."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

_CONTEXT = 3  # lines before and after a change


def unified(old: str, new: str, file: str) -> Iterator[str]:
    """The lines of the diff, without line ends of their own; none where nothing is otherwise.

    Unlike `difflib.unified_diff`, lines that stand in a file often are matched like all others:
    clusters have most of their lines in common, and would be shown as moved.
    """
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if before == after:
        return
    yield f"--- {file}"
    yield f"+++ {file}"
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        (_, first, _, there, _), (_, _, last, _, end) = group[0], group[-1]
        yield f"@@ -{_extent(first, last)} +{_extent(there, end)} @@"
        for tag, low, high, start, stop in group:
            if tag == "equal":
                yield from _marked(" ", before[low:high])
            else:
                yield from _marked("-", before[low:high])
                yield from _marked("+", after[start:stop])


def _extent(first: int, last: int) -> str:
    count = last - first
    line = first + 1 if count else first  # of no lines, the one before them is named
    return str(line) if count == 1 else f"{line},{count}"


def _marked(sign: str, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield sign + line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"
