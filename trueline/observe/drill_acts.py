"""The drills themselves: what each disturbs, what it watches, and when all is as before."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from trueline.model.address import Address
from trueline.model.drill import API_SERVER, CONTROLLER, DNS, FAILOVER, RECREATE, WIRE, Blow, Drill
from trueline.model.metallb import component_of
from trueline.model.observation import ClusterFacts, PodFact
from trueline.model.topology import Cluster, Node, Reservation
from trueline.observe.drill_stage import Impossible, Stage, ready
from trueline.observe.drill_watch import Disturbance, Look, disturb
from trueline.observe.settle import settle
from trueline.observe.whole import write_whole
from trueline.probes import command, kube_pods, kube_services
from trueline.probes.kube_client import Refused
from trueline.questions import drills as questions

AGAIN = 0.5  # seconds between two tries
# Seconds for a pod to end before it is replaced. With 0 one of the host's network may still hold
# the ports that its replacement needs: MetalLB's speaker ends with 1 then.
GRACE = 1
API_PORT = 6443


def _carry_out(
    stage: Stage,
    disturbance: Disturbance,
    looks: dict[str, Look],
) -> Blow:
    within = stage.topology.budgets.convergence
    return disturb(disturbance, looks, within=within, clock=stage.clock)


# --- load balancer --------------------------------------------------------------------------------


def failover(stage: Stage, drill: Drill) -> tuple[Blow, ...]:
    """Delete the speaker that announces an address; watch the wire and its clients."""
    cluster = stage.topology.cluster(drill.cluster)
    reservation = stage.reservation(drill.cluster, drill.name)
    nodes = _nodes_by_mac(stage, cluster)
    macs = stage.holders(cluster, [reservation.address])[reservation.address]
    announcing = sorted({nodes[mac] for mac in macs if mac in nodes})
    if len(announcing) != 1:
        raise Impossible(
            f"{reservation.address} must be announced by one node of {cluster} before its speaker "
            f"is deleted, and it is by {', '.join(announcing) or 'none'}"
        )
    before = _speakers(stage.facts(cluster), cluster)
    victim = next((pod for pod in before.values() if pod.node == announcing[0]), None)
    if victim is None:
        raise Impossible(f"no ready speaker runs on {announcing[0]}")

    def wire() -> tuple[bool, str]:
        heard = stage.holders(cluster, [reservation.address])[reservation.address]
        told = sorted({nodes.get(mac, mac) for mac in heard})
        return bool(told), " and ".join(told) or "nobody"

    return (
        _carry_out(
            stage,
            _kept_down(stage, cluster, victim, lambda facts: _speakers(facts, cluster)),
            {WIRE: wire, **_clients(stage, reservation)},
        ),
    )


def controller(stage: Stage, drill: Drill) -> tuple[Blow, ...]:
    """Delete the pods of the load balancer's controller; watch every reserved address."""
    cluster = stage.topology.cluster(drill.cluster)
    before = _controllers(stage.facts(cluster), cluster)
    if not before:
        raise Impossible(f"no ready controller runs in {cluster}")
    return (
        _carry_out(
            stage,
            _lost_pods(
                stage, cluster, list(before.values()), lambda facts: _controllers(facts, cluster)
            ),
            {f"API of {cluster}": lambda: _as_reserved(stage, cluster, cluster.reservations)},
        ),
    )


def recreate(stage: Stage, drill: Drill) -> tuple[Blow, ...]:
    """Delete the Service of an address and make it again; watch the address and its clients."""
    cluster = stage.topology.cluster(drill.cluster)
    reservation = stage.reservation(drill.cluster, drill.name)
    key = reservation.owner
    service = kube_services.anew(kube_services.read(stage.api(cluster), key))
    kept = stage.folder / f"service-{cluster}-{key.replace('/', '-')}.json"
    stage.folder.mkdir(parents=True, exist_ok=True)
    write_whole(kept, json.dumps(service, indent=2))

    def missing() -> str:
        return "" if _as_reserved(stage, cluster, [reservation])[0] else f"Service {key} waits"

    disturbance = Disturbance(
        done=f"Service {key} deleted and made again",
        strike=lambda: kube_services.remove(stage.api(cluster), key),
        mend=lambda: _make_again(stage, cluster, key, kept),
        missing=missing,
    )
    looks = {
        f"API of {cluster}": lambda: _as_reserved(stage, cluster, [reservation]),
        **_clients(stage, reservation),
    }
    return (_carry_out(stage, disturbance, looks),)


