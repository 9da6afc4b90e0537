"""What is asked of the network from one vantage point, and what came back. Values only.

A `Probe` is a short conversation, step by step, each over a connection of its own. It says what
bytes go where; what they mean is for `trueline.codec` to say. The same probes run on this host, in
a pod, on a node and over ssh (`trueline.probes.agent`).
"""

from __future__ import annotations

from binascii import a2b_base64
from dataclasses import dataclass
from typing import Literal

from trueline.model.moment import Dated
from trueline.model.observed import NotObserved, Observed

Transport = Literal["tcp", "udp", "tls", "resolve", "neighbour"]
Reading = Literal["nothing", "first", "close", "head", "frame", "quiet"]
Outcome = Literal[
    "answered",
    "silent",
    "connected",
    "refused",
    "reset",
    "timed out",
    "unreachable",
    "tls failed",
    "unresolved",
    "failed",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP/1.1 request.

    `{file:PATH}` and `{keep:NAME}` in a header or the body are filled in at the vantage point, so
    that a token is used where it is and never travels.
    """

    method: str
    path: str
    host: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One connection: where to, over what, what is sent and how long is listened.

    `host` is an address, or a name that the vantage point resolves itself. With `resolve` nothing
    but that is done; with `neighbour` a connection is tried, and the answer is the MAC that it was
    sent to, or `nobody`. `send` is base64, instead of `request`. `read` says when the answer is
    complete: never awaited, with its first bytes, when the other side closes, with a DNS frame of
    two bytes of length, or when nothing more came for a moment. `server_name` is the SNI, None
    sends none; `certificate` a PEM bundle (chain and key) that the client shows; `highest` the
    highest TLS version it offers (`1.1`, `1.2`). `keep` maps names to the path of a value in a
    JSON answer, for later steps; kept values are blotted out of what is given back. An answer that
    lacks one ends the conversation. With `head` the answer is read as with `close`, and only its
    HTTP head is given back, because its body is secret.
    """

    transport: Transport
    host: str
    port: int = 0
    server_name: str | None = None
    alpn: tuple[str, ...] = ()
    certificate: str | None = None
    highest: str | None = None
    request: Request | None = None
    send: str = ""
    read: Reading = "nothing"
    keep: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A conversation of one or more steps; a step that is not answered ends it.

    `connect` bounds each connection and its TLS handshake, `answer` each answer, in seconds.
    """

    steps: tuple[Step, ...]
    connect: float
    answer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """What a TLS handshake came to.

    `chain` is what the server showed, each DER in base64. `version` is empty where the server hung
    up so early that it cannot be told.
    """

    version: str
    alpn: str | None
    chain: tuple[str, ...]

    def __post_init__(self) -> None:
        """A machine may have been made to say anything. Raises ValueError."""
        for text in self.chain:
            a2b_base64(text, strict_mode=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How one step ended.

    `reached` is the last rung that held (resolve, route, tcp, tls, answer; None: no name),
    `broke` the one that did not, empty where the step came to its end; `local` the address the
    connection came from, `peer` the one it went to. `received` is base64; `seconds` maps rungs
    to how long each took.
    """

    outcome: Outcome
    reached: str | None
    broke: str = ""
    detail: str = ""
    local: str | None = None
    peer: str | None = None
    tls: Tls | None = None
    received: str = ""
    seconds: dict[str, float]

    def __post_init__(self) -> None:
        """A machine may have been made to say anything. Raises ValueError."""
        a2b_base64(self.received, strict_mode=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Dated):
    """The replies to a probe, as far as it came.

    `at` is the clock of the vantage point when it began, seconds since the epoch. `settled` is how
    many seconds a probe that is repeated took until it gave what was awaited; None when it never
    did, or was not repeated.
    """

    replies: tuple[Reply, ...]
    at: float
    settled: float | None = None

    @property
    def last(self) -> Reply:
        """The reply to the last step that was taken."""
        return self.replies[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What every vantage point was told in one run, by vantage point and name of the probe.

    `nonce` is a word that nothing before this run contained. `trust` holds the PEM of each CA
    bundle that the plan names.
    """

    nonce: str
    views: dict[str, Observed[dict[str, Answer]]]
    trust: dict[str, Observed[str]]

    def of(self, vantage: str, name: str) -> Answer:
        """One answer. Raises NotObserved: the vantage point could not be used, or was not asked."""
        view = self._view(vantage)
        try:
            return view.value[name]
        except KeyError:
            raise NotObserved(f"{vantage} was not asked: {name}") from None

    def asked(self, vantage: str, name: str) -> bool:
        """Whether the vantage point was asked, whatever came of it."""
        view = self.views.get(vantage)
        return view is not None and (view.kind == "gap" or name in view.value)

    def origin(self, vantage: str) -> str:
        """How and from where, for evidence."""
        return self._view(vantage).origin

    def _view(self, vantage: str) -> Observed[dict[str, Answer]]:
        try:
            return self.views[vantage]
        except KeyError:
            raise NotObserved(f"there is no vantage point {vantage}") from None
