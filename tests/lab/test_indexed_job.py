"""deploy/indexed-job.yaml run for real: four shards, merged, say what one run says from there.

All of it stands in pods of one node of the first cluster, with the least roles: what such a pod
cannot see, it cannot see alone either. Nothing of the file is changed but the names of the run, of
the image and, for a small machine, how many pods run at a time.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import stored
from tools.lab.build import suite
from tools.lab.cluster import LabCluster
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from tools.lab.paths import state
from tools.lab.waiting import until
from tools.lab_roles import granted, token
from tools.lab_run import ROOT, SuiteRun, read
from trueline.compare.verdicts import changes
from trueline.report.run import RunFolder

pytestmark = pytest.mark.lab

SHARDS = 4
AT_ONCE = 2  # pods: all machines of the lab share the processors of this one
LONGEST = 1500.0  # seconds for a Job
HOME = "trueline"
OWN = "/var/run/secrets/kubernetes.io/serviceaccount"
REPORTS = "trueline-reports"
Object = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """The node that all pods run on, and where this host finds what they write there."""

    cluster: LabCluster
    machine: Machine
    reports: Path

    def job(self, name: str) -> str:
        """The path of a Job."""
        return f"/apis/batch/v1/namespaces/{HOME}/jobs/{name}"

    def exit_code(self, name: str) -> int:
        """How the only pod of a Job that has ended ended, when it has."""
        until(f"Job {name}", lambda: self._ended(name), within=LONGEST, every=2.0)
        path = f"/api/v1/namespaces/{HOME}/pods?labelSelector=batch.kubernetes.io/job-name={name}"
        (pod,) = self.cluster.api.get(path)["items"]
        (container,) = pod["status"]["containerStatuses"]
        return int(container["state"]["terminated"]["exitCode"])

    def _ended(self, name: str) -> bool:
        found = self.cluster.api.get(self.job(name))["status"].get("conditions", [])
        return any(
            item["type"] in ("Complete", "Failed") and item["status"] == "True" for item in found
        )

    def run(self, name: str) -> SuiteRun:
        """What a run wrote down."""
        return read(self.reports / name, 0, "")


@pytest.fixture(scope="module")
def place(lab: Lab) -> Iterator[Place]:
    """A node with the image of the suites, and what deploy/indexed-job.yaml stands on."""
    cluster = next(iter(lab.clusters.values()))
    machine = next(one for one in cluster.machines if one.spec.role == "worker")
    # What is below /var/log of a machine is in its folder on this host.
    reports = machine.dir / "disk" / "log" / REPORTS
    archive = machine.dir / "disk" / "conf" / "trueline.tar"
    with granted(lab):
        objects = [*_inputs(lab, cluster), _volume(machine)]
        try:
            reports.mkdir()
            reports.chmod(0o777)  # the pods run as nobody
            _bring_image(machine, archive)
            cluster.api.create_all(objects)
            yield Place(cluster, machine, reports)
        finally:
            archive.unlink(missing_ok=True)
            _clean(cluster, machine, objects)


def _bring_image(machine: Machine, archive: Path) -> None:
    suite.archive(archive)
    ctr = ["ctr", "--namespace", "k8s.io", "images"]
    machine.run([*ctr, "import", f"/lab/conf/{archive.name}"], timeout=300)

    def known() -> bool:
        lines = machine.run([*ctr, "list"]).stdout.splitlines()
        return any(
            line.startswith(suite.REFERENCE) and "io.cri-containerd.image=managed" in line
            for line in lines
        )

    until(f"{suite.REFERENCE} on {machine.name}", known, within=60)


def _inputs(lab: Lab, own: LabCluster) -> list[Object]:
    """The plan as a user of these clusters would write it, and the kubeconfig of the pods."""
    plan = (state() / "topology.yaml").read_text()
    # The pods cannot be anywhere but in the lab. Their own way out, by which trueline knows that a
    # process is outside, ends at a machine of it.
    plan = plan.replace("runs_in: lab\n", "")
    # Nor is anything fast here: AT_ONCE pods and all machines of the lab share a few processors.
    plan = plan.replace("budgets:\n", "budgets:\n  dns_latency: 3\n")
    files = {}
    for item in lab.topology.trust:
        source = state() / item.file
        files[source.name] = source.read_text()
        plan = plan.replace(item.file, source.name)
    config = json.loads((state() / "kubeconfig").read_text())
    servers = {item["name"]: item["cluster"] for item in config["clusters"]}
    own_way = {
        "server": servers[own.name]["server"],
        "certificate-authority": f"{OWN}/ca.crt",
    }
    users = {
        name: {"tokenFile": f"{OWN}/token"} if name == own.name else {"token": token(lab, other)}
        for name, other in lab.clusters.items()
    }
    kubeconfig = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": name, "cluster": own_way if name == own.name else servers[name]}
            for name in lab.clusters
        ],
        "users": [{"name": name, "user": user} for name, user in users.items()],
        "contexts": [
            {"name": name, "context": {"cluster": name, "user": name}} for name in lab.clusters
        ],
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "trueline-plan", "namespace": HOME},
            "data": {"topology.yaml": plan, **files},
        },
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "trueline-kubeconfig", "namespace": HOME},
            "data": {"kubeconfig": base64.b64encode(json.dumps(kubeconfig).encode()).decode()},
        },
    ]


def _volume(machine: Machine) -> Object:
    """A folder of the node as the volume that the claim asks for; it keeps all pods there."""
    here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [machine.name]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": REPORTS},
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteMany"],
            "persistentVolumeReclaimPolicy": "Retain",
            "claimRef": {"namespace": HOME, "name": REPORTS},
            "hostPath": {"path": f"/var/log/{REPORTS}", "type": "Directory"},
            "nodeAffinity": {
                "required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]},
            },
        },
    }


def _clean(cluster: LabCluster, machine: Machine, objects: list[Object]) -> None:
    api = cluster.api
    jobs = f"/apis/batch/v1/namespaces/{HOME}/jobs"
    for item in api.get(jobs)["items"]:
        api.delete(f"{jobs}/{item['metadata']['name']}")
    pods = f"/api/v1/namespaces/{HOME}/pods?labelSelector=app.kubernetes.io/name=trueline"
    until("pods of the Jobs to be gone", lambda: not api.get(pods)["items"], within=120)
    api.delete(f"/api/v1/namespaces/{HOME}/persistentvolumeclaims/{REPORTS}")
    for item in objects:
        api.delete(api.path(item))
    machine.run(["ctr", "--namespace", "k8s.io", "images", "rm", suite.REFERENCE], check=False)
    machine.run(["rm", "-rf", f"/var/log/{REPORTS}"])


def manifest(run: str) -> list[Object]:
    """The objects of deploy/indexed-job.yaml for one run, as its head says to make them."""
    text = (ROOT / "deploy" / "indexed-job.yaml").read_text()
    text = text.replace("RUNID", run).replace("registry.example/trueline:1", suite.REFERENCE)
    objects = [item for item in yaml.safe_load_all(text) if item]
    for item in objects:
        if item["spec"].get("parallelism"):
            item["spec"]["parallelism"] = AT_ONCE
    return objects


def alone(run: str) -> Object:
    """The Job of the shards as one that runs everything in one pod."""
    (job,) = (item for item in manifest(run) if item["spec"].get("completionMode") == "Indexed")
    job["metadata"]["name"] = f"trueline-{run}"
    spec = job["spec"]
    del spec["completionMode"], spec["backoffLimitPerIndex"]
    spec |= {"completions": 1, "parallelism": 1, "backoffLimit": 0}
    (container,) = spec["template"]["spec"]["containers"]
    container["args"] = [word for word in container["args"] if not word.startswith("--shards=")]
    found: Object = job
    return found


def test_four_shards_say_what_one_run_says(lab: Lab, place: Place) -> None:
    place.cluster.api.create_all(manifest("shards"))
    code = place.exit_code("trueline-merge-shards")
    place.cluster.api.create(alone("single"))
    assert place.exit_code("trueline-single") == code

    whole, single = place.run("shards"), place.run("single")
    told = json.loads((whole.folder / "summary.json").read_text())
    names = ", ".join(f"shards-{number}of{SHARDS}" for number in range(1, SHARDS + 1))
    assert told["part"] == f"merged from {SHARDS} of {SHARDS} shards: {names}"
    assert (told["notes"], told["stopped"], told["not_run"]) == ([], None, [])
    assert told["tests"] == json.loads((single.folder / "summary.json").read_text())["tests"]
    before, after = (stored.entries(RunFolder(run.folder)) for run in (single, whole))
    assert [str(change) for change in changes(before, after)] == []
    assert sorted(whole.causes) == sorted(single.causes)

    # They did look: at both clusters, and from pods of both.
    seen = {claim["cluster"] for claim in whole.claims if claim["standing"] == "pass"}
    assert seen >= set(lab.clusters)


def test_every_shard_had_its_part_and_left_the_clusters_free(lab: Lab, place: Place) -> None:
    parts = [
        json.loads((place.reports / f"shards-{number}of{SHARDS}" / "summary.json").read_text())
        for number in range(1, SHARDS + 1)
    ]
    tests = [name for part in parts for name in part["tests"]]
    assert len(tests) == len(set(tests))
    assert min(len(part["tests"]) for part in parts) > 0
    for cluster in lab.clusters.values():
        path = f"/apis/coordination.k8s.io/v1/namespaces/{HOME}/leases/trueline"
        lease = cluster.api.get(path)
        assert json.loads(lease["metadata"]["annotations"]["trueline/holds"]) == []
