"""A mesh of two members with one workload, and what is seen of it."""

from __future__ import annotations

from dataclasses import replace

from tests.certificates import Root, root
from tests.live import changed, facts_for
from tests.told import reply, shows, told
from tests.worlds import at, world
from trueline.model.mesh import Mesh, MeshMember, Workload
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answers, Reply
from trueline.model.topology import Vantage

MESH, OTHER = root("mesh-root"), root("other-root")
RUNNER = Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(1))
BESIDE = Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(2))
CALLER = replace(BESIDE, name="mesh-control", cluster="control", pod="shop/caller", in_mesh=True)
IDENTITY = "spiffe://mesh.test/ns/shop/sa/web"
WEB = Workload(
    name="web",
    cluster="app",
    service="shop/web",
    port=8080,
    service_account="web",
    strict=True,
    callers=("mesh-control",),
    at=at(7),
    answers="shop/web",
)
MEMBERS = tuple(
    MeshMember(cluster=name, network=name, ingress="ingress", east_west="east-west", at=at(8))
    for name in ("control", "app")
)
PLAN = replace(
    world(),
    vantages=(RUNNER, BESIDE, CALLER),
    mesh=Mesh(
        trust_domain="mesh.test",
        root_sha256=None,
        mode="strict",
        members=MEMBERS,
        workloads=(WEB,),
        at=at(6),
    ),
)
POD, GATE = "app/web at its pod", "app/web through its east-west gateway"
SHOWN = reply("connected", "tls", tls=shows(MESH.leaf(uri=IDENTITY)))


def seen(at_pod: Reply = SHOWN, at_gate: Reply = SHOWN, **more: Reply) -> Answers:
    """What the runner and the pod beside the workload were told; `more` by question."""
    found = {("pods-app", POD): at_pod, ("runner", GATE): at_gate}
    found |= {("pods-app", name): answer for name, answer in more.items()}
    return told(found)


def facts(*roots: Root) -> ClusterFacts:
    pems = tuple((f"ns{number}", item.pem) for number, item in enumerate(roots))
    return changed(facts_for(PLAN)["app"], "mesh_roots", pems)
