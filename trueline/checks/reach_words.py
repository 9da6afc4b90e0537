"""Who answered, in whatever is spoken at a target: HTTP, gRPC, and what databases say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trueline.checks.reach_responders import Rung, over_http
from trueline.checks.shown import broken
from trueline.codec import dns, grpc, http, mysql, redis
from trueline.model.probe import Reply
from trueline.model.targets import Target


def speaks_as_planned(target: Target, reply: Reply, version: str | None = None) -> Iterator[Rung]:
    """The rungs above the connection. `version` is that of the cluster whose API it should be."""
    spoken = str(target.speaks)
    if spoken in ("http", "https"):
        yield from over_http(target, reply, version)
    elif spoken == "grpc":
        yield _grpc(target, reply)
    else:
        judge = _WORDS.get(spoken)
        if judge is not None:
            expected, said = judge
            yield ("application", expected, *_told(reply, said))


def _told(reply: Reply, said: Callable[[Reply], tuple[bool, str]]) -> tuple[bool, str]:
    if reply.outcome != "answered":
        return False, broken(reply)
    return said(reply)


def _grpc(target: Target, reply: Reply) -> Rung:
    product = target.product
    judge = otlp_call if product is not None and product.kind == "tempo" else _http2
    return ("application", "a gRPC server", *_told(reply, judge))


def _http2(reply: Reply) -> tuple[bool, str]:
    if grpc.speaks(reply):
        return True, "HTTP/2"
    return False, not_grpc(reply)


def otlp_call(reply: Reply) -> tuple[bool, str]:
    """Whether a gRPC server took a call of OTLP; one that is busy has at least greeted."""
    try:
        answer = grpc.answer(reply)
    except grpc.NotHttp2:
        return False, not_grpc(reply)
    if answer.status == 0:
        return True, "an OTLP receiver"
    if answer.status is not None:
        return False, f"gRPC status {answer.status}: {answer.message}".rstrip(": ")
    if answer.ended:
        return False, f"{answer.message}, and no gRPC"
    return True, "HTTP/2"


def not_grpc(reply: Reply) -> str:
    """What answered in the place of a gRPC server."""
    try:
        return f"HTTP/1.1, no gRPC: HTTP {http.answer(reply).status}"
    except http.NotHttp as error:
        return f"no gRPC: {error}"


def _redis(reply: Reply) -> tuple[bool, str]:
    try:
        said = redis.answer(reply)
    except redis.NotRedis as error:
        return False, str(error)
    if said.guarded:
        return False, "Redis in protected mode: it serves its own host alone"
    known = said.ping.startswith(("+PONG", "-NOAUTH", "-NOPERM"))
    return known, f"Redis: {said.ping}" if known else f"something like Redis: {said.ping}"


def _mysql(reply: Reply) -> tuple[bool, str]:
    try:
        said = mysql.answer(reply)
    except mysql.NotMysql as error:
        return False, str(error)
    if said.version is None:
        return False, f"MySQL refuses this host: {said.refusal}"
    return True, f"MySQL {said.version}"


def _dns(reply: Reply) -> tuple[bool, str]:
    try:
        return True, f"DNS: {dns.answer(reply).rcode}"
    except dns.NotDns as error:
        return False, str(error)


_WORDS: dict[str, tuple[str, Callable[[Reply], tuple[bool, str]]]] = {
    "redis": ("a Redis server", _redis),
    "mysql": ("a MySQL server", _mysql),
    "dns": ("a DNS server", _dns),
}
