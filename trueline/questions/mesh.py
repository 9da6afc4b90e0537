"""What the mesh is asked: gateways and workloads by strangers, workloads by their callers."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from trueline.codec import forged
from trueline.model.mesh import MeshMember, Workload
from trueline.model.observation import ClusterFacts
from trueline.model.places import hosts, standing
from trueline.model.probe import Probe, Request, Step
from trueline.model.topology import Reservation, Topology
from trueline.questions.question import Question, Scene, each, probe

EAST_WEST_PORT = 15443
MONITORING_PORT = 15014  # of istiod
ALPN = ("istio", "h2", "http/1.1")  # what Istio's own clients offer across gateways
KINDS = ("no certificate", "a certificate of another root", "an expired certificate")
_PLAIN = base64.b64encode(
    b"GET / HTTP/1.1\r\nHost: stranger.invalid\r\nConnection: close\r\n\r\n"
).decode()


def host(workload: Workload) -> str:
    """The name by which a workload is called inside the mesh."""
    namespace, _, name = workload.service.partition("/")
    return f"{name}.{namespace}.svc.cluster.local"


def sni(workload: Workload) -> str:
    """The server name that leads through an east-west gateway to a workload (AUTO_PASSTHROUGH)."""
    return f"outbound_.{workload.port}_._.{host(workload)}"


def identity(topology: Topology, workload: Workload) -> str:
    """The SPIFFE identity that the plan gives a workload."""
    domain = topology.mesh.trust_domain if topology.mesh else None
    account = workload.service_account
    return f"spiffe://{domain or 'cluster.local'}/ns/{workload.namespace}/sa/{account}"


def gateway(topology: Topology, cluster: str) -> Reservation | None:
    """The reservation of a member's east-west gateway; None where the plan has none."""
    members = topology.mesh.members if topology.mesh else ()
    name = next((item.east_west for item in members if item.cluster == cluster), None)
    found = topology.cluster(cluster).reservations
    return next((item for item in found if item.name == name), None)


def pods(workload: Workload, facts: ClusterFacts) -> tuple[tuple[str, int], ...]:
    """(address, port) of the ready pods of a workload, as its EndpointSlices tell.

    Raises NotObserved.
    """
    service = next((one for one in facts.services.value if one.key == workload.service), None)
    targets = [one.target for one in service.ports if one.port == workload.port] if service else []
    found = []
    for item in facts.endpoints.value:
        if item.service != workload.service or not item.ready:
            continue
        for port, _ in item.ports:
            if not targets or targets[0] in (str(port), "") or not targets[0].isdigit():
                found.append((str(item.address), port))
    return tuple(sorted(set(found)))[:1]


def at_gateway(workload: Workload) -> str:
    """The name of the question what a workload shows through the gateway of its cluster."""
    return f"{workload} through its east-west gateway"


def at_pod(workload: Workload) -> str:
    """The name of the question what a workload shows to a pod of its cluster."""
    return f"{workload} at its pod"


def refused(workload: Workload, kind: str) -> str:
    """The name of the question whether a workload lets in a caller with, say, no certificate."""
    return f"{workload} by a caller with {kind}"


def plaintext(workload: Workload) -> str:
    """The name of the question whether a workload answers plaintext."""
    return f"{workload} in plaintext"


def old_tls(workload: Workload) -> str:
    """The name of the question whether a workload takes TLS 1.1."""
    return f"{workload} over TLS 1.1"


def called(workload: Workload) -> str:
    """The name of the question what a caller in the mesh gets of a workload, in two calls."""
    return f"call {workload}"


def stranger_at(member: MeshMember, what: str) -> str:
    """The name of the question what a gateway does with plaintext, or with an unknown name."""
    return f"{what} at the east-west gateway of {member.cluster}"


def watching(cluster: str) -> str:
    """The name of the question which clusters the control plane of a member watches."""
    return f"clusters that istiod of {cluster} watches"


def in_pods_of(topology: Topology, cluster: str) -> str:
    """The vantage point in the pod network of a cluster, outside the mesh."""
    end = f"pods:{cluster}"
    return standing(topology, end) or end


