"""Run a command in a pod through the Kubernetes API (the exec subresource over a WebSocket)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from time import monotonic
from typing import Any

from trueline.probes.kube_access import (
    IMPORTING,
    Unreachable,
    one_line,
    server_of,
    settings_of,
    within,
)
from trueline.probes.kube_client import message, plain

_STATUS = 3  # the channel that tells how the command ended (v4.channel.k8s.io)
_GOODBYE = 0.2  # seconds for the other side to confirm that the connection ends
_LONGEST = 300  # characters of a reason
LARGEST = 1 << 28  # bytes of all that comes back; the answers of a great plan have a tenth of it
_PIECE = 16384  # characters of standard input in one message


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
    try:
        settings = settings_of(context, kubeconfig)
    except Unreachable as error:
        raise _failed(str(error)) from error
    with IMPORTING:
        from kubernetes.client import ApiClient, CoreV1Api
        from kubernetes.stream import stream

    where = {"container": container} if container else {}

    def ask() -> Any:
        return stream(
            CoreV1Api(ApiClient(settings)).connect_get_namespaced_pod_exec,
            pod,
            namespace,
            command=list(argv),
            stdin=True,
            stdout=True,
            stderr=True,
            tty=False,
            _preload_content=False,
            **where,
        )

    deadline = monotonic() + timeout
    try:
        # The client waits for ever for an API that accepts the connection and then says nothing.
        session = within(timeout, ask, late=_close)
    except TimeoutError as error:
        raise _failed(f"{server_of(settings)} does not answer within {timeout:g} s") from error
    except Exception as error:  # the client wraps whatever went wrong, Ctrl-C included
        raise _failed(_refusal(error, server_of(settings), timeout)) from error
    try:
        return _outcome(session, given, deadline, timeout)
    finally:
        _close(session)


def _outcome(session: Any, given: str, deadline: float, timeout: float) -> str:
    """What the command wrote, once it was given its input and has ended well.

    A command that ended by itself has written no line, or its line came with its end.
    """
    from websocket import WebSocketException, WebSocketTimeoutException

    left = max(0.001, deadline - monotonic())  # to the client, 0 means for ever
    try:
        _bound(session.sock)
        session.sock.settimeout(left)  # half a message must not be waited for longer either
        for start in range(0, len(given), _PIECE):
            session.write_stdin(given[start : start + _PIECE])
        line = session.readline_stdout(timeout=left)
        if line:
            session.write_stdin("\n")
            session.run_forever(timeout=max(0.001, deadline - monotonic()))
        if session.is_open():
            raise _failed(f"the command did not end within {timeout:g} s")
    except _TooMuch as error:
        raise _failed(f"the command wrote more than {LARGEST} bytes") from error
    except (WebSocketTimeoutException, TimeoutError) as error:
        raise _failed(f"the command did not end within {timeout:g} s") from error
    except (WebSocketException, OSError) as error:
        raise _failed(f"the connection broke before the command ended: {error}") from error
    output, complaint = line or session.read_stdout(), session.read_stderr()
    status = _status(session.read_channel(_STATUS))
    if status.get("status") != "Success":
        said = [line for line in complaint.splitlines() if line.strip()]
        raise _failed(said[-1] if said else status.get("message") or "it told no exit status")
    return str(output)


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


def _refusal(error: Exception, server: str, timeout: float) -> str:
    """Why there is no session, in the words of the API or of the network."""
    cause = error.__context__ or error  # under the client's own exception, which quotes headers
    body = getattr(cause, "resp_body", None)
    if body:
        return message(bytes(body))
    status = getattr(cause, "status_code", None)
    if status:
        return f"{server} answers {status}"
    return f"{server} {plain(cause, timeout)}"


def _close(session: Any) -> None:
    """End the connection. Its socket would wait for the garbage collector otherwise."""
    socket = session.sock
    session.close(timeout=_GOODBYE)
    socket.shutdown()  # close() does nothing when the server was the first to end it


def _failed(reason: str) -> ExecFailed:
    return ExecFailed(one_line(reason)[:_LONGEST])
