"""What the gateways answer: planned hosts, their certificates, redirects, and strangers."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks import shown
from trueline.codec import http, x509
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, services_of, unknown
from trueline.model.observation import ClusterFacts
from trueline.model.places import hosts
from trueline.model.probe import Answers, Reply
from trueline.model.product import Route
from trueline.model.topology import Cluster, Topology
from trueline.questions import ingress
from trueline.requirements.ingress import ING_001, ING_002, ING_003, ING_004, ING_005


@check(ING_001, remedy="Look at the Gateway and route of the host, and at its Service's endpoints.")
def host_reaches_its_service(route: Route, topology: Topology, answers: Answers) -> Iterator[Claim]:
    """The planned Service answers for its host, over TLS where the gateway ends TLS."""
    for vantage, name in _names(route, topology, route.host, tls=route.tls is not None):
        reply = answers.of(vantage, name).last
        subject = f"{route} from {vantage}"
        evidence = (answers.origin(vantage),)
        if reply.outcome != "answered":
            yield holds(
                subject,
                False,
                expected=f"an answer of {route.service}",
                observed=shown.broken(reply),
                at=route.at,
                evidence=evidence,
            )
            continue
        yield _served(route, subject, reply, evidence)


def _served(route: Route, subject: str, reply: Reply, evidence: tuple[str, ...]) -> Claim:
    try:
        answer = http.answer(reply)
    except http.NotHttp as error:
        observed, good = str(error), False
    else:
        good = answer.status == 200 and (route.answers is None or route.answers in answer.text)
        observed = f"HTTP {answer.status}"
        if not good:
            observed = (
                f"HTTP 200 without {route.answers!r}: another application"
                if answer.status == 200
                else shown.described(answer, most=shown.ENVOY_SHOWN)
            )
    wanted = f"HTTP 200 with {route.answers!r}" if route.answers else "HTTP 200"
    return holds(
        subject,
        good,
        expected=f"{wanted} from {route.service}",
        observed=observed,
        at=route.at,
        evidence=evidence,
    )


@check(ING_002, remedy="Issue the gateway's certificate for the host, by the planned CA.")
def gateway_shows_the_hosts_certificate(
    route: Route, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The certificate carries the host, is valid now and leads to the planned CA."""
    where = ingress.gateway(topology, route)
    if route.tls is None or where is None:
        yield not_applicable(route, why="the gateway ends no TLS for it", at=route.at)
        return
    for vantage, name in _names(route, topology, route.host, tls=True):
        answer = answers.of(vantage, name)
        subject, evidence = f"{route} certificate from {vantage}", (answers.origin(vantage),)
        if answer.last.tls is None:
            yield holds(
                subject,
                False,
                expected="a TLS handshake",
                observed=shown.broken(answer.last),
                at=route.at,
                evidence=evidence,
            )
            continue
        roots = x509.bundle(answers.trust[where.tls_ca].value) if where.tls_ca else None
        yield from shown.certificate(
            subject,
            answer,
            name=route.host,
            roots=roots,
            left=topology.budgets.certificate_left,
            at=route.at,
            evidence=evidence,
        )


@check(ING_003, remedy="Let the gateway redirect plain HTTP to https (httpsRedirect).")
def plain_http_is_redirected(route: Route, topology: Topology, answers: Answers) -> Iterator[Claim]:
    """Plain HTTP for the host answers with a redirect to https on the same host."""
    if not route.redirect or route.plain is None:
        yield not_applicable(route, why="the plan asks for no redirect", at=route.at)
        return
    for vantage, name in _names(route, topology, route.host, tls=False):
        reply = answers.of(vantage, name).last
        try:
            answer = http.answer(reply) if reply.outcome == "answered" else None
        except http.NotHttp:
            answer = None
        location = answer.headers.get("location", "") if answer else ""
        good = (
            answer is not None
            and answer.status in (301, 302, 307, 308)
            and location.startswith(f"https://{route.host}")
        )
        seen = f"HTTP {answer.status} {location}".strip() if answer else shown.broken(reply)
        yield holds(
            f"{route} plain from {vantage}",
            good,
            expected=f"a redirect to https://{route.host}",
            observed=seen,
            at=route.at,
            evidence=(answers.origin(vantage),),
        )


@check(ING_004, remedy="Remove the catch-all host from the Gateway or its routes.")
def unknown_host_is_refused(route: Route, topology: Topology, answers: Answers) -> Iterator[Claim]:
    """A host that nobody planned gets no application: an error, or no connection at all."""
    for tls in (False, True):
        if (route.tls if tls else route.plain) is None:
            continue
        for vantage, name in _names(route, topology, ingress.STRANGER, tls=tls):
            reply = answers.of(vantage, name).last
            subject = f"{'https' if tls else 'http'} {ingress.STRANGER} at {route.gateway}"
            if reply.outcome in ("timed out", "unreachable"):
                why = f"{shown.broken(reply)}: the gateway itself is not reached"
                yield unknown(subject, expected="refused", why=why, at=route.at)
                continue
            status = _status(reply)
            yield holds(
                f"{subject} from {vantage}",
                status is None or 400 <= status < 500 or (not tls and 300 <= status < 400),
                expected="refused",
                observed=shown.broken(reply) if status is None else f"HTTP {status}",
                at=route.at,
                evidence=(answers.origin(vantage),),
            )


def _status(reply: Reply) -> int | None:
    if reply.outcome != "answered":
        return None
    try:
        return http.answer(reply).status
    except http.NotHttp:
        return None


@check(ING_005, remedy="Serve it through the gateway, or list it under ingress.direct.")
def load_balancers_are_planned_doors(
    cluster: Cluster, topology: Topology, facts: ClusterFacts
) -> Iterator[Claim]:
    """Every Service of type LoadBalancer is a gateway, or planned to bypass the gateways."""
    direct = topology.ingress.direct
    if direct is None:
        yield not_applicable(cluster, why="the plan leaves open what bypasses", at=cluster.at)
        return
    mesh = topology.mesh.members if topology.mesh else ()
    gates = {f"{m.cluster}/{name}" for m in mesh for name in (m.ingress, m.east_west) if name}
    gates |= {route.gateway.partition(":")[2] for route in topology.ingress.routes}
    allowed = {
        item.owner for item in cluster.reservations if str(item) in gates or str(item) in direct
    }
    found = [one for one in facts.services.value if one.type == "LoadBalancer"]
    for service in sorted(found, key=lambda one: one.key):
        yield holds(
            f"{cluster} LoadBalancer {service.key}",
            service.key in allowed,
            expected="a gateway, or planned to bypass it",
            observed="planned" if service.key in allowed else "a door that nobody planned",
            at=cluster.at,
            evidence=(facts.services.origin,),
            concerns=services_of(cluster, [service.key]),
        )
    if not found:
        yield not_applicable(cluster, why="it plans no LoadBalancer", at=cluster.at)


def _names(route: Route, topology: Topology, host: str, *, tls: bool) -> Iterator[tuple[str, str]]:
    where = ingress.gateway(topology, route)
    port = route.tls if tls else route.plain
    if where is None or port is None:
        return
    name = ingress.secure if tls else ingress.plain
    for vantage in hosts(topology):
        yield vantage, name(host, where.address, port)
