"""Argo CD from end to end: what it deploys, and the clusters that it is connected to."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from trueline.checks.reach_rungs import identity
from trueline.checks.shown import STAND_IN, broken, described
from trueline.codec import http, metrics
from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, some
from trueline.model.endpoint import Endpoint
from trueline.model.observation import ClusterFacts, NotObserved, Snapshot
from trueline.model.places import standing
from trueline.model.probe import Answers, Reply
from trueline.model.product import Product
from trueline.model.subject import Link, Placement
from trueline.model.targets import reservation_of
from trueline.model.topology import Reservation, Topology
from trueline.questions import deployments
from trueline.requirements.reach import REACH_030, REACH_031

_INFO = "argocd_cluster_info"
_OWN = "https://kubernetes.default.svc"  # what Argo CD calls the cluster that it runs in


@check(
    REACH_030,
    remedy="Look at the conditions of the Application, and at the cluster that it is deployed to.",
)
def application_is_deployed(
    placement: Placement, topology: Topology, snapshot: Snapshot
) -> Iterator[Claim]:
    """A planned Application is Synced and Healthy, and its destination is the planned cluster."""
    deploy = placement.deploy
    if placement.product.stand_in:
        yield not_applicable(placement, why=STAND_IN, at=deploy.at)
        return
    where = _home(topology, placement.product)
    facts = _facts(snapshot, where.cluster).applications
    found = next((item for item in facts.value if item.key == deploy.name), None)
    if found is None:
        yield holds(
            placement,
            False,
            expected="Synced and Healthy",
            observed=f"{where.cluster} has no Application {deploy.name}",
            at=deploy.at,
            evidence=(facts.origin,),
        )
        return
    observed = f"{found.sync or 'not compared'} and {found.health or 'health unknown'}"
    wrong = f" ({some(found.conditions)})" if found.conditions else ""
    yield holds(
        placement,
        (found.sync, found.health) == ("Synced", "Healthy"),
        expected="Synced and Healthy",
        observed=observed + wrong,
        at=deploy.at,
        evidence=(facts.origin,),
    )
    if "://" in found.destination:
        planned = _servers(topology, deploy.cluster, where.cluster)
        yield holds(
            f"{placement} destination",
            _plain(found.destination) in planned,
            expected=" or ".join(sorted(planned)) or f"the planned API of {deploy.cluster}",
            observed=found.destination,
            at=deploy.at,
            evidence=(facts.origin,),
        )


@check(
    REACH_031,
    remedy="Look at the cluster Secret: its server, its CA and its token, and try them from Argo "
    "CD's namespace.",
)
def argocd_is_connected(
    link: Link, topology: Topology, snapshot: Snapshot, answers: Answers
) -> Iterator[Claim]:
    """Argo CD reports the planned API of a cluster as connected, and that cluster's version."""
    if link.product.stand_in:
        yield not_applicable(link, why=STAND_IN, at=link.at)
        return
    where = _home(topology, link.product)
    if deployments.metrics_service(where, _facts(snapshot, where.cluster)) is None:
        namespace = where.owner.partition("/")[0]
        why = f"no Service of {namespace} has port {deployments.METRICS_PORT}, Argo CD's metrics"
        raise NotObserved(why)
    vantage = str(standing(topology, f"pods:{where.cluster}"))
    text = _text(answers.of(vantage, deployments.links(link.product)).last)
    planned = _servers(topology, link.cluster, where.cluster)
    told = list(metrics.values(text, deployments.CONNECTED))
    if not told:
        why = "Argo CD tells of no cluster yet: it looks at them every 30 s, from its start on"
        raise NotObserved(why)
    known = {_plain(labels["server"]): value for labels, value in told if "server" in labels}
    mine = next((known[server] for server in sorted(planned) if server in known), None)
    evidence = (answers.origin(vantage),)
    if mine is None:
        observed = f"not known to it; it knows {some(sorted(known))}"
    else:
        observed = "connected" if mine == 1 else "known, and not connected"
    yield holds(
        link,
        observed == "connected",
        expected="connected",
        observed=observed,
        at=link.at,
        evidence=evidence,
    )
    if mine == 1:
        said = {
            labels.get("k8s_version", "")
            for labels, _ in metrics.values(text, _INFO)
            if "server" in labels and _plain(labels["server"]) in planned
        }
        yield equal(
            f"{link} version",
            expected=_minor(identity(snapshot, link.cluster).version),
            observed=" or ".join(sorted(map(_minor, said))),
            at=link.at,
            evidence=evidence,
        )


def _home(topology: Topology, product: Product) -> Reservation:
    where = reservation_of(topology, product)
    if where is None:
        raise NotObserved(f"{product} stands behind no reservation")
    return where


def _facts(snapshot: Snapshot, cluster: str) -> ClusterFacts:
    if cluster not in snapshot.clusters:
        raise NotObserved(f"nobody looked at cluster {cluster}")
    return snapshot.clusters[cluster]


def _servers(topology: Topology, cluster: str, home: str) -> frozenset[str]:
    """How Argo CD may call the API of a cluster."""
    planned = {item.name: item.api for item in topology.clusters}.get(cluster)
    own = {_OWN} if cluster == home else set()
    return frozenset(own | ({_plain(planned)} if planned is not None else set()))


def _plain(server: str) -> str:
    """A URL, however it is spelt; what names no host is left as it is."""
    endpoint = Endpoint.of(server)
    return server if endpoint is None else f"{urlsplit(server).scheme}://{endpoint.short}"


def _minor(version: str) -> str:
    """Major and minor of a Kubernetes version, as Argo CD gives it."""
    return ".".join(version.removeprefix("v").split(".")[:2]).rstrip("+")


def _text(reply: Reply) -> str:
    if reply.outcome != "answered":
        raise NotObserved(f"Argo CD's metrics cannot be read: {broken(reply)}")
    try:
        answer = http.answer(reply)
    except http.NotHttp as error:
        raise NotObserved(f"Argo CD's metrics cannot be read: {error}") from error
    if answer.status != 200:
        raise NotObserved(f"Argo CD's metrics cannot be read: {described(answer)}")
    return answer.text
