"""Which product gave a red its HTTP status, at which step, and what that says.

The answer is the red's own text, as the judges wrote it: `HTTP 404 from nginx: page not found`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from trueline.diagnose.incidents import Red
from trueline.diagnose.meanings import KUBE, Meaning
from trueline.diagnose.meanings_doors import DOORS
from trueline.diagnose.meanings_telemetry import TELEMETRY
from trueline.model.topology import Topology

TABLE = {**TELEMETRY, **DOORS}

# By requirement and what the subject holds: whose answer is judged, and at which step.
_STEPS = (
    ("ING-001", "", "gateway", "route"),
    ("MTLS-008", "", "mesh", "call"),
    ("REACH-010", "", "prometheus", "read"),
    ("REACH-011", " write", "prometheus", "write"),
    ("REACH-011", " read", "prometheus", "read"),
    ("REACH-012", "", "loki", "read"),
    ("REACH-013", " write", "loki", "write"),
    ("REACH-013", " read", "loki", "read"),
    ("REACH-015", ": sent", "tempo", "write"),
    ("REACH-015", ": found", "tempo", "read"),
    ("REACH-020", ": log in", "vault", "login"),
    ("REACH-020", ": read ", "vault", "read"),
    ("REACH-022", "", "vault", "sync"),
    ("REACH-030", "", "argocd", "deploy"),
)
_FLOWS = ("REACH-001", "REACH-003")  # who answers is their last rung

_ANSWER = re.compile(
    r"(?:HTTP |Code: )(?P<status>\d{3})(?: from (?P<server>[^:,]+))?(?:, [^:]+)?"
    r"(?:[:.] ?(?P<body>.*))?",
    re.DOTALL,
)
# How clients of a Kubernetes API put a status into words.
_WORDS = {"has asked for the client to provide credentials": 401, " is forbidden: ": 403}

_NAMES = {
    "argocd": "Argo CD", "grafana": "Grafana", "loki": "Loki", "prometheus": "Prometheus",
    "tempo": "Tempo", "vault": "Vault",
}  # fmt: skip
_ENVOY = "Envoy"
# What only one of them says, wherever it is heard, and whose answers may say it.
_MARKS = (
    ("no healthy upstream", _ENVOY, ()),
    ("upstream connect error", _ENVOY, ()),
    ('{"kind":"Status"', "a Kubernetes API", ()),
    ('{"errors":[]}', "Vault", ("vault",)),
    ('{"errors":["', "Vault", ("vault",)),
    ("no org id", "Loki, Mimir or Tempo", ("loki", "tempo")),
    ('{"status":"error","errorType"', "an API like Prometheus's", ("prometheus",)),
    ("default backend - 404", "the default backend of an ingress", ()),
)
_PAGES = ("<html", "<!doctypehtml")
_PAGED = ("argocd", "grafana")  # which have pages of their own, so these tell nothing
_HOLDERS = f"{KUBE} get services -A"  # who has the address
_PASSES_ON = ("envoy", "istio-envoy")  # the header is the proxy's, whoever answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an answer says, and commands to look at next, to be filled in."""

    says: str
    look: tuple[str, ...]


def status(red: Red, topology: Topology) -> Said | None:
    """What the HTTP answer of a red says; None where it is none, or is told by its text alone."""
    whose = _step(red, topology)
    answer = _read(red.observed)
    if whose is None or answer is None:
        return None
    (product, step), (code, server, body) = whose, answer
    other = _other(product, server, body)
    if other is None:
        found = meaning(product, step, code, body)
        return None if found is None else Said(says=found.says, look=(found.look,))
    says = f"The answer is not {_NAMES[product]}'s: {other} gave it."
    reason = meaning("mesh", "call", code, body) if other == _ENVOY else None
    if reason is None:
        return Said(says=says, look=(_HOLDERS,))
    return Said(says=f"{says} {reason.says}", look=(reason.look, _HOLDERS))


def meaning(product: str, step: str, code: int, body: str) -> Meaning | None:
    """The first meaning that fits."""
    return next((one for one in TABLE.get((product, step, code), ()) if one.fits(body)), None)


def _step(red: Red, topology: Topology) -> tuple[str, str] | None:
    for requirement, part, product, step in _STEPS:
        if red.requirement == requirement and part in red.subject:
            return product, "login" if step == "sync" and "/login" in red.observed else step
    if red.requirement in _FLOWS and red.subject.endswith(": application"):
        names = {part.partition(":")[2] for part in red.needs if part.startswith("product:")}
        for item in topology.products:
            if item.name in names and item.kind in _NAMES:
                return item.kind, "identity"
    return None


def _read(observed: str) -> tuple[int, str, str] | None:
    """(status, Server header, body) as they stand in the text of a claim."""
    worded = next((code for words, code in _WORDS.items() if words in observed), None)
    if worded is not None:
        return worded, "", observed
    found = _ANSWER.search(observed)
    if found is None:
        return None
    if found[0].startswith("Code: "):
        return int(found["status"]), "", observed  # what was asked stands before the status
    return int(found["status"]), found["server"] or "", (found["body"] or "").strip()


def _other(product: str, server: str, body: str) -> str | None:
    """Who answered in the place of a product; None where nothing says so."""
    if product not in _NAMES:
        return None
    said = _squeezed(body)
    for mark, who, products in _MARKS:
        if _squeezed(mark) in said:
            return None if product in products else who
    if server and server.lower() not in _PASSES_ON:
        return server
    page = said.startswith(_PAGES) and product not in _PAGED
    return "a server of web pages" if page else None


def _squeezed(text: str) -> str:
    return "".join(text.lower().split())
