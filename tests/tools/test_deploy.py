"""What runs the suites in a cluster keeps what it promises, and fits the published roles."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import merge, rbac
from trueline.report.shard import Shard

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FILES = ("cronjob.yaml", "indexed-job.yaml", "reader.yaml")
CONTAINERFILE = (DEPLOY / "trueline" / "Containerfile").read_text()
Json = dict[str, Any]


def objects(name: str) -> list[Json]:
    return [item for item in yaml.safe_load_all((DEPLOY / name).read_text()) if item]


def jobs(name: str) -> Iterator[Json]:
    """The spec of every Job of a file."""
    for item in objects(name):
        if item["kind"] in ("Job", "CronJob"):
            yield item["spec"]["jobTemplate"]["spec"] if item["kind"] == "CronJob" else item["spec"]


def pods(name: str) -> list[Json]:
    """The spec of every pod of a file."""
    bare = [item["spec"] for item in objects(name) if item["kind"] == "Pod"]
    return [*(job["template"]["spec"] for job in jobs(name)), *bare]


EVERY = [
    pytest.param(pod, id=f"{name}-{at}") for name in FILES for at, pod in enumerate(pods(name))
]


@pytest.mark.parametrize("pod", EVERY)
def test_a_pod_may_do_nothing_that_it_need_not(pod: Json) -> None:
    inside = pod["securityContext"]
    assert inside["runAsNonRoot"] is True
    assert min(inside["runAsUser"], inside["runAsGroup"], inside["fsGroup"]) > 0
    assert inside["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    for container in pod["containers"]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]) == {"requests", "limits"}
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}


@pytest.mark.parametrize("pod", EVERY)
def test_what_is_mounted_is_there_and_needed(pod: Json) -> None:
    volumes = {volume["name"] for volume in pod["volumes"]}
    mounts = {mount["name"] for one in pod["containers"] for mount in one["volumeMounts"]}
    assert mounts == volumes
    assert all("hostPath" not in volume for volume in pod["volumes"])


@pytest.mark.parametrize("name", ["cronjob.yaml", "indexed-job.yaml"])
def test_a_job_ends_and_goes_and_is_not_tried_again(name: str) -> None:
    for job in jobs(name):
        assert job["activeDeadlineSeconds"] <= 3600
        assert job["ttlSecondsAfterFinished"] > 0
        assert job.get("backoffLimit", job.get("backoffLimitPerIndex")) == 0
        assert job["template"]["spec"]["restartPolicy"] == "Never"


@pytest.mark.parametrize("name", FILES)
def test_everything_is_where_the_published_roles_are(name: str) -> None:
    published = [item for item in objects("rbac.yaml") if item["kind"] == "ServiceAccount"]
    homes = {(item["metadata"]["namespace"], item["metadata"]["name"]) for item in published}
    assert homes == {("trueline", rbac.NAME)}
    assert {item["metadata"]["namespace"] for item in objects(name)} == {"trueline"}
    for pod in pods(name):
        asks = any("KUBECONFIG" in str(one.get("env")) for one in pod["containers"])
        assert pod.get("serviceAccountName") == (rbac.NAME if asks else None)
        assert pod.get("automountServiceAccountToken", True) is asks


def test_all_run_one_image_and_share_one_volume() -> None:
    found = [pod for name in FILES for pod in pods(name)]
    assert {one["image"] for pod in found for one in pod["containers"]} == {
        "registry.example/trueline:1"
    }
    claims = {
        volume["persistentVolumeClaim"]["claimName"]
        for pod in found
        for volume in pod["volumes"]
        if "persistentVolumeClaim" in volume
    }
    (claim,) = (i for i in objects("indexed-job.yaml") if i["kind"] == "PersistentVolumeClaim")
    assert claims == {claim["metadata"]["name"]}
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]


def test_the_shards_are_as_many_as_are_merged() -> None:
    shards, merging = jobs("indexed-job.yaml")
    (run,), (whole,) = (job["template"]["spec"]["containers"] for job in (shards, merging))
    number = shards["completions"]
    assert (shards["completionMode"], shards["parallelism"]) == ("Indexed", number)
    assert f"--shards={number}" in run["args"]
    names = [Shard(at, number).named("$(TRUELINE_RUN)") for at in range(1, number + 1)]
    assert whole["args"][0] == "tools.merge"
    given = merge._parser().parse_args(whole["args"][1:])
    assert (given.runs, given.partial) == (names, True)
    assert shards["activeDeadlineSeconds"] < given.within < merging["activeDeadlineSeconds"]
    ids = [item for one in (run, whole) for item in one["env"] if item["name"] == "TRUELINE_RUN"]
    assert [item["value"] for item in ids] == ["RUNID", "RUNID"]


def test_everything_of_a_run_has_its_id() -> None:
    """Without one the file is refused: no name of an object may have capital letters."""
    names = [item["metadata"]["name"] for item in objects("indexed-job.yaml")[1:]]
    assert names == ["trueline-shards-RUNID", "trueline-merge-RUNID"]
    text = (DEPLOY / "indexed-job.yaml").read_text()
    written = re.sub("RUNID", "night", text)
    lines = zip(text.splitlines(), written.splitlines(), strict=True)
    changed = [new.strip() for old, new in lines if old != new and not new.startswith("#")]
    assert changed == [
        "name: trueline-shards-night",
        '- {name: TRUELINE_RUN, value: "night"}',
        "name: trueline-merge-night",
        '- {name: TRUELINE_RUN, value: "night"}',
    ]


@pytest.mark.parametrize("name", ["cronjob.yaml", "indexed-job.yaml"])
def test_pytest_takes_what_it_is_given(name: str, tmp_path: Path) -> None:
    job = next(jobs(name))
    module, *words = job["template"]["spec"]["containers"][0]["args"]
    assert module == "pytest"
    given = [word for word in words if not word.startswith("--reports=")]
    plan = ROOT / "examples" / "three-clusters.yaml"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *given, "--list"),
            *(f"--topology={plan}", f"--reports={tmp_path}"),
        ],
        cwd=ROOT,
        env={"JOB_COMPLETION_INDEX": "3", "TRUELINE_RUN": "night", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_kubeconfig_leads_into_every_cluster_of_the_plan() -> None:
    (config,) = objects("kubeconfig.example.yaml")
    wanted = {item["metadata"]["labels"]["trueline/cluster"] for item in objects("rbac.yaml")}
    assert {item["name"] for item in config["contexts"]} == wanted
    own = config["users"][0]["user"]["tokenFile"]
    assert own == "/var/run/secrets/kubernetes.io/serviceaccount/token"


def test_the_documents_name_files_that_are_there() -> None:
    text = (ROOT / "docs" / "nightly.md").read_text()
    named = set(re.findall(r"deploy/[\w/.-]+\w", text))
    assert {f"deploy/{name}" for name in FILES} <= named
    assert all((ROOT / name).exists() for name in named)


# --- the image ------------------------------------------------------------------------------------


def test_the_image_runs_as_nobody_and_holds_byte_code() -> None:
    users = re.findall(r"^USER (\d+):(\d+)$", CONTAINERFILE, re.MULTILINE)
    assert users == [("65534", "65534")]
    compiled = [line for line in CONTAINERFILE.splitlines() if "compileall" in line]
    assert len(compiled) == 2
    assert all("--invalidation-mode unchecked-hash" in line for line in compiled)


def test_the_image_takes_every_version_from_the_lock() -> None:
    assert "/build/requirements.lock > /build/constraints" in CONTAINERFILE
    assert "--constraint /build/constraints" in CONTAINERFILE
    assert CONTAINERFILE.count("pip install --no-cache-dir --require-hashes ") == 1
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[<>=]", item)[0].lower() for item in project["dependencies"]}
    lock = (ROOT / "requirements.lock").read_text()
    assert wanted <= {line.partition("==")[0].lower() for line in lock.splitlines()}


def test_the_image_holds_what_is_imported() -> None:
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", CONTAINERFILE, re.MULTILINE)
    there = {name for line in copied for name in line.split()}
    assert there >= {"conftest.py", "trueline", "fixtures", "suites", "tools", "examples"}
    assert all((ROOT / name).exists() for name in there)
