"""What a wish takes, and by which names things go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fixtures.wish import Traits, Wish, requirements, services
from tests.worlds import at, world
from tools import catalogue
from trueline.diagnose.parts import needs
from trueline.model.mesh import Mesh, Workload
from trueline.model.product import Product

WEB = Workload(
    name="web", cluster="app", service="shop/web", port=80, service_account="web", strict=True,
    callers=(), at=at(3),
)  # fmt: skip
BOARDS = Product(
    name="boards", kind="grafana", target="reservation:control/grafana", stand_in=False,
    anonymous=None, tenant=None, senders=(), logins=(), synced=(), deploys=(),
    data_sources={}, at=at(4),
)  # fmt: skip
MESH = Mesh(
    trust_domain=None, root_sha256=None, mode=None, members=(), workloads=(WEB,), at=at(2)
)  # fmt: skip
PLAN = replace(world(), products=(BOARDS,), mesh=MESH)
VAULT = next(item for item in PLAN.reservations if item.name == "vault")
KNOWN = services(PLAN)


def wanted(subject: object, **names: str) -> bool:
    """Whether a test about a subject is wanted by one name of each kind that is given."""
    test = Traits(
        requirement="LB-012", severity="critical", area="metallb", parts=needs(subject, PLAN)
    )
    return Wish(**{kind: (name,) for kind, name in names.items()}).wants(test, KNOWN)


def test_the_ids_are_those_of_the_catalogue() -> None:
    areas = catalogue.read().areas.values()
    assert requirements() == sorted(item.id for _, found in areas for item in found)


def test_a_reservation_goes_by_its_name_its_owner_and_its_address() -> None:
    parts = {f"address:{VAULT.address}", f"service:control/{VAULT.owner}"}
    for name in ("vault", "control/vault", VAULT.owner, f"control/{VAULT.owner}", "192.168.64.103"):
        assert KNOWN[name] >= parts, name


def test_what_has_no_reservation_goes_by_its_name() -> None:
    assert KNOWN["boards"] == {"product:boards"}
    assert KNOWN["web"] == KNOWN["app/web"] == {"workload:app/web"}
    assert {name: KNOWN[name] for name in ("redis", "mysql")} == {
        "redis": {"vm:redis"},
        "mysql": {"vm:mysql"},
    }


@pytest.mark.parametrize(
    ("subject", "names", "fits"),
    [
        (VAULT, {}, True),
        (VAULT, {"clusters": "control"}, True),
        (VAULT, {"clusters": "app"}, False),
        (VAULT, {"services": "vault", "clusters": "control"}, True),
        (VAULT, {"services": "grafana"}, False),
        (VAULT, {"services": "vault", "clusters": "app"}, False),
        (BOARDS, {"services": "grafana"}, True),
        (WEB, {"services": "web"}, True),
        (PLAN.clusters, {"pairs": "app+control"}, True),
        (VAULT, {"pairs": "app+control"}, False),
        (VAULT, {"requirements": "LB-*"}, True),
        (VAULT, {"requirements": "DNS-*"}, False),
        (VAULT, {"severities": "minor"}, False),
        (VAULT, {"areas": "dns"}, False),
        (VAULT, {"areas": "metallb", "severities": "critical"}, True),
    ],
)
def test_a_wish_takes_what_is_of_every_kind_that_it_names(
    subject: object, names: dict[str, str], fits: bool
) -> None:
    assert wanted(subject, **names) is fits
