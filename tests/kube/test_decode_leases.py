from __future__ import annotations

from pathlib import Path

import pytest

from tests.kube.api import FakeApi
from tests.kube.looking import look
from tests.kube.objects import CREATED_AT, LEASE, but
from trueline.model.observation import LeaseFact
from trueline.probes.kube_decode_leases import lease


def test_a_lease_tells_two_clocks() -> None:
    assert lease(LEASE) == LeaseFact(
        node="app-cp-1", renewed=CREATED_AT + 290.25163, written=CREATED_AT + 290.0
    )


@pytest.mark.parametrize("without", ["metadata.managedFields", "spec.renewTime"])
def test_what_the_api_does_not_say_is_not_known(without: str) -> None:
    fact = lease(but(LEASE, without, None))
    assert None in (fact.renewed, fact.written)
    assert fact.renewed != fact.written


def test_leases_are_part_of_a_cluster(api: FakeApi, config: Path) -> None:
    assert [fact.node for fact in look(config).leases.value] == ["app-cp-1"]
