"""Whatever the bytes: a topology, or its errors. 10,000 files, the same ones every run."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.intent.plans import SMALL, WIDE
from trueline.intent import tree
from trueline.intent.document import LIMIT
from trueline.intent.fault import InvalidTopology
from trueline.intent.load import read
from trueline.model.topology import Topology

ROOT = Path(__file__).resolve().parents[2]
FILES = 10_000
_WORDS = """
yes no on off ~ null true 010 0x1f 12:30 1_000 1e999 .nan .inf 2027-01-01 -0 +5 99999999999999999999
&a *a << !!int !x %YAML --- ... | > ? : - , [ ] { } {} [] # @ ` ' " \\ 1.1.1.1/33
::1 fe80::1%eth0 10.0.0.1-2 10.0.0.0/8 https://[:: 0/TCP 65536/UDP vm: pods:a/b/c
"""
SCRAPS = (
    *_WORDS.split(),
    *("\t", "\0", "\r", "\x85", "\u2028", "\ufeff", "\U0001f600", "\xff"),
    *("\n", "\n  ", "\n      - ", ": ", "- ", "{a: ", "[[[[", "<<: *a"),
)


def mutated(chance: random.Random, data: bytes) -> bytes:
    """The bytes with a few changed, dropped, doubled or put in."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(out) + 1)
        match chance.randrange(6):
            case 4 | 5:
                out[at : at + 1] = chance.choice(b"0123456789abcdef -.").to_bytes(1, "big")
            case 0:
                out[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del out[at : at + chance.randint(1, 30)]
            case 2:
                out[at:at] = out[at : at + chance.randint(1, 60)]
            case _:
                out[at:at] = chance.choice(SCRAPS).encode("utf-8", "surrogatepass")
    return bytes(out)


def recounted(chance: random.Random, text: str) -> bytes:
    """The text with one digit changed."""
    digit = chance.choice([match.start() for match in re.finditer("[0-9]", text)])
    return f"{text[:digit]}{chance.randrange(10)}{text[digit + 1 :]}".encode()


def spliced(chance: random.Random, text: str, other: list[str]) -> bytes:
    """The text with some of its tokens swapped for tokens of another file."""
    tokens = re.split(r"(\s+|[\[\]{},:])", text)
    for _ in range(chance.randint(1, 6)):
        tokens[chance.randrange(len(tokens))] = chance.choice(chance.choice((other, SCRAPS)))
    return "".join(tokens).encode("utf-8", "surrogatepass")


def grown(chance: random.Random, depth: int = 0) -> object:
    """A random value of YAML."""
    kind = chance.randrange(7 if depth < 4 else 5)
    if kind == 5:
        return [grown(chance, depth + 1) for _ in range(chance.randint(0, 4))]
    if kind == 6:
        keys = (
            "version",
            "name",
            "segments",
            "clusters",
            "lan",
            "flows",
            "from",
            "a b",
            "",
            1,
            None,
        )
        return {chance.choice(keys): grown(chance, depth + 1) for _ in range(chance.randint(0, 5))}
    return chance.choice((None, True, 1, -2.5, "x", "10.0.0.1", "é\u2028", "", 10**30, "a: b"))


def files() -> Iterator[bytes]:
    chance = random.Random(20251117)
    reference = (ROOT / "topology.yaml").read_text(encoding="utf-8")
    other = re.split(r"\s+", reference)
    lines = reference.splitlines(keepends=True)
    for number in range(FILES):
        match number % 10:
            case 0 | 1:
                yield mutated(chance, SMALL.encode())
            case 2:
                yield recounted(chance, chance.choice((SMALL, WIDE)))
            case 3 | 4:
                yield spliced(chance, SMALL, other)
            case 5:
                yield spliced(chance, WIDE, other)
            case 6:
                start = chance.randrange(len(lines))
                yield mutated(chance, "".join(lines[start : start + 40]).encode())
            case 7:
                yield yaml.safe_dump(grown(chance), allow_unicode=True).encode()
            case 8:
                yield chance.randbytes(chance.randint(0, 200))
            case _ if number % 100 == 9:
                yield mutated(chance, reference.encode())
            case _:
                yield "".join(chance.choice(SCRAPS) for _ in range(chance.randint(1, 30))).encode(
                    "utf-8", "surrogatepass"
                )


def outcome(data: bytes) -> Topology | InvalidTopology:
    """What comes of the file. Lets nothing but the two pass."""
    try:
        return read(data, "f.yaml")
    except InvalidTopology as invalid:
        return invalid


def is_well_formed(invalid: InvalidTopology, data: bytes) -> bool:
    """Whether every error has a line of the file, and all its parts on one line."""
    last = data.count(b"\n") + data.count(b"\r") + 1
    return bool(invalid.errors) and all(
        1 <= error.at.line <= last
        and len(str(error).splitlines()) == 1
        and all((error.what, error.value, error.remedy))
        for error in invalid.errors
    )


def test_any_file_is_a_topology_or_its_errors() -> None:
    loaded = 0
    for data in files():
        result = outcome(data)
        if isinstance(result, Topology):
            loaded += 1
        else:
            assert is_well_formed(result, data), (data, str(result))
    assert 300 < loaded < FILES / 2  # some mutations do no harm; most do


BOMBS = {
    "nested lists": b"a: " + b"[" * 500_000,
    "nested mappings": b"{a: " * 200_000,
    "nested blocks": b"".join(b" " * n + b"a:\n" for n in range(1_000)),
    "aliases of aliases": b"a: &a [x, x]\n"
    + b"".join(b"b%d: &b%d [*a, *a, *a, *a]\n" % (n, n) for n in range(2_000)),
    "one long word": b"a" * LIMIT,
    "one long key": b"a" * (LIMIT - 2) + b": ",
    "long unknown keys": b"".join(b"%s%d: 1\n" % (b"version" * 9, n) for n in range(14_000)),
    "flows of nothing": b"flows:\n" + b"- {}\n" * 50_000,
    "names of nothing": b"clusters:\n"
    + b"".join(b" c%d: {segment: x%d}\n" % (n, n) for n in range(10_000)),
    "a number too long": b"version: " + b"9" * 1_000_000,
    "tabs": b"\ta\n" * 300_000,
    "controls": b"\x01" * 1_000_000,
    "duplicates": b"a: 1\n" * 200_000,
    "too large": b"a" * (LIMIT * 4),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused(name: str) -> None:
    result = outcome(BOMBS[name])
    assert isinstance(result, InvalidTopology)
    assert is_well_formed(result, BOMBS[name])


def test_depth_is_refused_before_it_is_built() -> None:
    deep = b"a: " + b"[" * tree.DEPTH + b"]" * tree.DEPTH
    with pytest.raises(InvalidTopology, match="the file is nested too deeply: found 33 levels"):
        read(deep, "f.yaml")
