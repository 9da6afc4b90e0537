"""A small Kubernetes client for the lab: the standard library, one connection, no polling tool.

`kubectl` costs half a processor-second a call on this class of machine, and the boot is bound by
the processor. The connection is opened in the runner's namespace, so the API is reached over the
lab's own wire.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tools.lab import netns
from tools.lab.errors import LabError

Object = dict[str, Any]
_TRIES = 3
UNREADY = (0, 429, 500, 502, 503, 504)
"""Statuses of an API that is not ready: not reached (0), loading, or its webhook is away."""


class ApiError(LabError):
    """The API answered, but not as wanted; `status` is the HTTP status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Connection(http.client.HTTPSConnection):
    def __init__(self, pid: int, host: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=15, context=context)
        self._pid, self._tls = pid, context

    def connect(self) -> None:
        raw = netns.connect(self._pid, self.host, self.port, 5)
        raw.settimeout(15)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self._tls.wrap_socket(raw, server_hostname=self.host)


class KubeApi:
    """One cluster's API with the administrator's certificate. Safe to share between threads."""

    def __init__(self, pid: int, host: str, port: int, pki: Path) -> None:
        context = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        context.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        self._target = (pid, host, port, context)
        self._connection: _Connection | None = None
        self._lock = threading.Lock()
        self._kinds: dict[str, dict[str, tuple[str, bool]]] = {}

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def raw(
        self,
        method: str,
        path: str,
        body: Any = None,
        kind: str = "application/json",
        accept: str = "application/json",
    ) -> tuple[int, bytes]:
        """One request; status and body. Raises OSError when the API cannot be reached."""
        text = None if body is None else json.dumps(body)
        headers = {"Accept": accept, "Content-Type": kind}
        with self._lock:
            for left in reversed(range(_TRIES)):
                if self._connection is None:
                    self._connection = _Connection(*self._target)
                try:
                    self._connection.request(method, path, text, headers)
                    answer = self._connection.getresponse()
                    return answer.status, answer.read()
                except (OSError, http.client.HTTPException) as error:
                    self._connection.close()
                    self._connection = None
                    # An idle connection may have been closed under us; a dead API stays dead.
                    if left == 0 or isinstance(error, (ConnectionRefusedError, TimeoutError)):
                        raise OSError(f"{type(error).__name__}: {error}") from error
        raise AssertionError("unreachable")  # pragma: no cover

    def ready(self) -> bool:
        """Whether the API says it is ready."""
        try:
            return self.raw("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def get(self, path: str) -> Any:
        """The JSON at a path. Raises ApiError."""
        return self._json("GET", path)

    def get_as(self, path: str, accept: str) -> Any:
        """The JSON at a path in another form. Raises ApiError."""
        return self._json("GET", path, accept=accept)

    def _json(
        self,
        method: str,
        path: str,
        body: Any = None,
        kind: str = "application/json",
        accept: str = "application/json",
    ) -> Any:
        try:
            status, text = self.raw(method, path, body, kind, accept)
        except OSError as error:
            raise ApiError(0, f"{method} {path}: {error}") from error
        if status >= 300:
            try:
                said = json.loads(text).get("message", "")
            except ValueError:
                said = text.decode(errors="replace")
            raise ApiError(status, f"{method} {path}: {status} {said.strip()}")
        return json.loads(text) if text else {}

    # Objects.

    def kinds(self, api_version: str) -> dict[str, tuple[str, bool]]:
        """Kind -> (plural, namespaced) of an API version, asked once."""
        if api_version not in self._kinds:
            found = self.get(_prefix(api_version))["resources"]
            self._kinds[api_version] = {
                item["kind"]: (item["name"], item["namespaced"])
                for item in found
                if "/" not in item["name"]
            }
        return self._kinds[api_version]

    def path(self, item: Object, *, collection: bool = False) -> str:
        """The path of an object, or of the collection it belongs to. Raises ApiError."""
        version, kind = item["apiVersion"], item["kind"]
        known = self.kinds(version)
        if kind not in known:
            self._kinds.pop(version)
            raise ApiError(404, f"the API has no {version} {kind}")
        plural, namespaced = known[kind]
        parts = [_prefix(version)]
        if namespaced:
            parts += ["namespaces", item["metadata"].get("namespace", "default")]
        parts.append(plural)
        if not collection:
            parts.append(item["metadata"]["name"])
        return "/".join(parts)

    def create(self, item: Object) -> Object:
        """Create an object; where it exists, make it as given (server-side apply).

        A namespace that exists gets the labels given beside those it has: it belongs to many.
        """
        try:
            made: Object = self._json("POST", self.path(item, collection=True), item)
        except ApiError as error:
            if error.status != 409:
                raise
            if item["kind"] == "Namespace":
                return self.merge(self.path(item), {"metadata": item["metadata"]})
            return self.apply(item)
        return made

    def apply(self, item: Object) -> Object:
        """Server-side apply, winning conflicts."""
        path = self.path(item) + "?fieldManager=trueline-lab&force=true"
        made: Object = self._json("PATCH", path, item, "application/apply-patch+yaml")
        return made

    def create_all(self, items: Iterable[Object]) -> None:
        """Create objects in the order given."""
        for item in items:
            self.create(item)

    def replace(self, item: Object) -> Object:
        """Make the object exactly as given, whatever it is now; where it is gone, create it."""
        bare = {**item, "metadata": dict(item["metadata"])}
        try:
            now = self.get(self.path(item))
        except ApiError as error:
            if error.status != 404:
                raise
            return self.create(bare)
        bare["metadata"]["resourceVersion"] = now["metadata"]["resourceVersion"]
        made: Object = self._json("PUT", self.path(item), bare)
        return made

    def merge(self, path: str, patch: Object) -> Object:
        """Merge-patch the object at a path."""
        made: Object = self._json("PATCH", path, patch, "application/merge-patch+json")
        return made

    def delete(self, path: str, *, grace: int | None = None) -> bool:
        """Delete what is at a path; False when nothing was there."""
        options: Object = {"propagationPolicy": "Background"}
        if grace is not None:
            options["gracePeriodSeconds"] = grace
        try:
            self._json("DELETE", path, options)
        except ApiError as error:
            if error.status != 404:
                raise
            return False
        return True


def _prefix(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
