"""A Kubernetes API as raw JSON: credentials by the official client, lists without its models.

Typed lists of the client cost 12 to 100 times as much as the few fields that are kept, and half of
the decoding is the cyclic garbage collector re-reading live objects, so it pauses meanwhile.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from threading import Lock, Thread
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlencode

from trueline.model.topology import Cluster

T = TypeVar("T")

PAGE = 500
CHUNK = 1 << 20
PLUG_IN_TIME = 30.0  # seconds; a credential plug-in may ask a cloud, not a person

_decoding = Lock()
# The kubernetes package resolves its names lazily, and not safely when two threads ask first.
IMPORTING = Lock()


class Unreachable(Exception):
    """Nothing can be asked of this API; the text is one plain reason for every question."""


class Refused(Exception):
    """One question was not answered; `status` is the HTTP status, 0 where there is none."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class NotFound(Refused):
    """The API has no such thing (404)."""


@dataclass(frozen=True, slots=True)
class Api:
    """One cluster's API; `pool` is a urllib3 pool manager that verifies TLS."""

    server: str
    ca_sha256: str
    pool: Any
    headers: dict[str, str] = field(repr=False)  # they hold the token
    timeout: float

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The JSON object at a path. Raises Unreachable or Refused."""
        status, body = self._fetch(path, query)
        if status == 401:
            raise Unreachable(f"{self.server} does not accept the credentials of the kubeconfig")
        if status == 403:
            raise Refused(status, f"the kubeconfig may not read {path}: forbidden")
        if status == 404:
            raise NotFound(status, f"{self.server} has no {path}")
        if status != 200:
            raise Refused(status, f"{self.server} answers {status} to {path}: {message(body)}")
        try:
            with _gc_paused():
                decoded = json.loads(body)
        except ValueError:
            raise Refused(status, f"{self.server} answers {path} with bad JSON") from None
        if not isinstance(decoded, dict):
            raise Refused(status, f"{self.server} answers {path} with no JSON object")
        return decoded

    def pages(self, path: str, **query: str) -> Iterator[list[dict[str, Any]]]:
        """The items of a list, page by page. Raises as `get`; status 410 when it has expired."""
        token = ""
        seen: set[str] = set()
        while token not in seen:
            seen.add(token)
            more = {"continue": token} if token else {}
            page = self.get(path, limit=str(PAGE), **query, **more)
            items = page.get("items")
            if not isinstance(items, list):
                raise Refused(200, f"{self.server} answers {path} with no list")
            yield items
            token = (page.get("metadata") or {}).get("continue") or ""
            if not token:
                return
        raise Refused(200, f"{self.server} repeats itself in the list {path}")

    def _fetch(self, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        """Status and whole body, within `timeout` seconds from question to last byte."""
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        url = f"{self.server}{path}" + (f"?{urlencode(query)}" if query else "")
        deadline = monotonic() + self.timeout
        try:
            response = self.pool.request(
                "GET",
                url,
                headers={"Accept": "application/json", **self.headers},
                timeout=Timeout(connect=self.timeout, read=self.timeout),
                preload_content=False,
                redirect=False,
                retries=False,
            )
            try:
                return response.status, self._body(response, path, deadline)
            finally:
                response.release_conn()
        except (HTTPError, HTTPException, OSError) as error:
            raise Unreachable(f"{self.server} {plain(error, self.timeout)}") from error

    def _body(self, response: Any, path: str, deadline: float) -> bytes:
        """All of a response, as it comes in, as long as the deadline has not passed."""
        parts: list[bytes] = []
        while part := response.read1(CHUNK):
            parts.append(part)
            if monotonic() > deadline:
                response.close()
                raise Refused(0, f"{self.server} did not finish {path} within {self.timeout:g} s")
        return b"".join(parts)


@contextmanager
def _gc_paused() -> Iterator[None]:
    """One decoder at a time, without the cyclic garbage collector."""
    with _decoding:
        active = gc.isenabled()
        gc.disable()
        try:
            yield
        finally:
            if active:
                gc.enable()


def kubeconfig_of(cluster: Cluster, given: Path | None) -> str:
    """The kubeconfig to use: the given one, else the plan's own, else the client's usual places.

    The plan's own is relative to the file of the plan.
    """
    if given is not None:
        return str(given)
    if cluster.kubeconfig:
        return str(Path(cluster.at.file).parent / Path(cluster.kubeconfig).expanduser())
    return os.environ.get("KUBECONFIG") or "~/.kube/config"


def connect(context: str, kubeconfig: str, timeout: float) -> Api:
    """The API behind a kubeconfig context. Raises Unreachable; see `settings_of`."""
    settings = settings_of(context, kubeconfig)
    with IMPORTING:
        from kubernetes.client.rest import RESTClientObject
    try:
        return Api(
            server=server_of(settings),
            ca_sha256=ca_sha256(settings.ssl_ca_cert),
            pool=RESTClientObject(settings).pool_manager,
            headers=_authorization(settings),
            timeout=timeout,
        )
    except Exception as error:  # a certificate that is none shows only now
        raise Unreachable(f"context {context!r} of {kubeconfig}: {_one_line(error)}") from error


def server_of(settings: Any) -> str:
    """The URL of the API, without a slash at its end."""
    return str(settings.host).rstrip("/")


def settings_of(context: str, kubeconfig: str) -> Any:
    """The client's settings, credentials included, for a context of a kubeconfig.

    `kubeconfig` is one path or several, as in KUBECONFIG. TLS is always verified: a context that
    turns verification off is refused. Raises Unreachable.
    """
    paths = [Path(part).expanduser() for part in kubeconfig.split(os.pathsep) if part]
    if not any(path.exists() for path in paths):
        raise Unreachable(f"no kubeconfig: {kubeconfig} does not exist")
    try:
        return _settings(context, kubeconfig)
    except Unreachable:
        raise
    except Exception as error:  # parsers and credential plug-ins raise what they like
        raise Unreachable(f"context {context!r} of {kubeconfig}: {_one_line(error)}") from error


def _settings(context: str, kubeconfig: str) -> Any:
    with IMPORTING:
        from kubernetes.client import ApiClient, Configuration  # noqa: F401
        from kubernetes.config import kube_config

    merged = kube_config.KubeConfigMerger(kubeconfig).config
    names = sorted(node.value["name"] for node in merged.value["contexts"])
    if context not in names:
        raise Unreachable(
            f"the kubeconfig {kubeconfig} has no context {context!r}"
            f" (it has: {', '.join(names) or 'none'})"
        )
    settings = Configuration()
    try:
        within(
            PLUG_IN_TIME,
            lambda: kube_config.load_kube_config(
                config_file=kubeconfig,
                context=context,
                client_configuration=settings,
                persist_config=False,
            ),
        )
    except TimeoutError as error:
        raise Unreachable(
            f"the credentials of context {context!r} were not ready within {PLUG_IN_TIME:g} s"
        ) from error
    if not settings.verify_ssl:
        raise Unreachable(
            f"context {context!r} of {kubeconfig} turns TLS verification off; give it the CA"
        )
    settings.retries = False
    return settings


def within(seconds: float, work: Callable[[], T], *, late: Callable[[T], None] | None = None) -> T:
    """What `work` gives, or TimeoutError: a library without a time-out must not hang the run.

    It runs in a thread of its own, which is left behind when it hangs; what it gives after all is
    handed to `late`. Raises what `work` raises.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  carried over to the caller's thread
            future.set_exception(error)

    def dispose(done: Future[T]) -> None:
        if late is not None and done.exception() is None:
            late(done.result())

    Thread(target=run, daemon=True, name="bounded").start()
    try:
        return future.result(seconds)
    except TimeoutError:
        future.add_done_callback(dispose)
        raise


