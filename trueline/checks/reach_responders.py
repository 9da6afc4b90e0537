"""Who answered: a product is known by what only it says, and never by a status alone.

Each judge gives the rungs that are left above the connection: (rung, expected, holds, observed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from trueline.checks.shown import broken, described
from trueline.codec import grpc, http
from trueline.model.probe import Reply
from trueline.model.targets import OTLP_HTTP, Target
from trueline.model.topology import Reservation

Rung = tuple[str, str, bool, str]
STAND_IN_HEADER = "x-trueline-stand-in"
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


# --- HTTP -----------------------------------------------------------------------------------------


def over_http(target: Target, reply: Reply, version: str | None) -> Iterator[Rung]:
    """The rungs of HTTP. `version` is that of the cluster whose API it should be."""
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
    well = answer.status < 500
    return well, f"HTTP {answer.status}" if well else described(answer)


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
