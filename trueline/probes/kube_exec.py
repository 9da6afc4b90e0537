"""Run a command in a pod through the Kubernetes API (the exec subresource over a WebSocket)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from trueline.probes.kube_access import Unreachable, one_line
from trueline.probes.kube_client import message, plain, refused
from trueline.probes.kube_stream import STATUS, left, start
from trueline.probes.kube_way import Way, renewed, way_to

_STDOUT, _STDERR = 1, 2  # channels
_LONGEST = 300  # characters of a reason
_PIECE = 16384  # bytes of standard input in one message
_GOODBYE = 0.2  # seconds for the other side to confirm that the connection ends
LARGEST = 1 << 28  # bytes of all that comes back; the answers of a great plan have a tenth of it


class _TooMuch(Exception):
    """More came back than any command of ours says."""


class ExecFailed(Exception):
    """The command could not be run, or ended with an error; one line of reason."""


def run(
    argv: Sequence[str],
    *,
    namespace: str,
    pod: str,
    context: str,
    kubeconfig: str,
    timeout: float,
    given: str = "",
    container: str | None = None,
) -> str:
    """Give the one line that `argv` writes in a container of a pod, the first by default.

    `given` is written to its standard input. The command then writes its line and waits for an
    empty one before it ends: what is still under way when a command ends may be lost, and it is
    told to have ended well all the same. `kubeconfig` is one path or several, as in KUBECONFIG.
    Waits at most `timeout` seconds for the connection and the command together. Raises ExecFailed
    when the API cannot be reached or refuses, when the pod is not there, and when the command fails
    or does not end in time.
    """

    def ask(way: Way) -> tuple[Any, float]:
        place = {"name": pod, "namespace": namespace, "container": container}
        return start(way, argv, place, timeout)

    try:
        way = way_to(context, kubeconfig)
        session, deadline = _started(way, lambda: renewed(way, context, kubeconfig), ask, timeout)
    except Unreachable as error:
        raise _failed(str(error)) from error
    try:
        return _outcome(session, given, deadline, timeout)
    finally:
        _close(session)


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


def _outcome(session: Any, given: str, deadline: float, timeout: float) -> str:
    """What the command wrote, once it was given its input and has ended well.

    A command that ended by itself has written no line, or its line came with its end.
    """
    from websocket import WebSocketException, WebSocketTimeoutException

    data = given.encode()
    try:
        _bound(session.sock)
        for start in range(0, len(data), _PIECE):
            session.sock.settimeout(left(deadline))
            session.write_stdin(data[start : start + _PIECE])
        _listen(session, deadline, until=b"\n")
        if session.is_open():
            session.write_stdin(b"\n")
            _listen(session, deadline)
    except _TooMuch as error:
        raise _failed(f"the command wrote more than {LARGEST} bytes") from error
    except (WebSocketTimeoutException, TimeoutError) as error:
        raise _failed(f"the command did not end within {timeout:g} s") from error
    except (WebSocketException, OSError) as error:
        raise _failed(f"the connection broke before the command ended: {error}") from error
    output, complaint = (_text(session.read_channel(one)) for one in (_STDOUT, _STDERR))
    status = _status(_text(session.read_channel(STATUS)))
    if status.get("status") != "Success":
        said = [text for text in complaint.splitlines() if text.strip()]
        raise _failed(said[-1] if said else status.get("message") or "it told no exit status")
    return output.partition("\n")[0]


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
