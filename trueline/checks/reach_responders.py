"""Who answered: a product is known by what only it says, and never by a status alone.

Each judge gives the rungs that are left above the connection: (rung, expected, holds, observed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from trueline.checks.shown import broken
from trueline.codec import dns, grpc, http, mysql, redis
from trueline.model.probe import Reply
from trueline.model.targets import OTLP_HTTP, Target
from trueline.model.topology import Reservation

Rung = tuple[str, str, bool, str]
STAND_IN_HEADER = "x-trueline-stand-in"
_SHOWN = 60  # characters of a body that was not expected
# What Vault and OpenBao say about themselves in the status of /v1/sys/health, and whether who
# comes to such a node is served.
VAULT_STATES = {
    200: ("active", True),
    429: ("a standby, which is well", True),
    472: ("a secondary for disaster recovery, which serves nobody", False),
    473: ("a performance standby, which is well", True),
    501: ("not initialised", False),
    503: ("sealed", False),
}


def speaks_as_planned(target: Target, reply: Reply, version: str | None = None) -> Iterator[Rung]:
    """The rungs above the connection. `version` is that of the cluster whose API it should be."""
    spoken = str(target.speaks)
    if spoken in ("http", "https"):
        yield from _http(target, reply, version)
    elif spoken == "grpc":
        yield _grpc(target, reply)
    else:
        judge = _WORDS.get(spoken)
        if judge is not None:
            expected, said = judge
            yield ("application", expected, *_told(reply, said))


def described(answer: http.HttpAnswer) -> str:
    """An HTTP answer that nobody expected, in a few words."""
    server = answer.headers.get("server")
    start = " ".join(answer.text[:_SHOWN].split())
    by = f" from {server}" if server else ""
    return f"HTTP {answer.status}{by}" + (f": {start}" if start else "")


def _told(reply: Reply, said: Callable[[Reply], tuple[bool, str]]) -> tuple[bool, str]:
    if reply.outcome != "answered":
        return False, broken(reply)
    return said(reply)


# --- HTTP -----------------------------------------------------------------------------------------


def _http(target: Target, reply: Reply, version: str | None) -> Iterator[Rung]:
    expected = "an HTTP answer"
    if reply.outcome != "answered":
        yield "http", expected, False, broken(reply)
        return
    try:
        answer = http.answer(reply)
    except http.NotHttp as error:
        swapped = "HTTP/2 of a gRPC server" if grpc.speaks(reply) else str(error)
        yield "http", expected, False, swapped
        return
    yield "http", expected, True, f"HTTP {answer.status}"
    yield ("application", *_responder(target, answer, version))


def _responder(
    target: Target, answer: http.HttpAnswer, version: str | None
) -> tuple[str, bool, str]:
    """(expected, holds, observed)."""
    if target.api is not None:
        expected = f"the API of {target.api}, Kubernetes {version}"
        return (expected, *_kubernetes(target.api, answer, version))
    product = target.product
    if product is None:
        return _application(target, answer)
    if product.stand_in:
        expected = f"a stand-in for {product.kind} that says so, which proves nothing of it"
        return expected, *_stand_in(product.kind, answer)
    expected = _NAMES.get(product.kind, product.kind)
    if answer.headers.get(STAND_IN_HEADER):
        return expected, False, f"a stand-in for {answer.headers[STAND_IN_HEADER]}"
    if target.speaks == "http" and _sent_to_tls(answer):
        return expected, True, f"HTTP {answer.status}, which sends clients to TLS"
    if product.kind == "tempo" and target.port == OTLP_HTTP:
        return "an OTLP receiver", *_otlp(answer)
    judge = _PRODUCTS.get(product.kind)
    return (expected, *(judge(answer) if judge is not None else _any(answer)))


def _kubernetes(cluster: str, answer: http.HttpAnswer, version: str | None) -> tuple[bool, str]:
    said = _object(answer)
    if answer.status in (401, 403) and said.get("kind") == "Status":
        # Its certificate has said already which cluster it is.
        return True, f"a Kubernetes API that tells strangers nothing (HTTP {answer.status})"
    found = said.get("gitVersion")
    if answer.status != 200 or not found:
        return False, described(answer)
    return found == version, f"the API of {cluster}, Kubernetes {found}"


def _application(target: Target, answer: http.HttpAnswer) -> tuple[str, bool, str]:
    """An application of which the plan says no more than, perhaps, a text of its answers."""
    text = target.owner.answers if isinstance(target.owner, Reservation) else None
    if text is None:
        return ("an answer that is no failure of the server", *_any(answer))
    if text in answer.text:
        return f"an answer with {text!r}", True, f"HTTP {answer.status} with {text!r}"
    return f"an answer with {text!r}", False, described(answer)


def _any(answer: http.HttpAnswer) -> tuple[bool, str]:
    return answer.status < 500, described(answer) if answer.status >= 500 else "one"


def _sent_to_tls(answer: http.HttpAnswer) -> bool:
    location = answer.headers.get("location", "")
    return answer.status in (301, 302, 307, 308) and location.startswith("https://")


def _stand_in(kind: str, answer: http.HttpAnswer) -> tuple[bool, str]:
    found = answer.headers.get(STAND_IN_HEADER)
    if found == kind and answer.status == 200:
        return True, f"a stand-in for {kind}"
    return False, described(answer)


def _object(answer: http.HttpAnswer) -> dict[str, Any]:
    return answer.json if isinstance(answer.json, dict) else {}


def _prometheus(answer: http.HttpAnswer) -> tuple[bool, str]:
    said = _object(answer)
    data = said.get("data")
    if answer.status == 200 and said.get("status") == "success" and isinstance(data, dict):
        return True, f"Prometheus {data.get('version') or ''}".rstrip()
    return False, described(answer)


def _build(name: str) -> Callable[[http.HttpAnswer], tuple[bool, str]]:
    """A judge of the build information that Loki and Tempo give, each at a path of its own."""

    def said(answer: http.HttpAnswer) -> tuple[bool, str]:
        found = _object(answer)
        if answer.status == 200 and {"version", "revision", "goVersion"} <= set(found):
            return True, f"{name} {found['version']}".rstrip()
        return False, described(answer)

    return said


def _vault(answer: http.HttpAnswer) -> tuple[bool, str]:
    said = _object(answer)
    if not {"initialized", "sealed", "version"} <= set(said):
        return False, described(answer)
    state, served = VAULT_STATES.get(answer.status, (f"HTTP {answer.status}", False))
    return served, f"Vault {said['version']}: {state}"


def _argocd(answer: http.HttpAnswer) -> tuple[bool, str]:
    version = _object(answer).get("Version")
    if answer.status == 200 and version:
        return True, f"Argo CD {version}"
    return False, described(answer)


def _grafana(answer: http.HttpAnswer) -> tuple[bool, str]:
    said = _object(answer)
    if answer.status == 200 and said.get("database") == "ok":
        return True, f"Grafana {said.get('version') or ''}".rstrip()
    return False, described(answer)


def _otlp(answer: http.HttpAnswer) -> tuple[bool, str]:
    if answer.status == 200 and isinstance(answer.json, dict):
        return True, "an OTLP receiver"
    return False, described(answer)


_NAMES = {
    "prometheus": "Prometheus",
    "loki": "Loki",
    "tempo": "Tempo",
    "vault": "Vault, unsealed and well",
    "argocd": "Argo CD",
    "grafana": "Grafana",
}
_PRODUCTS: dict[str, Callable[[http.HttpAnswer], tuple[bool, str]]] = {
    "prometheus": _prometheus,
    "loki": _build("Loki"),
    "tempo": _build("Tempo"),
    "vault": _vault,
    "argocd": _argocd,
    "grafana": _grafana,
}


# --- what is not HTTP/1.1 -------------------------------------------------------------------------


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
