"""Whether the nodes of a cluster have an image already, by what they report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trueline.probes.kube_client import Api

_REPORTED = 50  # images that a kubelet reports at most, by default: nodeStatusMaxImages
_HOME = "docker.io"


def where(api: Api, image: str) -> str:
    """On which nodes an image is, as a sentence. Raises Unreachable or Refused.

    A node that reports as many images as it may can have others as well: of it nothing is said.
    https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
    """
    reported = dict(api.each("/api/v1/nodes", _reported))
    have = [name for name, images in reported.items() if full(image) in images]
    lack = [
        name for name, images in reported.items() if name not in have and len(images) < _REPORTED
    ]
    told = f"the image of probe pods, {image}, is reported by {len(have)} of {len(reported)} nodes"
    if not lack:
        return told
    return f"{told}; it would have to be pulled on {', '.join(sorted(lack))}"


def full(image: str) -> str:
    """An image by its full name, as container runtimes report it."""
    host, slash, rest = image.partition("/")
    if not slash:
        image = f"{_HOME}/library/{image}"
    elif not (set(".:") & set(host)) and host != "localhost":
        image = f"{_HOME}/{host}/{rest}"
    last = image.rpartition("/")[2]
    return image if ":" in last or "@" in last else f"{image}:latest"


def _reported(node: dict[str, Any]) -> Iterator[tuple[str, set[str]]]:
    entries = (node.get("status") or {}).get("images") or []
    names = {name for entry in entries for name in entry.get("names") or ()}
    yield str(node["metadata"]["name"]), names