def _make_again(stage: Stage, cluster: Cluster, key: str, kept: Path) -> None:
    """Make a Service from the file that keeps it. Raises Impossible; the file then stays."""
    service = json.loads(kept.read_text(encoding="utf-8"))

    def tried() -> str:
        try:
            if not kube_services.exists(stage.api(cluster), key):
                kube_services.create(stage.api(cluster), service)
        except Refused as error:
            return str(error)
        return ""

    within = stage.topology.budgets.convergence
    made = settle(tried, lambda why: not why, within=within, every=AGAIN, clock=stage.clock)
    if made.last:
        raise Impossible(
            f"Service {key} of {cluster} was deleted and cannot be made again: {made.last}. "
            f"Make it by hand: kubectl --context {cluster.context} create -f {kept}"
        )
    kept.unlink()


def _as_reserved(
    stage: Stage, cluster: Cluster, reservations: tuple[Reservation, ...] | list[Reservation]
) -> tuple[bool, str]:
    api = stage.api(cluster)
    wrong = []
    for item in reservations:
        held = kube_services.addresses(api, item.owner)
        if held != (str(item.address),):
            wrong.append(f"{item.owner} has {' and '.join(held) or 'no address'}")
    return not wrong, "; ".join(wrong) or "as reserved"


def _speakers(facts: ClusterFacts, cluster: Cluster) -> dict[str, PodFact]:
    return _of_metallb(facts, cluster, "speaker")


def _controllers(facts: ClusterFacts, cluster: Cluster) -> dict[str, PodFact]:
    return _of_metallb(facts, cluster, "controller")


def _of_metallb(facts: ClusterFacts, cluster: Cluster, part: str) -> dict[str, PodFact]:
    if cluster.metallb is None:
        raise Impossible(f"the plan has no MetalLB in {cluster}")
    namespace = cluster.metallb.namespace
    return ready(
        pod
        for pod in facts.pods.value
        if pod.namespace == namespace and component_of(pod.labels) == part
    )


def _nodes_by_mac(stage: Stage, cluster: Cluster) -> dict[str, str]:
    """The names of a cluster's nodes by the MACs that answer for their own addresses."""
    of: dict[Address, str] = {
        address: node.name for node in cluster.nodes for address in node.addresses
    }
    heard = stage.holders(cluster, of)
    return {mac: of[address] for address, macs in heard.items() for mac in macs}


def _clients(stage: Stage, reservation: Reservation) -> dict[str, Look]:
    probe = questions.use(stage.topology, reservation)
    if probe is None:
        return {}
    return stage.looks(questions.clients(stage.topology, reservation), probe, questions.used)


# --- DNS ------------------------------------------------------------------------------------------


def dns(stage: Stage, drill: Drill) -> tuple[Blow, ...]:
    """Delete one pod behind the DNS Service; look names up from a pod meanwhile."""
    cluster = stage.topology.cluster(drill.cluster)
    vantage = questions.resolver(stage.topology, cluster)
    before = _servers(stage.facts(cluster), cluster)
    if vantage is None or not before:
        raise Impossible(f"no ready pod stands behind the DNS Service of {cluster}")
    victim = before[min(before)]
    disturbance = _kept_down(stage, cluster, victim, lambda facts: _servers(facts, cluster))
    probe = questions.names(stage.topology, cluster)
    return (_carry_out(stage, disturbance, stage.looks([vantage], probe, questions.resolved)),)


def _servers(facts: ClusterFacts, cluster: Cluster) -> dict[str, PodFact]:
    """The ready pods behind the Service at the planned DNS address."""
    keys = {item.key for item in facts.services.value if cluster.dns_service in item.cluster_ips}
    pods = {item.pod for item in facts.endpoints.value if item.service in keys and item.ready}
    return {key: pod for key, pod in ready(facts.pods.value).items() if key in pods}


