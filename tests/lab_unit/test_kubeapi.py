from __future__ import annotations

from typing import Any

import pytest

from tools.lab.kubeapi import ApiError, KubeApi, Object

SPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a", "labels": {"x": "1"}}}
SECRET = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "a"}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """What an API that has every object already is asked: method, path and body."""
    found: list[tuple[str, str, Any]] = []

    def answer(_api: KubeApi, method: str, path: str, body: Any = None, *_: Any, **__: Any) -> Any:
        found.append((method, path, body))
        if method == "POST":
            raise ApiError(409, "there already")
        return body

    monkeypatch.setattr(KubeApi, "_json", answer)
    known = {"Namespace": ("namespaces", False), "Secret": ("secrets", True)}
    monkeypatch.setattr(KubeApi, "kinds", lambda _api, _version: known)
    return found


def _create(item: Object) -> None:
    KubeApi.__new__(KubeApi).create(item)


def test_a_namespace_that_exists_keeps_the_labels_that_others_gave_it(
    asked: list[tuple[str, str, Any]],
) -> None:
    _create(SPACE)
    metadata = {"name": "a", "labels": {"x": "1"}}
    assert asked[1] == ("PATCH", "/api/v1/namespaces/a", {"metadata": metadata})


def test_any_other_object_that_exists_is_made_as_given(asked: list[tuple[str, str, Any]]) -> None:
    _create(SECRET)
    path = "/api/v1/namespaces/a/secrets/s?fieldManager=trueline-lab&force=true"
    assert asked[1] == ("PATCH", path, SECRET)
