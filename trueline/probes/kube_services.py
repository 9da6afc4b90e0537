"""One Service as its API holds it: read, taken away and made again as it was."""

from __future__ import annotations

from typing import Any

from trueline.probes.kube_client import Api, NotFound

Json = dict[str, Any]

# What MetalLB writes into a Service; an owner who makes it again does not.
_OF_METALLB = ("metallb.universe.tf/ip-allocated-from-pool", "metallb.io/ip-allocated-from-pool")
_KEPT = ("name", "namespace", "labels", "annotations", "ownerReferences")


def read(api: Api, key: str) -> Json:
    """The Service object `namespace/name`. Raises NotFound, Refused or Unreachable."""
    return api.get(_path(key))


def addresses(api: Api, key: str) -> tuple[str, ...]:
    """The load-balancer addresses of a Service, none when it is not there. Raises as `read`."""
    try:
        balancer = (read(api, key).get("status") or {}).get("loadBalancer") or {}
    except NotFound:
        return ()
    return tuple(str(item.get("ip", "")) for item in balancer.get("ingress") or ())


def exists(api: Api, key: str) -> bool:
    """Whether the Service is there. Raises Refused or Unreachable."""
    try:
        read(api, key)
    except NotFound:
        return False
    return True


def remove(api: Api, key: str) -> None:
    """Delete a Service. Raises as `read`."""
    api.delete(_path(key))


def create(api: Api, service: Json) -> None:
    """Make a Service. Raises Refused or Unreachable."""
    api.post(f"/api/v1/namespaces/{service['metadata']['namespace']}/services", service)


def anew(service: Json) -> Json:
    """The Service as its owner would make it again: without what the cluster wrote into it.

    Addresses within the cluster and node ports stay, because others may know them.
    """
    meta = {name: value for name, value in service["metadata"].items() if name in _KEPT}
    if "annotations" in meta:
        kept = {name: text for name, text in meta["annotations"].items() if name not in _OF_METALLB}
        meta["annotations"] = kept
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": service["spec"]}


def _path(key: str) -> str:
    namespace, _, name = key.partition("/")
    return f"/api/v1/namespaces/{namespace}/services/{name}"
