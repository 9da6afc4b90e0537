"""Grafana from end to end: its data sources lead where the plan has their products."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from trueline.checks.shown import broken, described
from trueline.codec import http
from trueline.model.address import address_of, in_url
from trueline.model.check import check
from trueline.model.claim import Claim, holds, unknown
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers, Reply
from trueline.model.subject import DataSource
from trueline.model.targets import of_product, reader, web
from trueline.model.topology import Topology
from trueline.questions import deployments
from trueline.requirements.reach import REACH_040

Told = tuple[bool | None, str, str]  # holds (None: nobody told), expected, observed
_PORTS = {"http": 80, "https": 443}  # of URLs that name none


@check(REACH_040, remedy="Correct the URL of the data source, or the tenant that it sends along.")
def data_source_reaches_its_product(
    source: DataSource, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """A data source has the planned address of its product, and gets an answer there.

    Through a stand-in this proves the addresses and the way, and nothing of Grafana.
    """
    product = source.product
    at = reader(topology, product)
    if at is None or web(topology, product) is None:
        raise NotObserved(f"no port of {product} is planned for HTTP")
    evidence = (answers.origin(at),)
    through = " (through a stand-in, which proves nothing of Grafana)" if product.stand_in else ""
    reply = answers.of(at, deployments.data_source(product, source.name)).last
    claims = (
        _leads(source, topology, reply),
        _answers(source, answers.of(at, deployments.health(product, source.name)).last),
    )
    for what, (true, expected, observed) in zip(("URL", "query"), claims, strict=True):
        subject = f"{source} {what}{through}"
        if true is None:
            yield unknown(
                subject, expected=expected, why=observed, at=product.at, evidence=evidence
            )
            continue
        yield holds(
            subject, true, expected=expected, observed=observed, at=product.at, evidence=evidence
        )
        if not true:
            return


def _said(reply: Reply) -> tuple[http.HttpAnswer | None, str]:
    if reply.outcome != "answered":
        return None, broken(reply)
    try:
        return http.answer(reply), ""
    except http.NotHttp as error:
        return None, str(error)


def _leads(source: DataSource, topology: Topology, reply: Reply) -> Told:
    wanted = next(item for item in topology.products if item.name == source.target)
    planned = {
        f"{item.speaks}://{in_url(item.host)}:{item.port}"
        for item in of_product(topology, wanted)
        if item.speaks in ("http", "https")
    }
    names = {
        f"{item.speaks}://{name}:{item.port}"
        for item in of_product(topology, wanted)
        for name in _names(topology, item.host)
    }
    expected = f"{wanted.kind} at {' or '.join(sorted(planned))}"
    answer, broke = _said(reply)
    if answer is None:
        return False, expected, broke
    if answer.status in (401, 403):
        return None, expected, f"it tells strangers nothing (HTTP {answer.status})"
    said = answer.json if isinstance(answer.json, dict) else {}
    url = str(said.get("url", "")).rstrip("/")
    if answer.status != 200 or not url:
        return False, expected, described(answer)
    right = _spelt(url) in planned | names and said.get("type") == wanted.kind
    return right, expected, f"{said.get('type')} at {url}"


def _spelt(url: str) -> str:
    """A URL as this check spells those of the plan; what is none is left as it is."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return url
    host = parts.hostname or ""
    return f"{parts.scheme}://{in_url(address_of(host) or host)}:{port}{parts.path}"


def _names(topology: Topology, host: str) -> list[str]:
    return [
        item.name for item in topology.dns.names if host in (str(one) for one in item.addresses)
    ]


def _answers(source: DataSource, reply: Reply) -> Told:
    expected = f"an answer of {source.target}"
    answer, broke = _said(reply)
    if answer is None:
        return False, expected, broke
    if answer.status in (401, 403):
        return None, expected, f"it tells strangers nothing (HTTP {answer.status})"
    said = answer.json if isinstance(answer.json, dict) else {}
    if answer.status == 200 and said.get("status") == "OK":
        return True, expected, "an answer"
    return False, expected, str(said.get("message") or described(answer))
