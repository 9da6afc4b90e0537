"""Each mutator in exact words, and what is left alone."""

from __future__ import annotations

import ast
from textwrap import dedent, indent

import pytest

from tools import mutants as command
from tools.mutators import Mutant, mutants

NEGATED = "f(c for c in a if not (c))"


def made(body: str) -> list[str]:
    """The diffs of the mutants of a function with this body."""
    source = "def judge(a, b):\n" + indent(dedent(body).strip("\n"), "    ") + "\n"
    return [mutant.diff for mutant in mutants("m", source)]


def told(before: str, *after: str) -> list[str]:
    return [f"- {before}\n+ {one}" for one in after]


@pytest.mark.parametrize(
    ("body", "diffs"),
    [
        ("x = a == b", told("x = a == b", "x = a != b")),
        ("x = a < b", told("x = a < b", "x = a <= b")),
        ("x = a >= b", told("x = a >= b", "x = a > b")),
        ("x = a in b", told("x = a in b", "x = a not in b")),
        ("x = a not  in b", told("x = a not  in b", "x = a in b")),
        ("x = a is not b", told("x = a is not b", "x = a is b")),
        ("x = a <= b < a", told("x = a <= b < a", "x = a < b < a", "x = a <= b <= a")),
        ("x = a and b", told("x = a and b", "x = a or b")),
        ("x = (a) or (b)", told("x = (a) or (b)", "x = (a) and (b)")),
        ("x = not a", told("x = not a", "x = a")),
        ("x = not (a)", told("x = not (a)", "x = (a)")),
        ("x = a - b", told("x = a - b", "x = a + b")),
        ("x = a | b", told("x = a | b", "x = a & b")),
        ("x = True", told("x = True", "x = False")),
        ("x = 7", told("x = 7", "x = 8")),
        ("x = 'é' 'b'", told("x = 'é' 'b'", "x = \"XX\" 'é' 'b'")),
        ("x = b'a'", told("x = b'a'", "x = b\"XX\" b'a'")),
        ("x = f'{a + 1}'", told("x = f'{a + 1}'", "x = \"XX\" f'{a + 1}'")),
        ("x = any(a)", told("x = any(a)", "x = all(a)")),
        ("x = min(a)", told("x = min(a)", "x = max(a)")),
        ("x = a.min(b)", []),
        ("return a", told("return a", "return None")),
        ("return None", []),
        ("return", told("return", "pass")),
        ("yield a", told("yield a", "pass")),
        ("a.add(b)", told("a.add(b)", "pass")),
        ("raise a", told("raise a", "pass")),
        ("a += b", told("a += b", "pass")),
        ("a[b] = a", told("a[b] = a", "pass")),
        ("x = a if b else a", told("x = a if b else a", "x = a if not (b) else a")),
        ("f(c for c in a if c)", told("f(c for c in a if c)", "pass", NEGATED)),
        ("...", []),
        ("x: 'int' = a", []),
        ('"""A promise."""\nx = None', []),
    ],
)  # fmt: skip
def test_a_mutator_makes_one_change(body: str, diffs: list[str]) -> None:
    assert made(body) == diffs


def test_a_condition_is_negated_unless_its_operator_says_it() -> None:
    assert made("while a < b:\n    break") == [
        *told("while a < b:", "while not (a < b):", "while a <= b:"),
        *told("break", "pass"),
    ]
    assert made("if a == b:\n    x = a") == told("if a == b:", "if a != b:")


def test_what_is_evaluated_at_import_is_left_alone() -> None:
    source = '''
    TABLE = {"a": 1 + 2}

    @check(LB_001, remedy="Mend it.")
    def judge(a: "int" = 1) -> "int":
        """A promise."""
        x = None

    class Place:
        size: int = 3
    '''
    assert list(mutants("m", dedent(source))) == []


def only(source: str) -> Mutant:
    (mutant,) = mutants("checks.m", dedent(source).lstrip("\n"))
    return mutant


def test_a_mutant_knows_its_function_and_the_lines_of_its_statement() -> None:
    mutant = only("""
    class Place:
        @property
        def size(self):
            x = f(
                a,
                1,
            )
    """)

    assert (mutant.name, mutant.function) == ("checks.m.Place.size:1", "Place.size")
    assert (mutant.first, list(mutant.lines)) == (2, [4, 5, 6, 7])
    assert mutant.source.splitlines()[5].strip() == "2,"


def test_of_a_compound_statement_the_head_alone_is_changed() -> None:
    mutant = only("""
    def judge(a):
        if (
            a
        ):
            x = a
    """)

    assert list(mutant.lines) == [2, 3, 4]


def test_another_change_has_another_hash() -> None:
    one, other = mutants("m", "def f(a, b):\n    x = a == b == a\n")

    assert one.hash != other.hash
    assert len(one.hash) == 8


@pytest.mark.parametrize("name", ["checks.l2_pools", "intent.fields", "diagnose.parts"])
def test_every_mutant_is_python_and_has_a_name_of_its_own(name: str) -> None:
    made = command.known()[name].mutants()

    for mutant in made:
        ast.parse(mutant.source)
    assert len({mutant.name for mutant in made}) == len(made) > 50
