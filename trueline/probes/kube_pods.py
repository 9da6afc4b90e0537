"""The short-lived pods that a run probes from: made, awaited, taken away, and swept after a crash.

A pod of ours does nothing but wait; it may not become root, has no capabilities, cannot write, and
ends by itself after LIFE seconds. By the label RUN every pod says which run made it.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from trueline.probes.kube_access import Unreachable
from trueline.probes.kube_client import Api, Dropped, NotFound, Refused

OURS = {"app.kubernetes.io/managed-by": "trueline"}
RUN = "trueline/run"
_ALL = "/api/v1/pods"
LIFE = 600  # seconds until the kubelet ends a pod whose run is gone
_NOBODY = 65534
_OF_ONE_REVISION = ("pod-template-hash", "controller-revision-hash", "pod-template-generation")
_LABEL = 63  # characters at most (RFC 1123)
_HASH = 10
_STUCK = ("ErrImagePull", "ErrImageNeverPull", "ImagePullBackOff", "InvalidImageName")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A pod to probe from. `node` and `service_account` are None where they do not matter."""

    namespace: str
    name: str
    run: str
    image: str
    labels: Mapping[str, str]
    service_account: str | None = None
    node: str | None = None
    on_node: bool = False


class NotStarted(Exception):
    """A pod cannot start; the text says why."""


def label(text: str) -> str:
    """A text as a name or a label of Kubernetes: as it is where it may be one (RFC 1123).

    Of others a hash keeps apart what looks alike without the characters that are left out.
    """
    found = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if found == text and len(text) <= _LABEL:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH]
    return f"{found[: _LABEL - _HASH - 1].rstrip('-')}-{digest}"


def manifest(wanted: Wanted) -> dict[str, Any]:
    """The Pod object. With `on_node` it stands in the network of its node."""
    account = wanted.service_account
    spec: dict[str, Any] = {
        "restartPolicy": "Never",
        "activeDeadlineSeconds": LIFE,
        "terminationGracePeriodSeconds": 0,
        "enableServiceLinks": False,
        "automountServiceAccountToken": account is not None,
        "hostNetwork": wanted.on_node,
        "tolerations": [{"operator": "Exists"}],
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _NOBODY,
            "runAsGroup": _NOBODY,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": "probe",
                "image": wanted.image,
                "imagePullPolicy": "IfNotPresent",
                "command": ["python3", "-c", "import signal; signal.pause()"],
                # Limits are far above what a batch takes: a probe that waits for the processor
                # would measure its own haste.
                "resources": {
                    "requests": {"cpu": "1m", "memory": "16Mi"},
                    "limits": {"cpu": "1", "memory": "256Mi"},
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
                "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108
            }
        ],
        "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "16Mi"}}],
    }
    if account is not None:
        spec["serviceAccountName"] = account
    if wanted.node is not None:
        spec["nodeSelector"] = {"kubernetes.io/hostname": wanted.node}
    labels = {**wanted.labels, **OURS, RUN: label(wanted.run), "sidecar.istio.io/inject": "false"}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": wanted.name, "namespace": wanted.namespace, "labels": labels},
        "spec": spec,
    }


def start(api: Api, wanted: Wanted, *, dry: bool = False) -> None:
    """Create a pod, or only see whether it would be. Raises NotStarted, Refused or Unreachable."""
    try:
        api.post(_pods(wanted.namespace), manifest(wanted), **({"dryRun": "All"} if dry else {}))
    except NotFound as error:
        raise NotStarted(
            f"there is no namespace {wanted.namespace} to probe from: kubectl create namespace "
            f"{wanted.namespace}, or name another one in the plan"
        ) from error


class Roll:
    """The pods of one run in one cluster, listed once for all who wait for one of them.

    A list serves every look until it is `fresh` seconds old by the clock `elapsed`; so does the
    error of one that failed. Looking for each pod on its own would cost the API a request per pod
    and look, and most of them a TLS handshake as well.
    """

    def __init__(self, api: Api, run: str, *, fresh: float, elapsed: Callable[[], float]) -> None:
        self._api = api
        self._run = run
        self._fresh = fresh
        self._elapsed = elapsed
        self._looking = threading.Lock()
        self._looked: float | None = None
        self._found: dict[str, dict[str, Any]] = {}
        self._error: Exception | None = None

    def status(self, wanted: Wanted) -> dict[str, Any] | None:
        """The status of a pod, None where there is no such pod. Raises Refused or Unreachable."""
        with self._looking:
            if self._looked is None or self._elapsed() - self._looked >= self._fresh:
                self._look()
            if self._error is not None:
                raise self._error
            return self._found.get(f"{wanted.namespace}/{wanted.name}")

    def _look(self) -> None:
        self._error = None
        try:
            selector = f"{RUN}={label(self._run)}"
            self._found = dict(self._api.each(_ALL, _status, labelSelector=selector))
        except (Refused, Unreachable) as error:
            self._error = error
        self._looked = self._elapsed()


