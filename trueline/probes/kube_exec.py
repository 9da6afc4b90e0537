"""Run a command in a pod through the Kubernetes API (the exec subresource over a WebSocket)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

from trueline.model.printable import one_line
from trueline.probes.command_session import LARGEST
from trueline.probes.kube_access import Unreachable
from trueline.probes.kube_client import message, plain, refused
from trueline.probes.kube_stream import STATUS, left, start
from trueline.probes.kube_way import Way, renewed, way_to

_STDOUT, _STDERR = 1, 2  # channels
_LONGEST = 300  # characters of a reason
_PIECE = 16384  # bytes of standard input in one message
_GOODBYE = 0.2  # seconds for the other side to confirm that the connection ends


class _TooMuch(Exception):
    """More came back than any command of ours says."""


class ExecFailed(Exception):
    """The command could not be run, or ended with an error; one line of reason."""


class Session:
    """A command in a pod that answers what it is given, again and again, by one line each time.

    It is started with the first question, and ends with an empty line: what is still under way when
    a command ends may be lost, and it is told to have ended well all the same. `kubeconfig` is one
    path or several, as in KUBECONFIG; the container is the first by default. Not for several
    threads at once.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        namespace: str,
        pod: str,
        context: str,
        kubeconfig: str,
        container: str | None = None,
    ) -> None:
        self._argv, self._context, self._kubeconfig = argv, context, kubeconfig
        self._place = {"name": pod, "namespace": namespace, "container": container}
        self._session: Any = None

    def runs(self) -> bool:
        """Whether it was started and has not ended, as far as can be told without waiting."""
        if self._session is None:
            return False
        try:
            self._session.update(timeout=0)
        except Exception:  # noqa: BLE001  whatever the library and the network raise, it is over
            return False
        return bool(self._session.is_open())

    def say(self, given: str, timeout: float) -> str:
        """The line that the command writes when it is given that; starts it where it does not run.

        Waits at most `timeout` seconds, for the connection too. Raises ExecFailed when the API
        cannot be reached or refuses, when the pod is not there, and when the command fails or
        writes no line in time; it is over then.
        """
        try:
            if self._session is None:
                begun = _begun(self._argv, self._place, self._context, self._kubeconfig, timeout)
                self._session, deadline = begun
            else:
                deadline = monotonic() + timeout
            return _line(self._session, given, deadline, timeout)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the command end, by an empty line, and do not wait for that."""
        session, self._session = self._session, None
        if session is not None:
            with suppress(Exception):  # what is gone needs no goodbye
                session.sock.settimeout(_GOODBYE)
                session.write_stdin(b"\n")
            _close(session)


def _begun(
    argv: Sequence[str],
    place: Mapping[str, str | None],
    context: str,
    kubeconfig: str,
    timeout: float,
) -> tuple[Any, float]:
    """A command, started in a pod, and its deadline. Raises ExecFailed."""
    try:
        way = way_to(context, kubeconfig)
        session, deadline = _started(
            way,
            lambda: renewed(way, context, kubeconfig),
            lambda way: start(way, argv, place, timeout),
            timeout,
        )
    except Unreachable as error:
        raise _failed(str(error)) from error
    _bound(session.sock)
    return session, deadline


def _started(
    way: Way,
    renew: Callable[[], Way | None],
    ask: Callable[[Way], tuple[Any, float]],
    timeout: float,
) -> tuple[Any, float]:
    """The command, started, and its deadline.

    It is tried once more where the credentials were refused and there are others.
    """
    from websocket import WebSocketBadStatusException

    try:
        return ask(way)
    except Exception as error:  # whatever the library and the network raise
        refused = isinstance(error, WebSocketBadStatusException) and error.status_code == 401
        if refused and (fresh := renew()):
            return _started(fresh, lambda: None, ask, timeout)
        raise _failed(_refusal(error, way, timeout)) from error


def _line(session: Any, given: str, deadline: float, timeout: float) -> str:
    """The line that a command wrote, once it was given its input.

    A command that ended by itself has written no line, or its line came with its end.
    """
    data = given.encode()
    with _told(timeout):
        for start in range(0, len(data), _PIECE):
            session.sock.settimeout(left(deadline))
            session.write_stdin(data[start : start + _PIECE])
        _listen(session, deadline, until=b"\n")
    if not session.is_open():
        _ended_well(session)
    return _text(session.read_channel(_STDOUT)).partition("\n")[0]


def _ended_well(session: Any) -> None:
    """See that a command that has ended ended well. Raises ExecFailed."""
    complaint = _text(session.read_channel(_STDERR))
    status = _status(_text(session.read_channel(STATUS)))
    if status.get("status") != "Success":
        said = [text for text in complaint.splitlines() if text.strip()]
        raise _failed(said[-1] if said else status.get("message") or "it told no exit status")


@contextmanager
def _told(timeout: float) -> Iterator[None]:
    """Why a command gave no answer, in one line. Raises ExecFailed."""
    from websocket import WebSocketException, WebSocketTimeoutException

    try:
        yield
    except _TooMuch as error:
        raise _failed(f"the command wrote more than {LARGEST} bytes") from error
    except (WebSocketTimeoutException, TimeoutError) as error:
        raise _failed(f"the command did not answer within {timeout:g} s") from error
    except (WebSocketException, OSError) as error:
        raise _failed(f"the connection broke before the command answered: {error}") from error


def _listen(session: Any, deadline: float, until: bytes = b"") -> None:
    """Listen until standard output has `until` in it or the command has ended."""
    while session.is_open() and not (until and until in session.peek_stdout()):
        if monotonic() >= deadline:
            raise TimeoutError
        session.sock.settimeout(left(deadline))  # half a message is not waited for longer either
        session.update(timeout=left(deadline))


def _bound(socket: Any) -> None:
    """Let no more than LARGEST bytes in: the client keeps whatever comes, as long as it comes."""
    receive, left = socket.frame_buffer.recv, LARGEST

    def counted(most: int) -> Any:
        nonlocal left
        data = receive(most)
        left -= len(data)
        if left < 0:
            raise _TooMuch
        return data

    socket.frame_buffer.recv = counted


def _status(text: str) -> dict[str, Any]:
    """How the command ended; empty where that was not told."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _refusal(error: Exception, way: Way, timeout: float) -> str:
    """Why there is no session, in the words of the API or of the network."""
    from websocket import WebSocketTimeoutException

    if isinstance(error, WebSocketTimeoutException):
        return f"{way.server} does not answer within {timeout:g} s"
    status, body = getattr(error, "status_code", None), getattr(error, "resp_body", None)
    if status == 401:
        return f"{way.server} {refused(way)}"
    if body:
        return message(bytes(body))
    if status:
        return f"{way.server} answers {status}"
    return f"{way.server} {plain(error, timeout, way)}"


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _close(session: Any) -> None:
    """End the connection. Its socket would wait for the garbage collector otherwise."""
    socket = session.sock
    session.close(timeout=_GOODBYE)
    socket.shutdown()  # close() does nothing when the server was the first to end it


def _failed(reason: str) -> ExecFailed:
    return ExecFailed(one_line(reason)[:_LONGEST])
