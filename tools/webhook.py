"""Send one body to a webhook whose address is a secret: never shown, whatever goes wrong."""

from __future__ import annotations

import http.client
import queue
import ssl
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from trueline.model.printable import clipped, printable
from trueline.observe.clock import SYSTEM, Clock

PATIENCE = 10.0
"""Seconds for each step of a conversation: to connect, to send, to be answered."""
DEADLINE = 30.0
"""Seconds for one whole conversation; who answers byte by byte is not waited for."""
PAUSE = 2.0
"""Seconds before the second try, where the answer names none."""
LONGEST = 60.0
"""The longest pause that is waited for, in seconds."""
READ = 2048  # bytes of an answer that are read
SHOWN = 200  # characters of it that are shown
HIDDEN = 5  # a part of the address of this length or more is hidden in what an answer says


class NotSent(Exception):
    """It was not sent, or nobody knows whether it was; the text says why, without the address."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to send. It shows itself as nothing but a webhook."""

    text: str = field(repr=False)

    def __str__(self) -> str:
        return "the webhook"

    def hidden(self, said: str) -> str:
        """What somebody said, without any part of the address."""
        parts = urlsplit(self.text)
        secrets = {self.text, parts.path, parts.query, *parts.path.split("/"), parts.netloc}
        secrets |= {word for pair in parts.query.split("&") for word in pair.split("=")}
        for secret in sorted(secrets, key=len, reverse=True):
            said = said.replace(secret, "***") if len(secret) >= HIDDEN else said
        return said


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    retry_after: str | None
    text: str


def address(text: str, *, name: str) -> Address:
    """The address in the variable `name`. Raises ValueError, whose text does not show it."""
    parts = _split(text)
    if parts is None or not parts.hostname or not text.isascii() or not text.isprintable():
        raise ValueError(f"{name} holds no address: it must be https://HOST/PATH")
    if " " in text:
        raise ValueError(f"{name} holds a space: it must be https://HOST/PATH alone")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(parts.hostname)):
        raise ValueError(
            f"{name} must begin with https://; http:// is for a relay on this host alone"
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"{name} holds a user or a password, which are not sent: leave them out")
    return Address(text)


def send(
    to: Address,
    body: bytes,
    *,
    ca: Path | None = None,
    clock: Clock = SYSTEM,
    patience: float = PATIENCE,
    deadline: float = DEADLINE,
) -> None:
    """Send a JSON body, once more after 429 or 5xx when the pause asked for is bearable.

    Certificates are verified, by `ca` (PEM) where one is given; redirects are refused. Raises
    NotSent.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca) if ca else None)
    except (OSError, ssl.SSLError) as error:
        raise NotSent(f"{ca} holds no CA certificate that can be read") from error
    answer = _within(deadline, to, body, context, patience)
    if answer.status == 429 or answer.status >= 500:
        clock.wait(_pause(answer, clock))
        answer = _within(deadline, to, body, context, patience)
    if answer.status // 100 == 3:
        raise NotSent(f"{to} answered {answer.status}, a redirect, which is not followed")
    if answer.status // 100 != 2:
        said = clipped(printable(to.hidden(answer.text.strip())), SHOWN)
        raise NotSent(f"{to} answered {answer.status}" + (f": {said}" if said else ""))


def _pause(answer: _Answer, clock: Clock) -> float:
    """Seconds before the second try. Raises NotSent where that is too long."""
    asked = _seconds(answer.retry_after, clock)
    if asked > LONGEST:
        raise NotSent(
            f"the webhook answered {answer.status} and wants to be asked again in {asked:.0f} s;"
            f" more than {LONGEST:.0f} s are not waited for"
        )
    return asked


def _seconds(retry_after: str | None, clock: Clock) -> float:
    """What Retry-After asks for: a number or a date (RFC 9110, section 10.2.3)."""
    if retry_after is None:
        return PAUSE
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - clock.now())
    except (TypeError, ValueError):
        return PAUSE


def _within(
    deadline: float, to: Address, body: bytes, context: ssl.SSLContext, patience: float
) -> _Answer:
    """One conversation, given up after `deadline` seconds however slowly it goes on."""
    done: queue.SimpleQueue[_Answer | NotSent] = queue.SimpleQueue()

    def talk() -> None:
        try:
            done.put(_once(to, body, context, patience))
        except NotSent as error:
            done.put(error)

    # Not waited for at the end of the program either.
    threading.Thread(target=talk, daemon=True).start()
    try:
        came = done.get(timeout=deadline)
    except queue.Empty:
        raise NotSent(f"{to} gave no whole answer within {deadline:g} s") from None
    if isinstance(came, NotSent):
        raise came
    return came


def _once(to: Address, body: bytes, context: ssl.SSLContext, patience: float) -> _Answer:
    request = urllib.request.Request(
        to.text,
        data=body,
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "trueline"},
        method="POST",
    )
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(request, timeout=patience) as answer:
            return _Answer(answer.status, answer.headers.get("Retry-After"), "")
    except urllib.error.HTTPError as error:
        with error:
            return _Answer(error.code, error.headers.get("Retry-After"), _read(error))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotSent(f"{to} could not be asked: {_why(error)}") from None


def _read(error: urllib.error.HTTPError) -> str:
    """The beginning of what an error says, as far as it came."""
    try:
        return error.read(READ).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return ""


def _why(error: Exception) -> str:
    """What went wrong, from what is known not to hold the address."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({reason.verify_message})"
    if isinstance(reason, TimeoutError):
        return "it did not answer in time"
    if isinstance(reason, ssl.SSLError):
        return "there is no TLS with it"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror.lower()
    return type(reason).__name__


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects are answers like others: who sent one would learn the message, and the address."""

    def redirect_request(self, *_request: Any, **_words: Any) -> None:
        """Nowhere."""


def _split(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return None
    return parts


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
