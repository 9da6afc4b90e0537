from __future__ import annotations

import sys

import pytest

from tools.bench.timing import by_turns, exponent, ran
from tools.bench.values import Point, Wrong


def test_sides_take_turns_after_a_warm_up_that_does_not_count() -> None:
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return float(len(order))

    taken = by_turns({"a": lambda: side("a"), "b": lambda: side("b")}, 3)
    assert "".join(order) == "ab" + "ab" + "ba" + "ab"
    assert taken["a"].seconds == (3.0, 6.0, 7.0)
    assert taken["b"].seconds == (4.0, 5.0, 8.0)


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_an_exponent_is_found_again(power: float) -> None:
    points = [Point(size=size, seconds=0.003 * size**power) for size in (10, 100, 1_000)]
    assert exponent(points) == pytest.approx(power)


def test_one_size_has_no_exponent() -> None:
    with pytest.raises(ValueError, match="an exponent takes two sizes"):
        exponent([Point(size=1, seconds=1.0)])


def test_a_process_that_fails_is_a_wrong_result() -> None:
    words = [sys.executable, "-c", "import sys; print('no', file=sys.stderr); sys.exit(3)"]
    name = sys.executable.rpartition("/")[2]
    with pytest.raises(Wrong, match=f"^{name} ended with 3: no$"):
        ran(words)
    assert ran(words, good=(3,))[1] == ""


def test_a_process_is_given_text_and_what_it_prints_is_kept() -> None:
    _, text = ran([sys.executable, "-c", "print(input() * 2)"], given="ab\n")
    assert text == "abab\n"
