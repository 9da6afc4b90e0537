"""Sending to a webhook: verified, bounded, tried once more, and its address never shown."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from tests.observe.clocks import FakeClock
from tests.tools.receiver import SECRET, Said, certified, receiving
from tools.webhook import Address, NotSent, address, send

BODY = b'{"text": "hello"}'


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def sent(url: str, **more: Any) -> FakeClock:
    clock = more.pop("clock", None) or FakeClock()
    send(address(url, name="HOOK"), BODY, clock=clock, **more)
    return clock


def refused(url: str, **more: Any) -> str:
    with pytest.raises(NotSent) as error:
        sent(url, **more)
    text = str(error.value)
    assert "SECRET" not in text
    assert "hidden" not in text
    assert "127.0.0.1" not in text
    return text


def test_a_body_is_sent_once() -> None:
    with receiving() as receiver:
        assert sent(receiver.url).waits == []
    assert (receiver.bodies, receiver.paths) == ([BODY], [SECRET])


def test_certificates_are_verified(tmp_path: Path) -> None:
    pem = certified(tmp_path)
    with receiving(tls=pem) as receiver:
        sent(receiver.url, ca=pem)
        assert receiver.bodies == [BODY]
        assert refused(receiver.url) == (
            "the webhook could not be asked: its certificate is not trusted"
            " (self-signed certificate)"
        )
        assert receiver.bodies == [BODY]
    old = certified(tmp_path, end=2001)
    with receiving(tls=old) as receiver:
        assert refused(receiver.url, ca=old) == (
            "the webhook could not be asked: its certificate is not trusted"
            " (certificate has expired)"
        )
    assert receiver.bodies == []


def test_a_ca_that_is_none(tmp_path: Path) -> None:
    missing, empty = tmp_path / "no.pem", tmp_path / "empty.pem"
    empty.write_text("nothing")
    for path in (missing, empty):
        told = refused("https://127.0.0.1:9/services/hiddenhidden", ca=path)
        assert told == f"{path} holds no CA certificate that can be read"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_one_more_try_after_a_pause(status: int) -> None:
    with receiving([Said(status), Said()]) as receiver:
        assert sent(receiver.url).waits == [2.0]
    assert receiver.bodies == [BODY, BODY]


def test_the_pause_that_is_asked_for_as_seconds_or_as_a_date() -> None:
    with receiving([Said(429, {"Retry-After": "7"}), Said()]) as receiver:
        assert sent(receiver.url).waits == [7.0]
    clock = FakeClock()
    for date, pause in ((clock.start + 9, 9.0), (clock.start - 9, 0.0)):
        headers = {"Retry-After": formatdate(date, usegmt=True)}
        clock = FakeClock()
        with receiving([Said(429, headers), Said()]) as receiver:
            assert sent(receiver.url, clock=clock).waits == [pause]
    with receiving([Said(503, {"Retry-After": "soon"}), Said()]) as receiver:
        assert sent(receiver.url).waits == [2.0]


def test_a_pause_that_is_too_long_is_not_waited_for() -> None:
    with receiving([Said(429, {"Retry-After": "3600"})]) as receiver:
        clock = FakeClock()
        assert refused(receiver.url, clock=clock) == (
            "the webhook answered 429 and wants to be asked again in 3600 s;"
            " more than 60 s are not waited for"
        )
    assert (clock.waits, receiver.bodies) == ([], [BODY])


def test_two_tries_and_no_more() -> None:
    with receiving([Said(503, body=b"busy")]) as receiver:
        assert refused(receiver.url) == "the webhook answered 503: busy"
    assert receiver.bodies == [BODY, BODY]


def test_a_refusal_is_not_tried_again_and_told_without_the_address() -> None:
    words = f"no_service \x1b[31m for {SECRET} and B0SECRET".encode()
    with receiving([Said(404, body=words)]) as receiver:
        told = refused(receiver.url)
    assert told == "the webhook answered 404: no_service \\x1b[31m for *** and ***"
    assert receiver.bodies == [BODY]


def test_a_redirect_is_refused() -> None:
    with receiving() as other, receiving([Said(302, {"Location": other.url})]) as receiver:
        assert refused(receiver.url) == (
            "the webhook answered 302, a redirect, which is not followed"
        )
    assert other.bodies == []


def test_an_endless_answer_is_cut() -> None:
    huge = b"x" * 5_000_000
    with receiving([Said(400, body=huge)]) as receiver:
        assert refused(receiver.url) == f"the webhook answered 400: {'x' * 197}..."
    with receiving([Said(200, body=huge)]) as receiver:
        sent(receiver.url)


def test_who_does_not_answer_is_given_up() -> None:
    with receiving([Said(silent=True)]) as receiver:
        assert refused(receiver.url, patience=0.05) == (
            "the webhook could not be asked: it did not answer in time"
        )
        assert refused(receiver.url, deadline=0.05) == (
            "the webhook gave no whole answer within 0.05 s"
        )


def test_nobody_there() -> None:
    with receiving() as receiver:
        pass
    assert refused(receiver.url) == "the webhook could not be asked: connection refused"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "HOOK holds no address: it must be https://HOST/PATH"),
        ("hooks.test/hidden", "HOOK holds no address: it must be https://HOST/PATH"),
        ("https:///hidden", "HOOK holds no address: it must be https://HOST/PATH"),
        ("https://a.test:x/hidden", "HOOK holds no address: it must be https://HOST/PATH"),
        ("https://a.test/hid\nden", "HOOK holds no address: it must be https://HOST/PATH"),
        ("https://a.test/hid den", "HOOK holds a space: it must be https://HOST/PATH alone"),
        (
            "http://a.test/hidden",
            "HOOK must begin with https://; http:// is for a relay on this host alone",
        ),
        (
            "ftp://127.0.0.1/hidden",
            "HOOK must begin with https://; http:// is for a relay on this host alone",
        ),
        (
            "https://me:hidden@a.test/x",
            "HOOK holds a user or a password, which are not sent: leave them out",
        ),
    ],
)
def test_an_address_that_is_none(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"^HOOK ") as error:
        address(text, name="HOOK")
    assert str(error.value) == why


def test_an_address_does_not_show_itself() -> None:
    secret = address(f"https://a.test{SECRET}", name="HOOK")
    assert (str(secret), repr(secret)) == ("the webhook", "Address()")
    assert address("http://localhost/x", name="HOOK") == Address("http://localhost/x")
    assert address("http://[::1]:8080/x", name="HOOK") == Address("http://[::1]:8080/x")
