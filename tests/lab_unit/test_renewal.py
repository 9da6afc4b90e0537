"""When pods that watched an API that was away have been replaced."""

from __future__ import annotations

from tools.lab.kubeapi import Object
from tools.lab.renewal import renewed


def pod(uid: str, ready: str = "True") -> Object:
    conditions = [{"type": "Initialized", "status": "True"}, {"type": "Ready", "status": ready}]
    return {"metadata": {"uid": uid}, "status": {"conditions": conditions}}


def test_pods_are_renewed_when_each_has_a_ready_successor() -> None:
    assert renewed([pod("c"), pod("d")], {"a", "b"})
    assert not renewed([pod("c"), pod("b")], {"a", "b"})
    assert not renewed([pod("c")], {"a", "b"})
    assert not renewed([pod("c"), pod("d", "False")], {"a", "b"})
    assert not renewed([pod("c"), {"metadata": {"uid": "d"}, "status": {}}], {"a", "b"})


def test_a_cluster_may_have_none_of_them() -> None:
    assert renewed([], set())
