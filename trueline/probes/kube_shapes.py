"""What is read of the objects of lists that grow with a cluster, page by page.

All else is passed over in the text of an answer and never becomes a value: managed fields, which
are half of it, and the environment of containers, which may hold secrets. What a decoder reads
(`kube_decode`, `kube_moving`) has to be named here; of a value that is `Any`, all of it is read.
"""

from __future__ import annotations

from typing import Any, Generic, TypedDict, TypeVar

T = TypeVar("T")


class Metadata(TypedDict, total=False):
    """Of every object."""

    name: Any
    namespace: Any
    labels: Any
    annotations: Any
    creationTimestamp: Any
    generation: Any


class Container(TypedDict, total=False):
    """Of a pod or of a template of pods."""

    name: Any
    image: Any
    command: Any
    args: Any


class PodSpec(TypedDict, total=False):
    """Of a pod or of a template of pods."""

    nodeName: Any
    hostNetwork: Any
    containers: list[Container] | None


class PodStatus(TypedDict, total=False):
    """Of a pod."""

    phase: Any
    conditions: Any
    podIP: Any
    podIPs: Any
    containerStatuses: Any


class Pod(TypedDict, total=False):
    """A pod."""

    metadata: Metadata
    spec: PodSpec
    status: PodStatus | None


class Template(TypedDict, total=False):
    """The pods that a workload makes."""

    spec: PodSpec


class WorkloadSpec(TypedDict, total=False):
    """Of a Deployment or a DaemonSet."""

    replicas: Any
    template: Template


class Workload(TypedDict, total=False):
    """A Deployment or a DaemonSet."""

    metadata: Metadata
    spec: WorkloadSpec
    status: Any


class Service(TypedDict, total=False):
    """A Service."""

    metadata: Metadata
    spec: Any
    status: Any


class EndpointSlice(TypedDict, total=False):
    """A part of a Service's endpoints."""

    metadata: Metadata
    addressType: Any
    endpoints: Any
    ports: Any


class Page(TypedDict, Generic[T], total=False):
    """A page of a list of such objects."""

    metadata: Any
    items: list[T]
