"""A Kubernetes API as raw JSON: the official client's connections, lists without its models.

Typed lists of the client cost ten times as much as the few fields that are kept, and half of the
decoding is the cyclic garbage collector re-reading live objects: it pauses until what is kept of a
page is made and the page is gone. Of large lists, the fields that nobody reads never become values.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPException
from threading import Lock
from time import monotonic, time
from typing import Any, TypeVar
from urllib.parse import urlencode

from trueline.model.printable import one_line
from trueline.probes.kube_access import Unreachable, ca_sha256
from trueline.probes.kube_pool import pool
from trueline.probes.kube_way import Way, renewed, way_to

T = TypeVar("T")

PAGE = 400  # objects of a list that are asked for, and in memory, at a time
PAGES = 2500  # of one list: a million objects
LARGEST = 1 << 28  # bytes of one answer; a page of pods has some megabytes
CHUNK = 1 << 20
_HUNG_UP = "UNEXPECTED_EOF_WHILE_READING"  # as OpenSSL says it

_decoding = Lock()


class Refused(Exception):
    """One question was not answered; `status` is the HTTP status, 0 where there is none."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Dropped(Unreachable):
    """The API, or what stands in front of it, took a connection and closed it without an answer."""


class NotFound(Refused):
    """The API has no such thing (404)."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A way with its open connections; `pool` is a urllib3 pool manager that verifies TLS."""

    way: Way
    pool: Any


