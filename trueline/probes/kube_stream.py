"""Commands in pods as the kubernetes package runs them, over a connection as the kubeconfig asks.

The question and the channels are the package's (`kubernetes.stream`); the WebSocket below is opened
here. The package's own would pass over whom one acts as, since it sends no header but
Authorization; it follows redirects with the credentials; it has no time-out; it wants the client's
key in a file, and certifi's CAs where the kubeconfig names none; and it lets NO_PROXY overrule the
proxy of the context.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from http.client import HTTPConnection
from time import monotonic
from typing import Any

from trueline.probes.kube_pool import IMPORTING, proxy_headers, settings
from trueline.probes.kube_way import Way

STATUS = 3  # the channel that tells how the command ended
_PROTOCOL = "v4.channel.k8s.io"


def start(
    way: Way, argv: Sequence[str], place: Mapping[str, str | None], timeout: float
) -> tuple[Any, float]:
    """A command, started in a pod: the package's session (`WSClient`, in bytes) and its deadline.

    `place` is the `name` of the pod, its `namespace` and the `container`, None for the first. The
    deadline, on the monotonic clock, is `timeout` seconds from the question on. Raises OSError,
    TimeoutError and what websocket-client raises.
    """
    made = settings(way)
    with IMPORTING:
        from kubernetes.client import ApiClient, CoreV1Api
        from kubernetes.client.exceptions import ApiException
        from kubernetes.stream import stream

        _let_settings_open()
    deadline = monotonic() + timeout  # importing all this may take seconds, once
    made.trueline_open = lambda url: _websocket(way, url, deadline)
    try:
        session = stream(
            CoreV1Api(ApiClient(made)).connect_get_namespaced_pod_exec,
            **{key: value for key, value in place.items() if value},
            command=list(argv),
            stdin=True,
            stdout=True,
            stderr=True,
            tty=False,
            binary=True,  # a letter may come in two messages
            _preload_content=False,
        )
    except ApiException as error:  # around whatever went wrong, Ctrl-C included
        raise error.__context__ or error from None
    return session, deadline


def left(deadline: float) -> float:
    """The seconds that are left; never 0, which would mean not to wait at all."""
    return max(0.001, deadline - monotonic())


@cache
def _let_settings_open() -> None:
    """Have the package ask the settings for the WebSocket, where they are ours.

    It offers no other place for a socket of one's own. Settings that are not ours go its own way,
    and should it ever stop asking, ours hold no credentials and no CA that could be used wrongly.
    """
    from kubernetes.stream import ws_client

    original = ws_client.create_websocket

    def create_websocket(configuration: Any, url: str, headers: Any = None) -> Any:
        ours = getattr(configuration, "trueline_open", None)
        return ours(url) if ours else original(configuration, url, headers)

    ws_client.create_websocket = create_websocket


def _websocket(way: Way, url: str, deadline: float) -> Any:
    """An open WebSocket."""
    from websocket import WebSocket

    opened: Any = WebSocket()
    socket = _socket(way, deadline)
    try:
        opened.connect(
            url,
            socket=socket,
            timeout=left(deadline),
            header=[f"{name}: {value}" for name, value in way.credentials.headers],
            subprotocols=[_PROTOCOL],
            suppress_origin=True,
            redirect_limit=0,  # the credentials are for this server
        )
    except BaseException:
        socket.close()
        raise
    return opened


def _socket(way: Way, deadline: float) -> Any:
    """A connection to the API server, through its proxy where there is one."""
    if way.proxy is None:
        line = HTTPConnection(way.host, way.port, timeout=left(deadline))
    else:
        line = HTTPConnection(way.proxy.url.removeprefix("http://"), timeout=left(deadline))
        line.set_tunnel(way.host, way.port, proxy_headers(way))
    try:
        line.connect()
        socket = line.sock
        socket.settimeout(left(deadline))
        return way.tls.wrap_socket(socket, server_hostname=way.name) if way.tls else socket
    except BaseException:
        line.close()
        raise
