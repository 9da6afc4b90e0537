"""HTTP/1.1 answers (RFC 9112), parsed by the standard library from bytes that came in whole."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException, HTTPResponse
from typing import Any

from trueline.model.probe import Reply


class NotHttp(Exception):
    """What came back is no HTTP answer; the text says what it begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """One answer; the names of `headers` are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, whatever is in it."""
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        """The body as JSON, None where it is none, or nested too deeply to be read."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def date(self) -> float | None:
        """The clock of the server, seconds since the epoch, from the header Date."""
        try:
            return parsedate_to_datetime(self.headers["date"]).timestamp()
        except (KeyError, ValueError, TypeError, OverflowError):
            return None


def post(host: str, path: str, headers: Mapping[str, str], body: bytes) -> str:
    """A request with a body that is no text, in base64: what `Step.send` takes."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {len(body)}")
    return base64.b64encode("\r\n".join([*lines, "", ""]).encode() + body).decode()


class _Whole:
    """What `http.client` takes for a socket: bytes that are all there."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def answer(reply: Reply) -> HttpAnswer:
    """The HTTP answer in a reply. Raises NotHttp."""
    data = base64.b64decode(reply.received)
    response = HTTPResponse(_Whole(data))  # type: ignore[arg-type]
    try:
        response.begin()
        body = response.read()
    except (HTTPException, ValueError, OverflowError) as error:
        start = data[:40].decode(errors="replace")
        raise NotHttp(f"no HTTP answer, it begins with {start!r}") from error
    headers = {name.lower(): value for name, value in response.getheaders()}
    return HttpAnswer(status=response.status, headers=headers, body=body)