def beside(topology: Topology, workload: Workload) -> str:
    """The vantage point in the workload's cluster, outside the mesh."""
    return in_pods_of(topology, workload.cluster)


def asked(scene: Scene) -> Iterator[Question]:
    """Everything that the mesh is asked."""
    topology = scene.topology
    if topology.mesh is None:
        return
    for workload in topology.mesh.workloads:
        yield from _at_the_gateway(scene, workload)
        yield from _by_its_callers(scene, workload)
    for member in topology.mesh.members:
        yield from _as_a_stranger(scene, member)
        yield from _control_plane(scene, member)
    yield from each(topology.mesh.workloads, lambda workload: _beside_it(scene, workload))


def _at_the_gateway(scene: Scene, workload: Workload) -> Iterator[Question]:
    where = gateway(scene.topology, workload.cluster)
    if where is None:
        return
    for vantage in hosts(scene.topology):
        yield Question(
            vantage=vantage,
            name=at_gateway(workload),
            probe=_tls(scene, str(where.address), EAST_WEST_PORT, sni(workload)),
        )


def _beside_it(scene: Scene, workload: Workload) -> Iterator[Question]:
    vantage = beside(scene.topology, workload)
    request = Request(method="GET", path="/", host=host(workload))
    own, expired = forged.client(identity(scene.topology, workload))
    for address, port in pods(workload, scene.facts(workload.cluster)):
        plain = Step(transport="tcp", host=address, port=port, request=request, read="close")
        questions = {
            plaintext(workload): probe(scene.topology.budgets, plain),
            at_pod(workload): _tls(scene, address, port, host(workload)),
            old_tls(workload): _tls(scene, address, port, host(workload), highest="1.1"),
        }
        for kind, certificate in zip(KINDS, (None, own, expired), strict=True):
            step = Step(
                transport="tls",
                host=address,
                port=port,
                server_name=host(workload),
                alpn=ALPN[:1],
                certificate=certificate,
                request=request,
                read="close",
            )
            questions[refused(workload, kind)] = probe(scene.topology.budgets, step)
        for name, one in questions.items():
            yield Question(vantage=vantage, name=name, probe=one)


def _by_its_callers(scene: Scene, workload: Workload) -> Iterator[Question]:
    name = host(workload)
    request = Request(method="GET", path="/", host=f"{name}:{workload.port}")
    step = Step(transport="tcp", host=name, port=workload.port, request=request, read="close")
    # Twice: the proxy of the caller finds out by the first call that a connection was ended which
    # it kept from before.
    twice = probe(scene.topology.budgets, step, step)
    for caller in workload.callers:
        yield Question(vantage=caller, name=called(workload), probe=twice)


def _as_a_stranger(scene: Scene, member: MeshMember) -> Iterator[Question]:
    where = gateway(scene.topology, member.cluster)
    if where is None:
        return
    address = str(where.address)
    plain = Step(transport="tcp", host=address, port=EAST_WEST_PORT, send=_PLAIN, read="close")
    unknown = f"outbound_.80_._.{scene.nonce}.none.svc.cluster.local"
    for vantage in hosts(scene.topology):
        yield Question(
            vantage=vantage,
            name=stranger_at(member, "plaintext"),
            probe=probe(scene.topology.budgets, plain),
        )
        yield Question(
            vantage=vantage,
            name=stranger_at(member, "an unknown name"),
            probe=_tls(scene, address, EAST_WEST_PORT, unknown),
        )


def _control_plane(scene: Scene, member: MeshMember) -> Iterator[Question]:
    vantage = in_pods_of(scene.topology, member.cluster)
    name = "istiod.istio-system.svc.cluster.local"
    request = Request(method="GET", path="/metrics", host=name)
    step = Step(transport="tcp", host=name, port=MONITORING_PORT, request=request, read="close")
    yield Question(
        vantage=vantage, name=watching(member.cluster), probe=probe(scene.topology.budgets, step)
    )


def _tls(
    scene: Scene, address: str, port: int, server_name: str, *, highest: str | None = None
) -> Probe:
    step = Step(
        transport="tls",
        host=address,
        port=port,
        server_name=server_name,
        alpn=ALPN,
        highest=highest,
    )
    return probe(scene.topology.budgets, step)
