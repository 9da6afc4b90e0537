"""What is asked again and again while something is disturbed, and what counts as an answer.

These questions are not asked with all others: each belongs to one drill, and to its time.
"""

from __future__ import annotations

from trueline.codec import http
from trueline.model.address import Address, in_url
from trueline.model.places import standing
from trueline.model.probe import Answer, Probe, Request, Step
from trueline.model.targets import of_api, of_reservation
from trueline.model.topology import Cluster, Reservation, Topology
from trueline.questions.isolation import outsiders

PATIENCE = 1.0  # seconds for one look: a longer one would hide how long a silence lasted
OWN_NAME = "kubernetes.default.svc"  # in every cluster, found by the search list of a pod

Look = tuple[bool, str]


def clients(topology: Topology, reservation: Reservation) -> tuple[str, ...]:
    """Who uses a reserved address: hosts, and pods of every other cluster."""
    return outsiders(topology, topology.cluster(reservation.cluster))


def use(topology: Topology, reservation: Reservation) -> Probe | None:
    """A connection to the first TCP port of a reserved address; None where it has none."""
    for port in reservation.ports:
        if port.protocol == "TCP":
            target = of_reservation(topology, reservation, port)
            step = Step(transport="tcp", host=target.host, port=target.port)
            return _short(topology, step)
    return None


def used(answer: Answer) -> Look:
    """Whether a connection was taken."""
    return answer.last.outcome == "connected", answer.last.outcome


def resolver(topology: Topology, cluster: Cluster) -> str | None:
    """The vantage point in the pods of a cluster that looks names up; None where none stands."""
    return standing(topology, f"pods:{cluster}")


def names(topology: Topology, cluster: Cluster) -> Probe:
    """A name of the cluster itself and a planned one, looked up as programs in a pod do.

    A query that a dead pod does not answer is repeated by the resolver of the pod after five
    seconds (resolv.conf(5)). A look does not wait that long: the next one asks afresh.
    """
    mine = resolver(topology, cluster)
    planned = [item.name for item in topology.dns.names if mine in item.vantages]
    steps = (Step(transport="resolve", host=name) for name in (OWN_NAME, *planned[:1]))
    return _short(topology, *steps)


def resolved(answer: Answer) -> Look:
    """Whether every name was found."""
    last = answer.last
    return last.outcome == "answered", "resolved" if last.outcome == "answered" else last.outcome


def api(topology: Topology, cluster: Cluster) -> Probe | None:
    """A question to the API at the planned address; None where the plan names none."""
    target = of_api(cluster)
    return None if target is None else _ready(topology, target.host, target.port)


def api_server(topology: Topology, address: Address, port: int) -> Probe:
    """A question to one API server at its own address."""
    return _ready(topology, str(address), port)


def api_answers(answer: Answer) -> Look:
    """Whether an API server answered, were it to say that it does not know who asks."""
    last = answer.last
    if last.outcome != "answered":
        return False, f"{last.outcome} at {last.broke}" if last.broke else last.outcome
    try:
        status = http.answer(last).status
    except http.NotHttp as error:
        return False, str(error)
    return status < 500, f"status {status}"


def _ready(topology: Topology, host: str, port: int) -> Probe:
    request = Request(method="GET", path="/readyz", host=in_url(host))
    step = Step(transport="tls", host=host, port=port, request=request, read="close")
    return _short(topology, step)


def _short(topology: Topology, *steps: Step) -> Probe:
    budgets = topology.budgets
    return Probe(
        steps=steps,
        connect=min(PATIENCE, budgets.connect_timeout),
        answer=min(PATIENCE, budgets.answer_timeout),
    )
