"""Hostile input as strategies: bytes near to what is expected, and names made to mislead."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

ESCAPES = (
    "\x1b[2J\x1b[H",  # clears the screen
    "\x1b]0;owned\x07",  # sets the title of the window
    "\x1b]8;;http://evil.test\x07",  # begins a link
    "\x9b31m",  # CSI in one character
    "\r",
    "\x00",
    "\x08\x08",
    "\u202e",  # right-to-left override
    "\u2066",  # isolate
    "\u200b",
    "\u2028",
    "\ufeff",
    "\U000e0041",  # an invisible tag character
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</svg><svg onload=alert(1)>",
    "]]>",
    "&lt;b&gt;",
    "[x](http://evil.test)",
    "![x](http://evil.test/p.png)",
    "http://evil.test",
    "`id`",
    "$(id)",
    '"><b>',
    "';--",
    "| a | b |",
    "\n# heading",
    "<!channel>",
    "@everyone",
    "{param_id}",
    "%s%n",
    '"} 1\nfake_metric 1',
)


@st.composite
def changed(draw: st.DrawFn, healthy: Sequence[bytes]) -> bytes:
    """One of some good messages with pieces cut out, overwritten, doubled or put in."""
    data = bytearray(draw(st.sampled_from(healthy)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
        elif kind == 1:
            del data[at : at + draw(st.integers(1, 40))]
        elif kind == 2:
            data[at:at] = data[at : at + draw(st.integers(1, 40))]
        elif kind == 3:
            data[at:at] = draw(st.binary(max_size=12))
        else:
            data[at : at + 2] = draw(st.sampled_from([b"\xff\xff", b"\0\0", b"\xc0\x0c", b"-1"]))
    return bytes(data)


def near(*healthy: bytes) -> st.SearchStrategy[bytes]:
    """Mostly good messages gone bad, and now and then nothing but noise."""
    return st.one_of(changed(healthy), changed(healthy), st.binary(max_size=300))


names = st.lists(
    st.one_of(st.sampled_from(ESCAPES), st.sampled_from(MARKUP), st.text(max_size=6)),
    min_size=1,
    max_size=4,
).map("".join)
"""Names of things in a cluster as their owner may have chosen them, valid or not."""
