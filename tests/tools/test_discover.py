"""What discover writes and says, and how it ends, whatever the clusters are like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.kube.api import FakeApi, Pki, Served, kubeconfig, listed, status
from tests.kube.objects import NODE
from tests.recorded import base
from tools import discover
from trueline.intent.load import load
from trueline.model.found import Found
from trueline.observe import discovery
from trueline.observe.store import CLUSTERS
from trueline.report.run import RunFolder

UID = "00000000-0000-4000-8000-00000000000{}"


@pytest.fixture
def apis(pki: Pki) -> Iterator[tuple[FakeApi, FakeApi]]:
    """Two clusters that can be told apart."""
    with Served(pki) as one, Served(pki) as two:
        for number, api in enumerate((one, two)):
            found = 200, {"metadata": {"uid": UID.format(number)}}
            api.routes["/api/v1/namespaces/kube-system"] = found
        yield one, two


@pytest.fixture
def config(apis: tuple[FakeApi, FakeApi], pki: Pki, tmp_path: Path) -> Path:
    """One kubeconfig with the contexts `a` and `b`, and `dead`, where nobody listens."""
    urls = {"a": apis[0].url, "b": apis[1].url, "dead": "https://127.0.0.1:1"}
    parts = [
        yaml.safe_load(kubeconfig(tmp_path, url, pki.ca, context=name).read_text())
        for name, url in urls.items()
    ]
    merged = {key: [item for part in parts for item in part[key]] for key in
              ("clusters", "users", "contexts")}  # fmt: skip
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Config", **merged}))
    return path


def run(*arguments: str, config: Path) -> int:
    return discover.main([*arguments, f"--kubeconfig={config}", "--apis-only"])


def test_two_contexts_are_drafted_into_a_file_that_loads(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "my.yaml"
    assert run("--context=a", "--context=b", f"--output={output}", config=config) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        f"{output}: 24 things not known, 6 guessed",
        f"review it, then: .venv/bin/pytest suites/plan --topology {output}",
    ]
    topology = load(output)
    assert [(one.name, one.context) for one in topology.clusters] == [("a", "a"), ("b", "b")]
    assert output.read_text().startswith("# yaml-language-server: ")


def test_the_draft_goes_to_standard_output_by_default(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--context=a", config=config) == 0
    said = capsys.readouterr()
    assert yaml.safe_load(said.out)["clusters"]["a"]["context"] == "a"
    assert "--topology FILE" in said.err


def test_a_file_that_is_there_is_kept_unless_forced(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "my.yaml"
    output.write_text("mine")
    assert run("--context=a", f"--output={output}", config=config) == 2
    assert output.read_text() == "mine"
    assert capsys.readouterr().err == (
        f"{output} is there already: name another file, or give --force\n"
    )
    assert run("--context=a", f"--output={output}", "--force", config=config) == 0
    assert "version: 1" in output.read_text()


def test_a_file_that_cannot_be_written(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "none" / "my.yaml"
    assert run("--context=a", f"--output={output}", config=config) == 2
    assert capsys.readouterr().err == f"{output} cannot be written: No such file or directory\n"


def test_a_context_that_is_not_there_is_said_and_the_other_is_written(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--context=a", "--context=x", config=config) == 1
    said = capsys.readouterr()
    reason = (
        f"cluster x cannot be observed: the kubeconfig {config} has no context 'x'"
        " (it has: a, b, dead)"
    )
    assert said.err.splitlines()[0] == reason
    assert list(yaml.safe_load(said.out)["clusters"]) == ["a"]
    assert "  # not known: x: cluster x cannot be observed:" in said.out


def test_a_cluster_out_of_reach_and_credentials_that_expired(
    apis: tuple[FakeApi, FakeApi], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apis[1].routes["/api/v1/namespaces/kube-system"] = status(401, "Unauthorized")
    assert run("--context=a", "--context=b", "--context=dead", config=config) == 1
    assert capsys.readouterr().err.splitlines()[:2] == [
        f"cluster b cannot be observed: {apis[1].url} does not accept the credentials of the "
        "kubeconfig",
        "cluster dead cannot be observed: https://127.0.0.1:1 refuses the connection",
    ]


def test_what_may_not_be_listed_is_said_once_for_each_reason(
    apis: tuple[FakeApi, FakeApi], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in ("/api/v1/nodes", "/api/v1/configmaps"):
        apis[0].routes[path] = status(403, "no")
    assert run("--context=a", config=config) == 1
    said = capsys.readouterr()
    may_not = "the kubeconfig may not list"
    assert said.err.splitlines()[:7] == [
        f"cluster a: nodes not read: {may_not} nodes: forbidden",
        f"cluster a: mesh roots not read: {may_not} configmaps istio-ca-root-cert: forbidden",
        f"cluster a: flannel not read: {may_not} configmaps kube-flannel-cfg: forbidden",
        f"cluster a: pod subnets not read: {may_not} configmaps kubeadm-config: forbidden",
        f"cluster a: forwards not read: {may_not} configmaps coredns: forbidden",
        f"cluster a: trust domains not read: {may_not} configmaps istio: forbidden",
        "the least role that may read all of it: python -m tools.rbac --discover > discover.yaml",
    ]
    assert "nodes: {}" in said.out
    assert yaml.safe_load(said.out)["clusters"]["a"]["services"] == ["10.96.0.0/12"]


def test_nothing_is_written_when_nothing_could_be_read(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "my.yaml"
    assert run("--context=dead", f"--output={output}", config=config) == 2
    assert not output.exists()
    assert capsys.readouterr().err.splitlines() == [
        "cluster dead cannot be observed: https://127.0.0.1:1 refuses the connection",
        "nothing is written: no cluster could be read",
    ]


def test_two_contexts_of_one_cluster_are_drafted_once(
    apis: tuple[FakeApi, FakeApi], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    same = apis[0].routes["/api/v1/namespaces/kube-system"]
    apis[1].routes["/api/v1/namespaces/kube-system"] = same
    assert run("--context=a", "--context=b", config=config) == 1
    said = capsys.readouterr()
    assert said.err.splitlines()[0] == ("context b leads to the same cluster as a: it is left out")
    assert list(yaml.safe_load(said.out)["clusters"]) == ["a"]


def test_names_that_clusters_call_things_stay_data(
    apis: tuple[FakeApi, FakeApi], config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "n\n  evil: true # \x1b[2J"
    apis[0].routes["/api/v1/nodes"] = listed({**NODE, "metadata": {"name": evil}})
    assert run("--context=a", config=config) == 0
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    assert yaml.safe_load(said.out)["clusters"]["a"]["nodes"] == {}
    assert "# not known: nodes.n evil: true # \\u001b[2J: a plan cannot call a node so" in said.out


def test_without_apis_only_this_host_looks_too(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    looked = []

    def around(found: Found) -> Found:
        looked.append(set(found.clusters))
        return found

    monkeypatch.setattr(discovery, "look_around", around)
    assert discover.main(["--context=a", f"--kubeconfig={config}"]) == 0
    assert looked == [{"a"}]
    assert "clusters:" in capsys.readouterr().out


# --- from a stored run ----------------------------------------------------------------------------


@pytest.fixture
def stored(tmp_path: Path) -> RunFolder:
    folder = RunFolder(tmp_path / "reports" / "r1")
    folder.facts.mkdir(parents=True)
    folder.plan.write_bytes((base.HEALTHY / "topology.yaml").read_bytes())
    record = json.loads((base.HEALTHY / "run.json").read_text())
    began = f"{base.day()}T12:00:00+00:00"
    more = {"began": began, "plan": "p", "file": "topology.yaml", "facts_of": None}
    folder.record.write_text(json.dumps(more | record))
    folder.journal.write_text("")
    CLUSTERS.save(folder.facts / "clusters.json", base.facts().clusters)
    return folder


def test_a_stored_run_is_drafted_offline_and_compared(
    stored: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = f"--reports={stored.path.parent}"
    assert discover.main(["--run=r1", reports, f"--against={stored.plan}"]) == 0
    said = capsys.readouterr()
    assert "# not known: dns: a stored run does not hold it; the names that clients use" in said.out
    assert "segments.lan.gateway: planned 192.168.64.1, not in the draft" in said.err
    counted = said.err.splitlines()[-1]
    assert counted.endswith(" apart from reference network, 0 without a mark in the draft")


def test_a_plan_to_compare_with_that_does_not_load(
    stored: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("version: 2\n")
    reports = f"--reports={stored.path.parent}"
    assert discover.main(["--run=r1", reports, f"--against={wrong}"]) == 1
    said = capsys.readouterr()
    assert "clusters:" in said.out
    assert f"{wrong}:1: version is not 1: found 2; write 1." in said.err


def test_a_run_that_is_not_there_and_one_that_observed_nothing(
    stored: RunFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = f"--reports={stored.path.parent}"
    assert discover.main(["--run=r2", reports]) == 2
    assert "r2 holds no whole run: it has no" in capsys.readouterr().err
    whole = stored.record.read_text()
    stored.record.write_text(whole.replace('"day"', '"night"'))
    assert discover.main(["--run=r1", reports]) == 2
    assert "r1 holds no whole run: its run.json is damaged" in capsys.readouterr().err
    stored.record.write_text(whole)
    (stored.facts / "clusters.json").unlink()
    assert discover.main(["--run=r1", reports]) == 2
    assert capsys.readouterr().err == "nothing is written: no cluster could be read\n"
    (stored.facts / "clusters.json").write_text("{")
    assert discover.main(["--run=r1", reports]) == 2
    assert "is not whole JSON" in capsys.readouterr().err


def test_a_run_or_a_context_has_to_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        discover.main([])
    assert "one of the arguments --context --run is required" in capsys.readouterr().err