def _kept_down(
    stage: Stage,
    cluster: Cluster,
    victim: PodFact,
    alive: Callable[[ClusterFacts], dict[str, PodFact]],
) -> Disturbance:
    """A pod that is deleted at once, and so is whatever replaces it, for `budgets.failover`.

    What is back within seconds would hide that nobody else took over. The last of them has ended
    when its replacement comes, which stays.
    """
    api = stage.api(cluster)
    others = set(kube_pods.alike(api, victim.namespace, victim.labels)) - {victim.name}

    def press(grace: int = 0) -> None:
        for name in kube_pods.alike(api, victim.namespace, victim.labels):
            if name not in others:
                kube_pods.stop(api, victim.namespace, name, grace=grace)

    once = _lost_pods(stage, cluster, [victim], alive)
    within = stage.topology.budgets.failover
    done = f"{once.done} and kept down for {within:g} s"
    release = partial(press, GRACE)
    return replace(once, done=done, press=press, release=release, during=within)


def _lost_pods(
    stage: Stage,
    cluster: Cluster,
    victims: list[PodFact],
    alive: Callable[[ClusterFacts], dict[str, PodFact]],
) -> Disturbance:
    """Pods that are deleted at once and made again by what owns them."""
    gone = {f"{pod.namespace}/{pod.name}" for pod in victims}
    wanted = len(alive(stage.facts(cluster)))

    def strike() -> None:
        for pod in victims:
            kube_pods.stop(stage.api(cluster), pod.namespace, pod.name)

    def missing() -> str:
        now = set(alive(stage.facts(cluster))) - gone
        return "" if len(now) >= wanted else f"{len(now)} of {wanted} pods ready"

    listed = " and ".join(f"{name}" for name in sorted(gone))
    on = f" on {victims[0].node}" if len(victims) == 1 else ""
    return Disturbance(done=f"pod {listed}{on} deleted", strike=strike, missing=missing)


# --- API servers ----------------------------------------------------------------------------------


def api_server(stage: Stage, drill: Drill) -> tuple[Blow, ...]:
    """Stop each API server of a cluster in turn; watch the API at its planned address.

    Nothing is stopped where there is no other one.
    """
    cluster = stage.topology.cluster(drill.cluster)
    if len(cluster.control_planes) < 2:
        return ()
    ports = _api_ports(stage.facts(cluster))
    return tuple(_one_server(stage, drill, cluster, node, ports) for node in cluster.control_planes)


def _api_ports(facts: ClusterFacts) -> dict[Address, int]:
    """Where the API servers say that they listen: the endpoints of the Service `kubernetes`."""
    return {
        item.address: port
        for item in facts.endpoints.value
        if item.service == "default/kubernetes"
        for port, _ in item.ports
    }


def _one_server(
    stage: Stage, drill: Drill, cluster: Cluster, node: Node, ports: dict[Address, int]
) -> Blow:
    address = node.addresses[0]
    port = next((ports[item] for item in node.addresses if item in ports), API_PORT)
    host = stage.host()
    own = stage.looks(
        [host], questions.api_server(stage.topology, address, port), questions.api_answers
    )[host]
    front = questions.api(stage.topology, cluster)
    if front is None:
        raise Impossible(f"the plan names no API address of {cluster}")
    within = stage.topology.budgets.convergence

    def down() -> None:
        command.run(drill.stop.format(node=node.name), within=within)
        seen = settle(own, lambda look: not look[0], within=within, every=AGAIN, clock=stage.clock)
        if seen.last[0]:
            raise Impossible(f"the API server of {node} still answers: {seen.last[1]}")

    def missing() -> str:
        answers, said = own()
        return "" if answers else f"the API server of {node}: {said}"

    disturbance = Disturbance(
        done=f"API server of {node} stopped",
        strike=down,
        mend=lambda: command.run(drill.start.format(node=node.name), within=within),
        missing=missing,
        during=stage.topology.budgets.failover,
    )
    return _carry_out(stage, disturbance, stage.looks([host], front, questions.api_answers))


ACTS: dict[str, Callable[[Stage, Drill], tuple[Blow, ...]]] = {
    FAILOVER: failover,
    RECREATE: recreate,
    CONTROLLER: controller,
    DNS: dns,
    API_SERVER: api_server,
}
