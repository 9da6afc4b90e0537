from __future__ import annotations

import pytest

from tests.lab_unit.vaults import lab
from tests.lab_unit.world import plan
from tools.lab.products import registry
from tools.lab.products.product import Product


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was restored, in order: `upper` after `lower`, and not `other`, which no plan wants."""
    found: list[str] = []

    def product(name: str, *needs: str, wanted: bool = True) -> Product:
        return Product(
            name=name,
            about="for tests",
            wanted=lambda _: wanted,
            restore=lambda _: found.append(name),
            needs=needs,
        )

    products = (product("lower"), product("upper", "lower"), product("other", wanted=False))
    monkeypatch.setattr(registry, "PRODUCTS", products)
    return found


def test_every_product_of_the_plan_is_restored_after_those_it_needs(done: list[str]) -> None:
    registry.restore(lab(plan()))
    assert done == ["lower", "upper"]


def test_what_was_left_out_is_left_alone(done: list[str]) -> None:
    registry.restore(lab(plan(), "lower"))
    assert done == ["upper"]


def test_a_lab_without_workloads_has_no_products(done: list[str]) -> None:
    registry.restore(lab(plan(), "workloads"))
    assert done == []
