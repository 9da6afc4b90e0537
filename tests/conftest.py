"""A served API and a kubeconfig that leads to it, for all tests of what asks Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kube.api import FakeApi, Pki, Served, kubeconfig, make_pki


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return make_pki(tmp_path_factory.mktemp("pki"), "ca-of-app")


@pytest.fixture
def api(pki: Pki) -> Iterator[FakeApi]:
    with Served(pki) as served:
        yield served


@pytest.fixture
def config(api: FakeApi, pki: Pki, tmp_path: Path) -> Path:
    return kubeconfig(tmp_path, api.url, pki.ca)
