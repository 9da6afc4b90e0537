"""Servers on the loopback interface that misbehave in one way each."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from tests.kube.api import Pki

Talk = Callable[[socket.socket], None]


@contextmanager
def serving(talk: Talk, pki: Pki | None = None) -> Iterator[int]:
    """A TCP server that has every caller talked to by `talk`; its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                caller, _ = server.accept()
                with suppress(OSError), _wrapped(caller, pki) as connection:
                    connection.settimeout(5)
                    talk(connection)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def _wrapped(plain: socket.socket, pki: Pki | None) -> socket.socket:
    if pki is None:
        return plain
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.certificate, pki.key)
    try:
        return context.wrap_socket(plain, server_side=True)
    except OSError:
        plain.close()
        raise


@contextmanager
def answering_datagrams(answer: Callable[[bytes], bytes | None]) -> Iterator[int]:
    """A UDP server; its port. An answer of None is silence."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                data, caller = server.recvfrom(65536)
                if data == b"end":
                    return
                if (said := answer(data)) is not None:
                    server.sendto(said, caller)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    port = server.getsockname()[1]
    try:
        yield port
    finally:
        server.sendto(b"end", ("127.0.0.1", port))
        thread.join(5)
        server.close()


def closed_port() -> int:
    """A port of the loopback interface that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
