"""What must stay apart, tried from everywhere that it must not be reached from."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.shown import STAND_IN
from trueline.codec import http
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, some, unknown
from trueline.model.observation import ClusterFacts
from trueline.model.places import hosts
from trueline.model.probe import Answers, Reply
from trueline.model.product import Product
from trueline.model.topology import Cluster, Reservation, Topology
from trueline.questions import isolation
from trueline.requirements.isolation import ISO_001, ISO_002, ISO_003, ISO_004

Pair = tuple[Cluster, Cluster]
_ENDS = {"pod": "pods", "ClusterIP": "services"}  # what is tried -> how flows name such an end


@check(ISO_001, remedy="Remove the route or peering between the pod networks, or plan the flow.")
def pod_networks_stay_apart(
    pair: Pair, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """Pods of the first cluster do not connect to pods of the second."""
    yield from apart(pair, topology, facts, answers, isolation.foreign_pods)


def apart(
    pair: Pair, topology: Topology, facts: ClusterFacts, answers: Answers, pods: isolation.Find
) -> Iterator[Claim]:
    """That pods of one cluster do not connect to some of another, unless a flow plans it."""
    here, there = pair
    if any(_plans(flow.source, flow.target, pair) for flow in topology.flows if flow.expected):
        yield not_applicable(f"{here} to {there}", why="a flow plans it", at=there.at)
        return
    vantages = [
        name for name in isolation.outsiders(topology, there) if _is_of(name, here, topology)
    ]
    yield from _unreachable("pod", vantages, pods(there, facts), topology, there, answers)


def _plans(source: str, target: str, pair: Pair) -> bool:
    here, there = pair
    return source.startswith(f"pods:{here}") and target.startswith(f"pods:{there}")


def _is_of(name: str, cluster: Cluster, topology: Topology) -> bool:
    return any(item.name == name and item.cluster == cluster.name for item in topology.vantages)


@check(ISO_002, remedy="Remove the route to the Service network; expose Services by their address.")
def cluster_ips_stay_inside(
    cluster: Cluster, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """ClusterIPs take no connections from hosts, nor from pods of other clusters."""
    yield from inside(cluster, topology, facts, answers, isolation.cluster_ips)


def inside(
    cluster: Cluster,
    topology: Topology,
    facts: ClusterFacts,
    answers: Answers,
    cluster_ips: isolation.Find,
) -> Iterator[Claim]:
    """That some ClusterIPs of a cluster take no connections from outside of it."""
    vantages = isolation.outsiders(topology, cluster)
    targets = cluster_ips(cluster, facts)
    yield from _unreachable("ClusterIP", vantages, targets, topology, cluster, answers)


def _unreachable(
    what: str,
    vantages: list[str] | tuple[str, ...],
    targets: isolation.Targets,
    topology: Topology,
    cluster: Cluster,
    answers: Answers,
) -> Iterator[Claim]:
    """That no vantage point connects to any of some targets of a cluster."""
    told = False
    for vantage in vantages:
        for address, port in targets:
            if isolation.own_range(topology, vantage, address):
                continue
            told = True
            reply = answers.of(vantage, isolation.reach(address, port)).last
            yield holds(
                f"{vantage} to {what} {address} port {port} of {cluster}",
                reply.outcome != "connected",
                expected="no connection",
                observed=reply.outcome,
                at=cluster.at,
                evidence=(answers.origin(vantage),),
                way=(vantage, f"{_ENDS[what]}:{cluster}"),
            )
    if not told:
        why = f"no vantage point outside, or no {what} that takes connections"
        yield unknown(f"{cluster} {what}s", expected="no connection", why=why, at=cluster.at)


@check(ISO_003, remedy="Take the port out of the Service, or plan it.")
def only_planned_ports_answer(
    reservation: Reservation, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Of the ports that products usually listen on, only the planned ones connect."""
    for vantage in hosts(topology):
        tried = isolation.unplanned_ports(reservation)
        found = [
            port
            for port in tried
            if answers.of(vantage, isolation.reach(reservation.address, port)).last.outcome
            == "connected"
        ]
        yield holds(
            f"{reservation} from {vantage}",
            not found,
            expected=f"none of {len(tried)} usual ports that are not planned",
            observed=some([f"{port}/TCP" for port in found]),
            at=reservation.at,
            evidence=(answers.origin(vantage),),
        )


@check(ISO_004, remedy="Put authentication in front of it, or plan it as `anonymous: true`.")
def product_is_open_as_planned(
    product: Product, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Strangers may read and write exactly where the plan says so."""
    requests = isolation.stranger_requests(topology, product)
    if product.anonymous is None or product.stand_in or not requests:
        why = (
            STAND_IN
            if product.stand_in
            else "the plan does not say"
            if product.anonymous is None
            else "it has no HTTP interface"
        )
        yield not_applicable(product, why=why, at=product.at)
        return
    for vantage in hosts(topology):
        for what, request, _ in requests:
            question = isolation.open_to(product, f"{request.method} {request.path}")
            reply = answers.of(vantage, question).last
            expected = "open to strangers" if product.anonymous else "closed to strangers"
            yield _openness(f"{product} {what} from {vantage}", expected, reply, product)


def _openness(subject: str, expected: str, reply: Reply, product: Product) -> Claim:
    if reply.outcome != "answered":
        why = f"{reply.outcome} {reply.detail}".strip()
        return unknown(subject, expected=expected, why=why, at=product.at)
    try:
        status = http.answer(reply).status
    except http.NotHttp as error:
        return unknown(subject, expected=expected, why=str(error), at=product.at)
    if status >= 500 or status == 404:
        why = f"HTTP {status} says nothing about strangers"
        return unknown(subject, expected=expected, why=why, at=product.at)
    # A stranger who is told what is wrong with the request has been let in.
    closed = status in (401, 403) or 300 <= status < 400
    observed = f"{'closed' if closed else 'open'} to strangers"
    return holds(
        subject,
        observed == expected,
        expected=expected,
        observed=f"{observed} (HTTP {status})",
        at=product.at,
    )
