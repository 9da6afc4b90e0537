"""What API servers were told when they were started, as far as their pods show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trueline.model.observation import PodFact

SERVICE_RANGE_FLAG = "--service-cluster-ip-range"


def service_ranges_told(pods: Iterable[PodFact]) -> Iterator[tuple[str, str]]:
    """(pod, value of the flag) of every pod of an API server that shows its Service network."""
    for pod in pods:
        for word in pod.arguments if "kube-apiserver" in pod.images else ():
            flag, given, value = word.partition("=")
            if given and flag == SERVICE_RANGE_FLAG:
                yield pod.name, value
