"""What can be amiss, made real in a folder of its own: a plan, a kubeconfig, an API, a disk."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from tests import small
from tests.kube.api import Answer, FakeApi, Pki, Query, Served, kubeconfig, listed, make_pki, status

PLAN = f"{small.PLAN}budgets: {{api_timeout: 5, convergence: 1}}\n"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
SOUTH = """\
  south:
    context: south
    cni: {kind: flannel}
    segment: lan
    pods: [10.3.0.0/16]
    services: [10.4.0.0/16]
    nodes: {south-1: {role: worker, address: 203.0.113.12}}
"""
VANTAGE = "vantages: {inside: {kind: pod, cluster: north}}\n"
PODS = "/api/v1/namespaces/trueline/pods"
NODES = "/api/v1/nodes"


@dataclass
class Place:
    """A folder with a plan and a healthy API; `under` are words before the command."""

    folder: Path
    pki: Pki
    port: int = 0
    under: list[str] = field(default_factory=list)

    def plan(self, text: str) -> None:
        (self.folder / "plan.yaml").write_text(text)

    def way(
        self,
        url: str,
        *,
        context: str = "north",
        ca: Path | None = None,
        user: dict[str, Any] | None = None,
    ) -> None:
        """The kubeconfig: a context that leads to an API."""
        made = kubeconfig(self.folder, url, ca or self.pki.ca, context=context, user=user)
        made.rename(self.folder / "kubeconfig")


Situation = Callable[[Place], Iterator[None]]
SITUATIONS: dict[str, Situation] = {}


def situation(name: str) -> Callable[[Situation], Situation]:
    """A situation by the name that it has in the rows."""

    def known(make: Situation) -> Situation:
        SITUATIONS[name] = make
        return make

    return known


@contextmanager
def serving(place: Place) -> Iterator[FakeApi]:
    """A healthy API, and a kubeconfig that leads there."""
    with Served(place.pki) as api:
        place.port = int(api.url.rpartition(":")[2])
        place.way(api.url)
        api.on_post = {REVIEWS: (201, {"status": {"allowed": True}}), PODS: (201, {})}
        yield api


def none(_: Place) -> Iterator[None]:
    """Nothing is amiss but what the command itself asks for."""
    yield


for _name in (
    "a name that nothing has",
    "a requirement that nothing has",
    "a marker that nothing has",
    "a budget that is no time",
    "nothing is selected",
    "no run is stored",
    "the folder of the reports cannot be written",
    "the output cannot be written",
):
    SITUATIONS[_name] = none


@situation("the kubeconfig has another context")
def _another_context(place: Place) -> Iterator[None]:
    place.way("https://127.0.0.1:1", context="app")
    yield


@situation("there is no kubeconfig")
def _no_kubeconfig(_: Place) -> Iterator[None]:
    yield


@situation("the kubeconfig is not YAML")
def _no_yaml(place: Place) -> Iterator[None]:
    (place.folder / "kubeconfig").write_text("contexts: [\n")
    yield


def _not_accepted(place: Place, user: dict[str, Any]) -> Iterator[None]:
    with serving(place) as api:
        place.way(api.url, user=user)
        api.routes = {path: status(401, "Unauthorized") for path in api.routes}
        yield


@situation("the credentials are not accepted")
def _unauthorized(place: Place) -> Iterator[None]:
    yield from _not_accepted(place, {"token": "opaque"})


@situation("the token has expired")
def _expired(place: Place) -> Iterator[None]:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": 1_767_225_600}).encode()).decode()
    yield from _not_accepted(place, {"token": f"e30.{claims}.c2ln"})


@situation("the client certificate has expired")
def _old_certificate(place: Place) -> Iterator[None]:
    certificate, key = place.pki.client("me", ends=datetime(2026, 1, 1, tzinfo=UTC))
    given = {"client-certificate-data": certificate, "client-key-data": key}
    user = {name: base64.b64encode(text.encode()).decode() for name, text in given.items()}
    yield from _not_accepted(place, user)


@situation("the credential plug-in is not installed")
def _no_plug_in(place: Place) -> Iterator[None]:
    version = "client.authentication.k8s.io/v1"
    plug_in = {"apiVersion": version, "command": "kubelogin", "interactiveMode": "Never"}
    place.way("https://127.0.0.1:1", user={"exec": plug_in})
    yield


@situation("the credential plug-in fails")
def _failing_plug_in(place: Place) -> Iterator[None]:
    version = "client.authentication.k8s.io/v1"
    script = ["-c", "echo the session has expired: log in again >&2; exit 1"]
    place.way(
        "https://127.0.0.1:1",
        user={"exec": {"apiVersion": version, "command": "sh", "args": script}},
    )
    yield


@situation("two contexts lead to one cluster")
def _one_cluster(place: Place) -> Iterator[None]:
    place.plan(PLAN.replace("budgets:", f"{SOUTH}budgets:"))
    with serving(place) as api:
        place.way(api.url, context="south")
        path = place.folder / "kubeconfig"
        south = yaml.safe_load(path.read_text())
        place.way(api.url)
        both = yaml.safe_load(path.read_text())
        for name in ("clusters", "users", "contexts"):
            both[name] += south[name]
        path.write_text(yaml.safe_dump(both))
        yield


@situation("the image of the probe pods cannot be had")
def _no_image(place: Place) -> Iterator[None]:
    place.plan(f"{PLAN}probes: {{image: registry.example/probe:1}}\n{VANTAGE}")
    with serving(place) as api:
        pods = api.routes["/api/v1/pods"]

        def stuck(query: Query) -> Answer:
            """The pods of the run, none of which can be started."""
            if "labelSelector" not in query:
                assert isinstance(pods, tuple)
                return pods
            waiting = {"containerStatuses": [{"state": {"waiting": {"reason": "ErrImagePull"}}}]}
            made = [pod for path, pod in api.posted if path == PODS]
            return listed(*({**pod, "status": waiting} for pod in made))

        api.routes["/api/v1/pods"] = stuck
        yield


@situation("the cluster is down")
def _down(place: Place) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        place.port = unused.getsockname()[1]
    place.way(f"https://127.0.0.1:{place.port}")
    yield


@situation("the API has a certificate of another CA")
def _another_ca(place: Place) -> Iterator[None]:
    with serving(place) as api:
        place.way(api.url, ca=make_pki(place.folder, "another").ca)
        yield


@situation("the credentials may not list nodes")
def _forbidden(place: Place) -> Iterator[None]:
    with serving(place) as api:
        api.routes[NODES] = status(403, "nodes is forbidden")
        api.on_post[REVIEWS] = lambda _: (201, {"status": {"allowed": not _of_nodes(api)}})
        yield


def _of_nodes(api: FakeApi) -> bool:
    """Whether the review that was asked for last is about nodes."""
    _, review = api.posted[-1]
    return bool(review["spec"]["resourceAttributes"]["resource"] == "nodes")


@situation("this host is not on the segment")
def _elsewhere(place: Place) -> Iterator[None]:
    with serving(place):
        yield


@situation("not root")
def _not_root(place: Place) -> Iterator[None]:
    """On the segment, in a network of its own, without the right to open a raw socket."""
    wire = "ip link add d0 type veth peer name d1 && ip addr add 203.0.113.5/24 dev d0"
    wire += " && ip link set d1 up && ip link set d0 up"
    drop = "setpriv --bounding-set=-net_raw --inh-caps=-net_raw"
    place.under = ["unshare", "--net", "sh", "-c", f'{wire} && exec {drop} "$@"', "sh"]
    yield


@situation("a plan of the lab outside of it")
def _lab(place: Place) -> Iterator[None]:
    place.plan(f"{PLAN}runs_in: lab\n")
    yield


@situation("the plan is not YAML")
def _broken_plan(place: Place) -> Iterator[None]:
    place.plan(f"{PLAN}pools: [\n")
    yield


@situation("there is no plan")
def _no_plan(place: Place) -> Iterator[None]:
    (place.folder / "plan.yaml").unlink()
    yield


@situation("the run is damaged")
def _damaged(place: Place) -> Iterator[None]:
    run = place.folder / "reports" / "damaged"
    run.mkdir(parents=True)
    for name in ("run.json", "topology.yaml", "journal.jsonl"):
        (run / name).write_text("{")
    yield


def _disk(name: str, room: str) -> Situation:
    """A disk of its own with little room, which nobody else sees."""

    def make(place: Place) -> Iterator[None]:
        (place.folder / name).mkdir()
        mount = f"mount -t tmpfs -o size={room} tmpfs {name}"
        place.under = ["unshare", "--mount", "sh", "-c", f'{mount} && exec "$@"', "sh"]
        # A plan that does not fit onto the smaller disk, and does onto the other.
        place.plan(f"{PLAN}# {'x' * 5000}\n")
        yield

    return make


@situation("the folder of the reports is read-only")
def _read_only(place: Place) -> Iterator[None]:
    """Root may write wherever the file system lets anybody."""
    (place.folder / "kept").mkdir()
    mount = "mount -t tmpfs -o ro tmpfs kept"
    place.under = ["unshare", "--mount", "sh", "-c", f'{mount} && exec "$@"', "sh"]
    yield


SITUATIONS["the disk is full at the start"] = _disk("full", "4k")
SITUATIONS["the disk becomes full"] = _disk("small", "64k")