def runs(status: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether a pod of this status runs. Raises NotStarted when it never will."""
    if status.get("phase") in ("Failed", "Succeeded"):
        raise NotStarted(f"pod {wanted.namespace}/{wanted.name} ended: {status.get('reason')}")
    for item in status.get("containerStatuses") or ():
        waiting = (item.get("state") or {}).get("waiting") or {}
        if waiting.get("reason") in _STUCK:
            raise NotStarted(
                f"image {wanted.image} of pod {wanted.namespace}/{wanted.name} cannot be had "
                f"({waiting['reason']}): name another one with probes.image"
            )
    return status.get("phase") == "Running"


def starter(api: Api, wanted: Wanted, roll: Roll) -> Callable[[], str | None]:
    """A look at a pod that makes it first; what is still missing until it runs, or None.

    A proxy in front of several API servers closes connections when it turns from one to another. A
    connection that is closed so is one more look, not the end: pods have names, so none is made
    twice. A pod of this run that is there already was made by a question whose answer was lost, or
    by a worker that was killed; it is as good. The look raises NotStarted, Refused or Unreachable.
    """
    made = listed = looked = False
    taken: Refused | None = None

    def look() -> str | None:
        nonlocal made, listed, looked, taken
        try:
            if not made:
                taken = _taken(api, wanted)
                made = True
            status = roll.status(wanted)
        except Dropped as error:
            return f"was not seen to run ({error})"
        if status is None and listed:
            raise NotStarted(f"somebody deleted pod {wanted.namespace}/{wanted.name}")
        if status is None and looked and taken is not None:  # the first list may be an older one
            raise taken
        looked, listed = True, status is not None
        return None if status is not None and runs(status, wanted) else "does not run"

    return look


def _taken(api: Api, wanted: Wanted) -> Refused | None:
    """Start a pod; the refusal where there is one of its name."""
    try:
        start(api, wanted)
    except Refused as error:
        if error.status != HTTPStatus.CONFLICT:
            raise
        return error
    return None


def stop(api: Api, namespace: str, name: str, *, grace: int = 0) -> None:
    """Delete a pod; one that is gone already is fine. Raises Refused or Unreachable.

    It has `grace` seconds to end. With 0 its name is free at once, whether it has ended or not.
    """
    try:
        api.delete(f"{_pods(namespace)}/{quote(name, safe='')}", gracePeriodSeconds=str(grace))
    except NotFound:
        return


def alike(api: Api, namespace: str, labels: Mapping[str, str]) -> list[str]:
    """The names of the pods that one owner makes, whatever revision and state they are of.

    Raises Refused or Unreachable.
    """
    kept = (f"{key}={value}" for key, value in labels.items() if key not in _OF_ONE_REVISION)
    return list(api.each(_pods(namespace), _name, labelSelector=",".join(kept)))


def leftovers(api: Api, now: float) -> list[tuple[str, str]]:
    """(namespace, name) of pods of ours whose run must be over. Raises Refused or Unreachable."""
    selector = ",".join(f"{key}={value}" for key, value in OURS.items())

    def left(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
        meta = item["metadata"]
        made = datetime.fromisoformat(meta["creationTimestamp"]).timestamp()
        ended = (item.get("status") or {}).get("phase") in ("Failed", "Succeeded")
        if RUN in meta.get("labels", {}) and (ended or now - made > LIFE):
            yield meta["namespace"], meta["name"]

    return list(api.each(_ALL, left, labelSelector=selector))


def _status(item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    meta = item["metadata"]
    yield f"{meta['namespace']}/{meta['name']}", item.get("status") or {}


def _name(item: dict[str, Any]) -> Iterator[str]:
    yield str(item["metadata"]["name"])


def _pods(namespace: str) -> str:
    return f"/api/v1/namespaces/{quote(namespace, safe='')}/pods"