@dataclass(slots=True)
class Api:
    """One cluster's API. Credentials that are no longer accepted are taken anew, once each time."""

    way: Way
    timeout: float
    renew: Callable[[Way], Way | None] = field(repr=False)
    _line: _Line = field(init=False, repr=False)
    _renewing: Lock = field(init=False, repr=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self._line = _Line(self.way, pool(self.way))

    @property
    def server(self) -> str:
        """The URL of the API, without a slash at its end."""
        return self.way.server

    @property
    def ca(self) -> str:
        """The CA that the kubeconfig trusts, in PEM; empty where it names none."""
        return self.way.ca

    @property
    def ca_sha256(self) -> str:
        """The fingerprint of that CA."""
        return ca_sha256(self.way.ca)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """The JSON object at a path. Raises Unreachable or Refused."""
        return self._json("GET", path, query)

    def post(self, path: str, item: dict[str, Any], **query: str) -> dict[str, Any]:
        """Create an object in the collection at a path; as it was made. Raises as `get`."""
        return self._json("POST", path, query, item)

    def put(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        """Make the object at a path as given; as it was made. Raises as `get`.

        Status 409 when it is no longer of the `resourceVersion` that is given.
        """
        return self._json("PUT", path, {}, item)

    def delete(self, path: str, **query: str) -> dict[str, Any]:
        """Delete what is at a path, at once. Raises as `get`."""
        return self._json("DELETE", path, {"gracePeriodSeconds": "0", **query})

    def each(
        self,
        path: str,
        keep: Callable[[dict[str, Any]], Iterable[T]],
        page: type | None = None,
        **query: str,
    ) -> Iterator[T]:
        """What `keep` makes of each item of a list, page by page.

        It is called once a page has come in, and may not ask the API: one page at a time is in
        memory. `page` is the TypedDict of what is read of one (`kube_shapes`), None for all of it.
        Raises as `get`; status 410 when the list has expired.
        """

        def kept(found: dict[str, Any]) -> tuple[list[T], str]:
            items = found.get("items")
            if not isinstance(items, list):
                raise Refused(200, f"{self.server} answers {path} with no list")
            made = [one for item in items for one in keep(item)]
            return made, (found.get("metadata") or {}).get("continue") or ""

        token = ""
        seen: set[str] = set()
        while token not in seen:
            seen.add(token)
            more = {"continue": token} if token else {}
            asked = {"limit": str(PAGE), **query, **more}
            made, token = self._made(path, self._answer("GET", path, asked), kept, page)
            yield from made
            if not token:
                return
            if len(seen) == PAGES:
                raise Refused(200, f"{self.server} does not end the list {path}: {PAGES} pages")
        raise Refused(200, f"{self.server} repeats itself in the list {path}")

    def _json(
        self, method: str, path: str, query: dict[str, str], item: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return self._made(path, self._answer(method, path, query, item), lambda found: found)

    def _answer(
        self, method: str, path: str, query: dict[str, str], item: dict[str, Any] | None = None
    ) -> tuple[int, bytes]:
        """Status and body of an answer that is one."""
        line = self._line
        status, body = self._fetch(line, method, path, query, item)
        if status == 401 and (fresh := self._renew(line)):
            status, body = self._fetch(fresh, method, path, query, item)
        if status == 401:
            raise Unreachable(f"{self.server} {refused(self._line.way)}")
        if status == 403:
            verb = {"GET": "read", "POST": "create", "PUT": "update", "DELETE": "delete"}[method]
            raise Refused(status, f"the kubeconfig may not {verb} {path}: {_denied(body)}")
        if status == 404:
            raise NotFound(status, f"{self.server} has no {path}")
        if status not in (200, 201, 202):
            raise Refused(status, f"{self.server} answers {status} to {path}: {message(body)}")
        return status, body

    def _made(
        self,
        path: str,
        answer: tuple[int, bytes],
        make: Callable[[dict[str, Any]], T],
        page: type | None = None,
    ) -> T:
        """What is made of the JSON object of an answer."""
        with _gc_paused():
            return make(self._object(path, *answer, page))

    def _object(self, path: str, status: int, body: bytes, page: type | None) -> dict[str, Any]:
        try:
            decoded = _decoded(body) if page is None else _in_part(body, page)
        except (ValueError, RecursionError):
            raise Refused(status, f"{self.server} answers {path} with bad JSON") from None
        if not isinstance(decoded, dict):
            raise Refused(status, f"{self.server} answers {path} with no JSON object")
        return decoded

    def _renew(self, used: _Line) -> _Line | None:
        """The line with credentials that were not refused yet; None where there are no others."""
        with self._renewing:
            if self._line is used:
                fresh = self.renew(used.way)
                if fresh is None:
                    return None
                self._line = _Line(fresh, pool(fresh))
            return self._line

    def _fetch(
        self,
        line: _Line,
        method: str,
        path: str,
        query: dict[str, str],
        item: dict[str, Any] | None,
    ) -> tuple[int, bytes]:
        """Status and whole body, within `timeout` seconds from question to last byte."""
        from urllib3 import HTTPHeaderDict, Timeout
        from urllib3.exceptions import HTTPError, ProtocolError

        url = f"{self.server}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = HTTPHeaderDict({"Accept": "application/json", "Content-Type": "application/json"})
        for name, value in line.way.credentials.headers:
            headers.add(name, value)
        deadline = monotonic() + self.timeout
        try:
            response = line.pool.request(
                method,
                url,
                body=None if item is None else json.dumps(item),
                headers=headers,
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
            hung_up = isinstance(error, ProtocolError) or _HUNG_UP in str(error)
            kind = Dropped if hung_up else Unreachable
            raise kind(f"{self.server} {plain(error, self.timeout, line.way)}") from error

    def _body(self, response: Any, path: str, deadline: float) -> bytes:
        """All of a response, as it comes in, while it is in time and not larger than any can be."""
        parts: list[bytes] = []
        size = 0
        while part := response.read1(CHUNK):
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                response.close()
                raise Refused(0, f"{self.server} answers {path} with more than {LARGEST} bytes")
            if monotonic() > deadline:
                response.close()
                raise Refused(0, f"{self.server} did not finish {path} within {self.timeout:g} s")
        return b"".join(parts)


def _decoded(body: bytes) -> Any:
    """The value of JSON text. Raises ValueError or RecursionError.

    Half a character (a lone surrogate, which JSON can write and UTF-8 cannot hold) becomes `?`:
    nothing that holds it could be written down.
    """
    found = json.loads(body)
    if b"\\ud" not in body and b"\\uD" not in body:
        return found
    return json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))


def _in_part(body: bytes, page: type) -> Any:
    """As `_decoded`, of a page, without what its type does not name; all of anything else."""
    from msgspec import MsgspecError

    try:
        return _decoder(page).decode(body)
    except MsgspecError:  # half a character is one too
        return _decoded(body)


@cache
def _decoder(page: type) -> Any:
    from msgspec.json import Decoder

    return Decoder(page)


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


def connect(context: str, kubeconfig: str, timeout: float) -> Api:
    """The API behind a kubeconfig context. Raises Unreachable; see `way_to`."""
    way = way_to(context, kubeconfig)
    return Api(way, timeout, lambda used: renewed(used, context, kubeconfig))


def refused(way: Way, what: str = "credentials of the kubeconfig") -> str:
    """That credentials are not accepted, and which of them have ended by this host's clock."""
    told = way.credentials.ended(time())
    return f"does not accept the {what}" + (f": {told}" if told else "")


def plain(error: BaseException, timeout: float, way: Way) -> str:
    """What went wrong between here and the API, in plain words."""
    from urllib3 import exceptions

    text = one_line(error)
    if way.proxy and (isinstance(error, exceptions.ProxyError) or "Tunnel connection" in text):
        detail = one_line(getattr(error, "original_error", error)).rpartition(": ")[2]
        return f"cannot be reached through the proxy {way.proxy.url}: {detail}"
    signs = {
        "Connection refused": "refuses the connection",
        "No route to host": f"cannot be reached: no route to host{_macos()}",
        "Network is unreachable": "cannot be reached: no route to its network",
        "Name or service not known": "cannot be reached: its name does not resolve",
        "ALERT_CERTIFICATE_EXPIRED": refused(way, "client certificate"),
        _HUNG_UP: "closed the connection before the TLS handshake was complete",
        "CERTIFICATE_VERIFY_FAILED": "shows a certificate that cannot be verified",
    }
    for sign, words in signs.items():
        if sign in text:
            detail = text.split("CERTIFICATE_VERIFY_FAILED]")[-1].split("(_ssl")[0].strip()
            return f"{words}: {detail}" if "VERIFY_FAILED" in sign else words
    if isinstance(error, exceptions.NameResolutionError):
        return "cannot be reached: its name does not resolve"
    if isinstance(error, (exceptions.TimeoutError, TimeoutError)):
        return f"does not answer within {timeout:g} s"
    if isinstance(error, exceptions.ProtocolError):
        return "closed the connection before its answer was complete"
    return f"cannot be asked: {text}"


def _macos() -> str:
    """What these words can mean on macOS from 15 on, where a route is not all that it takes."""
    meant = (
        ", or macOS does not let this program there: allow it Local Network "
        "(System Settings, Privacy & Security)"
    )
    return meant if sys.platform == "darwin" else ""


def _denied(body: bytes) -> str:
    """That something is forbidden, and by which rule where it is not for a lack of that right."""
    said = message(body)
    rules = ("violates", "denied the request", "cannot impersonate")
    return f"forbidden: {said}" if any(rule in said for rule in rules) else "forbidden"


def message(body: bytes) -> str:
    """The message of a Status object, or the start of what came instead."""
    try:
        return one_line(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return one_line(body[:80].decode(errors="replace")) or "no reason given"
