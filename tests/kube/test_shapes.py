"""Of large lists only what decoders read becomes a value, and decoders read nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints, is_typeddict

import pytest

from tests.kube.api import FakeApi
from tests.kube.looking import APP
from tests.kube.objects import CREATED_AT, DAEMON_SET, DEPLOYMENT, POD, SERVICE, SLICE, but
from trueline.probes import kube_client, kube_shapes
from trueline.probes.kube_facets import Facet, facets

Json = dict[str, Any]
ALL = "..."  # in the place of a key: whatever is there

YOUNG_POD = but(POD, "status.conditions", [])
RESTARTED = but(
    POD,
    "status.containerStatuses",
    [
        {
            "name": "kube-apiserver",
            "restartCount": 1,
            "state": {"waiting": {"reason": "CrashLoopBackOff"}},
            "lastState": {"terminated": {"exitCode": 1, "finishedAt": "2026-01-15T10:00:00Z"}},
        }
    ],
)
LISTS = {
    "pods": [POD, YOUNG_POD, RESTARTED, but(POD, "status", None), but(POD, "status.podIPs", None)],
    "services": [SERVICE, but(SERVICE, "status", {"loadBalancer": {}})],
    "endpoints": [SLICE, but(SLICE, "addressType", "FQDN")],
    "deployments": [DEPLOYMENT, but(DEPLOYMENT, "status", None)],
    "daemonsets": [DAEMON_SET, but(DAEMON_SET, "status", None)],
}


class Reading(dict[str, Any]):
    """An object that notes which of its keys are read, inner ones below their outer ones."""

    def __init__(self, value: Json, at: tuple[str, ...], noted: set[tuple[str, ...]]) -> None:
        super().__init__({key: _reading(inner, (*at, key), noted) for key, inner in value.items()})
        self._note: Callable[[str], None] = lambda key: noted.add((*at, key))

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._note(key)
        return super().get(key, default)


def _reading(value: Any, at: tuple[str, ...], noted: set[tuple[str, ...]]) -> Any:
    if isinstance(value, dict):
        return Reading(value, at, noted)
    return [_reading(one, at, noted) for one in value] if isinstance(value, list) else value


def named(shape: Any) -> Iterator[tuple[str, ...]]:
    """The keys that a type names, inner ones below their outer ones."""
    if shape is Any:
        yield (ALL,)
    for part in get_args(shape):
        yield from named(part)
    if is_typeddict(shape):
        for key, inner in get_type_hints(shape).items():
            yield (key,)
            yield from ((key, *rest) for rest in named(inner))


def is_named(path: tuple[str, ...], names: set[tuple[str, ...]]) -> bool:
    return path in names or any((*path[:end], ALL) in names for end in range(1, len(path)))


@pytest.fixture
def lists() -> dict[str, Facet]:
    return facets(APP, CREATED_AT, 60.0)


@pytest.mark.parametrize("name", LISTS)
def test_a_page_names_all_that_is_read_of_it(name: str, lists: dict[str, Facet]) -> None:
    facet, noted = lists[name], set[tuple[str, ...]]()
    for item in LISTS[name]:
        read = Reading(item, (), noted)
        list(facet.keep(read))
        if facet.moving:
            facet.moving(read)
    assert facet.page is not None
    (of_item,) = get_args(facet.page)
    names = set(named(of_item))
    assert [path for path in sorted(noted) if not is_named(path, names)] == []
    assert ("metadata", "managedFields") not in names


@pytest.mark.parametrize("name", LISTS)
def test_facts_are_those_of_the_whole_objects(
    name: str, lists: dict[str, Facet], api: FakeApi, config: Path
) -> None:
    facet = lists[name]
    path = facet.paths[0]
    body = json.dumps({"metadata": {}, "items": LISTS[name]}).encode()
    api.routes = {path: (200, body)}
    client = kube_client.connect("app", str(config), 5.0)
    assert list(client.each(path, facet.keep, facet.page)) == list(client.each(path, facet.keep))


def test_environment_and_managed_fields_become_no_values(api: FakeApi, config: Path) -> None:
    container = {"name": "a", "image": "b", "env": [{"name": "PASSWORD", "value": "canary"}]}
    item = {
        "metadata": {"name": "a", "namespace": "b", "managedFields": [{"manager": "c"}]},
        "spec": {"containers": [container], "nodeName": "d"},
    }
    api.routes = {"/pods": (200, json.dumps({"items": [item]}).encode())}
    client = kube_client.connect("app", str(config), 5.0)
    (read,) = client.each("/pods", lambda one: [one], kube_shapes.Page[kube_shapes.Pod])
    assert read == {
        "metadata": {"name": "a", "namespace": "b"},
        "spec": {"containers": [{"name": "a", "image": "b"}], "nodeName": "d"},
    }


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ({"metadata": None}, {"metadata": None}),
        ({"metadata": {"name": "\ud800"}}, {"metadata": {"name": "?"}}),
        ({"spec": {"containers": 5, "x": 1}}, {"spec": {"containers": 5, "x": 1}}),
    ],
)
def test_what_is_of_another_shape_is_read_whole(
    item: Json, told: Json, api: FakeApi, config: Path
) -> None:
    api.routes = {"/pods": (200, json.dumps({"items": [item]}).encode())}
    client = kube_client.connect("app", str(config), 5.0)
    assert list(client.each("/pods", lambda one: [one], kube_shapes.Page[kube_shapes.Pod])) == [
        told
    ]
