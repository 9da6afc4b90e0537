"""On which nodes an image is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.kube.api import Pki, Served, kubeconfig, listed
from trueline.observe import images
from trueline.probes.kube_client import connect


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("python", "docker.io/library/python:latest"),
        ("python:3", "docker.io/library/python:3"),
        ("acme/probe", "docker.io/acme/probe:latest"),
        ("lab.local/tools:1", "lab.local/tools:1"),
        ("localhost/tools", "localhost/tools:latest"),
        ("registry:5000/tools", "registry:5000/tools:latest"),
        ("quay.io/a/b@sha256:0f", "quay.io/a/b@sha256:0f"),
    ],
)
def test_the_full_name(image: str, name: str) -> None:
    assert images.full(image) == name


def node(name: str, *reported: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "status": {"images": [{"names": [one]} for one in reported]},
    }


def test_the_nodes_that_have_it_and_those_that_have_not(tmp_path: Path, pki: Pki) -> None:
    many = [f"quay.io/a/b:{number}" for number in range(50)]
    nodes = [
        node("a", "docker.io/library/python:3"),
        node("b", "docker.io/library/python:2"),
        {"metadata": {"name": "c"}},
        node("full", *many),
    ]

    def told(*given: dict[str, Any]) -> str:
        with Served(pki) as api:
            api.routes["/api/v1/nodes"] = listed(*given)
            config = kubeconfig(tmp_path, api.url, pki.ca)
            return images.where(connect("app", str(config), 5.0), "python:3")

    assert told(*nodes) == (
        "the image of probe pods, python:3, is reported by 1 of 4 nodes; "
        "it would have to be pulled on b, c"
    )
    assert told(nodes[0], nodes[3]) == (
        "the image of probe pods, python:3, is reported by 1 of 2 nodes"
    )