def _authorization(settings: Any) -> dict[str, str]:
    """The header of a bearer token or of a password; empty with a client certificate."""
    setting = settings.auth_settings().get("BearerToken", {})
    return {setting["key"]: setting["value"]} if setting.get("value") else {}


def ca_sha256(path: str | None) -> str:
    """The SHA-256 over the DER form of every certificate of a PEM file; empty without a file."""
    if not path:
        return ""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    text = Path(path).read_text(encoding="ascii", errors="replace")
    blocks = (part.split(end)[0] for part in text.split(begin)[1:])
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(ssl.PEM_cert_to_DER_cert(f"{begin}{block}{end}\n"))
    return digest.hexdigest()


def plain(error: BaseException, timeout: float) -> str:
    """What went wrong between here and the API, in plain words."""
    from urllib3 import exceptions

    text = _one_line(error)
    signs = {
        "Connection refused": "refuses the connection",
        "No route to host": "cannot be reached: no route to host",
        "Network is unreachable": "cannot be reached: no route to its network",
        "Name or service not known": "cannot be reached: its name does not resolve",
        "CERTIFICATE_VERIFY_FAILED": "shows a certificate that cannot be verified",
    }
    for sign, words in signs.items():
        if sign in text:
            detail = text.split("CERTIFICATE_VERIFY_FAILED]")[-1].split("(_ssl")[0].strip()
            return f"{words}: {detail}" if "CERTIFICATE" in sign else words
    if isinstance(error, exceptions.NameResolutionError):
        return "cannot be reached: its name does not resolve"
    if isinstance(error, (exceptions.TimeoutError, TimeoutError)):
        return f"does not answer within {timeout:g} s"
    if isinstance(error, exceptions.ProtocolError):
        return "closed the connection before its answer was complete"
    return f"cannot be asked: {text}"


def message(body: bytes) -> str:
    """The message of a Status object, or the start of what came instead."""
    try:
        return _one_line(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return _one_line(body[:80].decode(errors="replace")) or "no reason given"


def _one_line(value: object) -> str:
    """Any text on one line."""
    return " ".join(str(value).split())
