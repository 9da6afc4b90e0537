"""A small client of Vault's API, for the lab alone: TLS verified, one connection a request.

It asks the pod and not the planned address: the address answers only when the pod is ready, and a
Vault that nobody has initialised yet is not.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from typing import Any

from tools.lab import netns
from tools.lab.errors import LabError

_TIMEOUT = 10


class VaultError(LabError):
    """Vault answered, but not as wanted; `status` is the HTTP status, 0 when it was not reached."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class _Connection(http.client.HTTPSConnection):
    def __init__(
        self, pid: int, host: str, port: int, context: ssl.SSLContext, identity: str
    ) -> None:
        super().__init__(host, port, timeout=_TIMEOUT, context=context)
        self._pid, self._tls, self._identity = pid, context, identity

    def connect(self) -> None:
        raw = netns.connect(self._pid, self.host, self.port, _TIMEOUT)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self._tls.wrap_socket(raw, server_hostname=self._identity)


class VaultApi:
    """One Vault, asked from the network namespace of process `pid`.

    `identity` is the name or address that its certificate must hold, `authority` the PEM that the
    certificate must chain to.
    """

    def __init__(self, pid: int, host: str, port: int, *, authority: str, identity: str) -> None:
        context = ssl.create_default_context(cadata=authority)
        self._target = (pid, host, port, context, identity)
        self.token = ""

    def get(self, path: str) -> Any:
        """The JSON at a path below /v1. Raises VaultError."""
        return self._ask("GET", path)

    def find(self, path: str) -> Any:
        """As `get`, or None when there is nothing at the path."""
        try:
            return self.get(path)
        except VaultError as error:
            if error.status != 404:
                raise
            return None

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Write JSON to a path below /v1; the answer, None when it is empty. Raises VaultError."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["X-Vault-Token"] = self.token
        text = None if body is None else json.dumps(body)
        connection = _Connection(*self._target)
        try:
            connection.request(method, f"/v1/{path}", text, headers)
            answer = connection.getresponse()
            status, said = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise VaultError(0, f"{method} /v1/{path}: {error}") from error
        finally:
            connection.close()
        if status >= 300:
            raise VaultError(status, f"{method} /v1/{path}: {status} {_reason(said)}")
        return json.loads(said) if said else None


def _reason(said: bytes) -> str:
    """What Vault says went wrong; it repeats no secret there."""
    try:
        return "; ".join(str(item).strip() for item in json.loads(said)["errors"])
    except (ValueError, KeyError, TypeError):
        return "without a reason"
