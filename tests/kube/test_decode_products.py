"""What operators say of their own objects becomes facts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kube.objects import APPLICATION, EXTERNAL_SECRET, SECRET_STORE, but
from trueline.model.observation import ApplicationFact, SyncedFact
from trueline.probes.kube_decode_products import application, synced


def test_an_external_secret_with_the_store_that_it_names() -> None:
    found = synced(EXTERNAL_SECRET)
    assert found == SyncedFact(
        kind="ExternalSecret",
        namespace="secrets",
        name="canary",
        ready=True,
        reason="SecretSynced",
        message="secret synced",
        store="secrets/vault",
    )
    assert found.key == "secrets/canary"


def test_a_store_that_is_not_ready() -> None:
    found = synced(SECRET_STORE)
    assert (found.kind, found.ready, found.store) == ("SecretStore", False, None)
    assert (found.reason, found.message) == ("InvalidProviderConfig", "unable to log in")


def test_a_store_of_the_whole_cluster_has_no_namespace() -> None:
    found = synced(but(SECRET_STORE, "metadata.namespace", None))
    assert (found.kind, found.key) == ("ClusterSecretStore", "vault")
    named = but(EXTERNAL_SECRET, "spec.secretStoreRef.kind", "ClusterSecretStore")
    assert synced(named).store == "vault"


@pytest.mark.parametrize("status", [None, {}, {"conditions": [{"type": "Other"}]}])
def test_what_nobody_has_looked_at_is_neither_ready_nor_not(status: Any) -> None:
    found = synced(but(EXTERNAL_SECRET, "status", status))
    assert (found.ready, found.reason, found.message) == (None, "", "")


def test_an_application() -> None:
    found = application(APPLICATION)
    assert found == ApplicationFact(
        namespace="argocd",
        name="guestbook",
        sync="Synced",
        health="Healthy",
        destination="https://192.168.64.20:6443",
        conditions=("ComparisonError: no such cluster",),
    )
    assert found.key == "argocd/guestbook"


def test_an_application_that_goes_to_a_cluster_by_name_and_was_not_compared_yet() -> None:
    named = but(but(APPLICATION, "spec.destination", {"name": "app"}), "status", None)
    found = application(named)
    assert (found.destination, found.sync, found.health, found.conditions) == ("app", "", "", ())
