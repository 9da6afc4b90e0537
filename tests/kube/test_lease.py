"""The Lease by which runs do not disturb each other, over a served API."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.kube.api import FakeApi, status
from tests.kube.leases import LEASE, LEASES, KeptLease
from trueline.model.lease import Hold
from trueline.probes import kube_lease
from trueline.probes.kube_client import Api, Refused, connect

NOW = 1_700_000_000.0
LOOKS = Hold(run="r1", group="r1", since=NOW, until=NOW + 600, alone=False)
DRILLS = Hold(run="r2", group="r2", since=NOW, until=NOW + 600, alone=True)


@pytest.fixture
def client(config: Path) -> Api:
    return connect("app", str(config), 5.0)


def test_the_first_run_makes_the_lease(api: FakeApi, client: Api) -> None:
    kept = KeptLease(api)
    assert kube_lease.take(client, "trueline", DRILLS, NOW) == ()
    assert kept.holds == (DRILLS,)
    [(path, made)] = api.posted
    assert path == LEASES
    assert made["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "trueline"}
    assert made["spec"] == {
        "holderIdentity": "r2",
        "acquireTime": "2023-11-14T22:13:20.000000Z",
        "leaseDurationSeconds": 600,
    }


def test_runs_that_observe_share(api: FakeApi, client: Api) -> None:
    other = replace(LOOKS, run="r9", group="r9")
    kept = KeptLease(api, other)
    assert kube_lease.take(client, "trueline", LOOKS, NOW) == ()
    assert kept.holds == (other, LOOKS)
    assert api.put[-1][1]["spec"] == {}
    assert kube_lease.take(client, "trueline", DRILLS, NOW) == (other, LOOKS)
    assert len(api.put) == 1


def test_what_has_expired_is_taken_over(api: FakeApi, client: Api) -> None:
    kept = KeptLease(api, replace(DRILLS, until=NOW - 1))
    assert kube_lease.take(client, "trueline", LOOKS, NOW) == ()
    assert kept.holds == (LOOKS,)


def test_a_run_that_takes_again_holds_for_longer(api: FakeApi, client: Api) -> None:
    kept = KeptLease(api, DRILLS)
    longer = replace(DRILLS, until=NOW + 900)
    assert kube_lease.take(client, "trueline", longer, NOW) == ()
    assert kept.holds == (longer,)


def test_who_was_slower_looks_again(api: FakeApi, client: Api) -> None:
    kept = KeptLease(api, LOOKS)
    quicker = replace(LOOKS, run="r8", group="r8")
    kept.meanwhile = lambda: kept.set(LOOKS, quicker)
    mine = replace(LOOKS, run="r7", group="r7")
    assert kube_lease.take(client, "trueline", mine, NOW) is None
    assert kube_lease.leave(client, "trueline", "r1", NOW) is False
    assert kept.holds == (LOOKS, quicker)


def test_two_that_make_it_at_once(api: FakeApi, client: Api) -> None:
    kept = KeptLease(api)
    kept.meanwhile = lambda: kept.set(LOOKS)
    assert kube_lease.take(client, "trueline", DRILLS, NOW) is None


def test_who_leaves_is_gone(api: FakeApi, client: Api) -> None:
    kept = KeptLease(api, LOOKS)
    assert kube_lease.leave(client, "trueline", "r1", NOW) is True
    assert kept.holds == ()
    assert kube_lease.leave(client, "trueline", "r1", NOW) is True
    assert len(api.put) == 1


def test_a_lease_that_is_gone_is_left_already(api: FakeApi, client: Api) -> None:
    KeptLease(api)
    assert kube_lease.leave(client, "trueline", "r1", NOW) is True


@pytest.mark.parametrize("text", ["no JSON", "[1]", '[{"run": "r"}]', "7", "null"])
def test_what_cannot_be_read_is_nobodys(text: str) -> None:
    assert kube_lease.held({"metadata": {"annotations": {"trueline/holds": text}}}) == ()


def test_without_permission_it_is_said(api: FakeApi, client: Api) -> None:
    KeptLease(api, LOOKS)
    api.on_put[LEASE] = status(403, "leases is forbidden")
    with pytest.raises(Refused) as raised:
        kube_lease.take(client, "trueline", LOOKS, NOW)
    assert str(raised.value) == f"the kubeconfig may not update {LEASE}: forbidden"
