"""Names that would lead out of where they belong, and words that would become options."""

from __future__ import annotations

import ast
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kube.api import FakeApi, kubeconfig
from tests.plugin.project import Project
from tests.properties.profiles import examples
from tests.report.test_allure_results import RED
from tests.report.test_raw import wire
from tests.security.tally import tried
from tests.vantage.shell import STDOUT, SUCCESS, Caller, Shell
from tests.vantage.test_place import BATCH, stand_in_for_ssh
from tools import diff, merge, metrics, rejudge, reverse, statement
from trueline.probes import kube_client, kube_exec, kube_pods
from trueline.report.allure_results import Known, complete
from trueline.report.run import RESERVED, RunFolder, Taken, checked_id
from trueline.report.shard import Shard, Share, dump
from trueline.vantage.place import Ssh
from trueline.vantage.program import Unreachable

ROOT = Path(__file__).parents[2]
NAMES = "names of runs, and paths that are given"
WORDS = "words of commands that are started"
OUTSIDE = (
    "../x", "..", ".", "a/b", "/etc/passwd", "-x", "--help", ".hidden", "a..b", "a\0b", "a\nb",
    "latest", "history.jsonl", "README.md", "", " ", "a b", "~", "$HOME", "a" * 65, "\u202ea", "é",
    "CON:", "a\\b", "%2e%2e", "*",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_run_has_a_plain_name(name: str) -> None:
    tried(NAMES)
    with pytest.raises(ValueError, match="is not usable: write 1 to 64 letters, digits"):
        checked_id(name)


@examples(10)
@given(st.text(max_size=70) | st.from_regex(r"[A-Za-z0-9._/-]{1,70}", fullmatch=True))
def test_a_name_that_is_taken_is_a_folder_of_reports(name: str) -> None:
    tried(NAMES)
    try:
        checked_id(name)
    except ValueError:
        return
    reports = Path("/reports")
    assert (reports / name).resolve().parent == reports
    assert name not in RESERVED
    assert not name.startswith(("-", "."))


@pytest.mark.parametrize("name", ["../x", "/x", "latest"])
def test_a_run_of_such_a_name_is_refused_and_makes_nothing(
    pytester: pytest.Pytester, name: str
) -> None:
    project = Project(pytester, "name_is_long")
    before = set(project.path.parent.iterdir())
    result = project.run("suites", run=name)
    tried(NAMES)
    assert result.code == 4
    assert result.errors[0].startswith(f"ERROR: run id {name!r} is not usable: write 1 to 64")
    assert set(project.path.parent.iterdir()) == before
    assert not (project.path / "reports").exists()


def test_a_link_in_the_place_of_a_run_is_left_alone(tmp_path: Path) -> None:
    for name, where in (("r1", "elsewhere"), ("r2", "nowhere")):
        (tmp_path / "elsewhere").mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(tmp_path / where)
        tried(NAMES)
        with pytest.raises(Taken, match="is recorded in"):
            RunFolder.create(tmp_path, name)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_latest_replaces_a_link_and_nothing_behind_it(tmp_path: Path, kind: str) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "kept").write_text("kept")
    latest = tmp_path / "reports" / "latest"
    folder = RunFolder.create(tmp_path / "reports", "r1")
    if kind == "link":
        latest.symlink_to(other)
    elif kind == "folder":
        shutil.copytree(other, latest)
    else:
        latest.write_text("kept")
    folder.point_latest()
    tried(NAMES)
    assert (other / "kept").read_text() == "kept"
    assert latest.is_symlink() is (kind != "folder")
    assert kind == "folder" or latest.resolve() == folder.path


@pytest.mark.parametrize("given_run", ["../..", "../../etc", "/etc", "-rf", "x\n\x1b[2J", "*"])
def test_a_run_that_is_none_is_refused_by_every_command(
    tmp_path: Path, given_run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = tmp_path / "a" / "b"
    reports.mkdir(parents=True)
    where = f"--reports={reports}"
    prom = f"--output={tmp_path / 'x.prom'}"
    for command, words in (
        (diff.main, [where, "--", given_run]),
        (reverse.main, [where, "--", given_run]),
        (rejudge.main, [where, "--", given_run]),
        (metrics.main, [where, prom, "--", given_run]),
        (statement.main, [where, "--", given_run]),
        (merge.main, [where, "--", given_run]),
    ):
        tried(NAMES)
        assert command(words) in (2, 4), command
        said = capsys.readouterr().err
        assert "holds no whole run" in said
        assert all(line.isprintable() for line in said.splitlines())
    assert list(reports.iterdir()) == []
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_shards_do_not_name_the_folder_of_the_whole(
    pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project(pytester, "name_is_long")
    project.run("suites", "--shard=1/1", run="night")
    folder = RunFolder(project.path / "reports" / "night-1of1")
    tests = json.loads(folder.shard.read_text())["tests"]
    share = Share(run="../../x", shard=Shard(1, 1), tests=tuple(map(tuple, tests)))
    folder.shard.write_text(dump(share))
    before = set(project.path.parent.iterdir())
    tried(NAMES)
    assert merge.main([f"--reports={project.path / 'reports'}", "night-1of1"]) == 4
    assert capsys.readouterr().err.startswith("run id '../../x' is not usable: ")
    assert set(project.path.parent.iterdir()) == before


@pytest.mark.parametrize("uuid", ["../../evil", "/evil", "a/b", "\0", 5, None])
def test_results_of_other_hosts_do_not_say_where_to_write(tmp_path: Path, uuid: Any) -> None:
    results = tmp_path / "a" / "results"
    results.mkdir(parents=True)
    labels = [{"name": "test", "value": RED.test}]
    result = {"name": "x", "uuid": uuid, "labels": labels, "start": 5, "stop": 9}
    (results / "1-result.json").write_text(json.dumps(result))
    complete(results, Known(claims=(RED,), wire=wire()))
    tried(NAMES)
    names = {path.name for path in results.iterdir()}
    assert "1-0-attachment.txt" in names
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["results"]


@pytest.mark.parametrize(
    "result",
    ["[]", "5", "{}", '{"labels": 5, "start": 1}', '{"labels": [5], "start": 1}',
     '{"labels": [{"name": "test"}], "start": 1}', '{"labels": [], "start": "x"}', "[" * 5000],
)  # fmt: skip
def test_what_is_no_result_is_left_alone(tmp_path: Path, result: str) -> None:
    (tmp_path / "1-result.json").write_text(result)
    complete(tmp_path, Known(claims=(RED,), wire=wire()))
    tried(NAMES)
    assert [path.read_text() for path in tmp_path.iterdir()] == [result]


def test_links_among_stored_facts_are_not_followed(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "cluster_is_seen: snapshot")
    first = project.run("suites")
    secret = project.path / "secret"
    secret.write_text("canary-link")
    (first.folder / "snapshot" / "extra.json").symlink_to(secret)
    again = project.run("suites", f"--judge-again={first.folder}", run="r2")
    tried(NAMES)
    assert "clusters.json" in {path.name for path in (again.folder / "snapshot").iterdir()}
    assert not (again.folder / "snapshot" / "extra.json").exists()


# --- words of commands ----------------------------------------------------------------------------

HOSTS = ("-oProxyCommand=touch x", "--", "-F/dev/null", "a b", "a;touch x", "$(touch x)", "a\nb")


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_of_ssh_is_one_word_and_no_option(tmp_path: Path, host: str) -> None:
    script = f'for word in "$@"; do printf "%s\\0" "$word"; done > {tmp_path}/words; exit 1'
    tried(WORDS)
    with pytest.raises(Unreachable):
        Ssh(host, 5.0, stand_in_for_ssh(tmp_path, script)).ask(BATCH)
    words = (tmp_path / "words").read_text().split("\0")[:-1]
    assert words[:6] == ["-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "--", host]
    assert len(words) == 7
    assert words[6].startswith("python3 -c '")


@pytest.mark.skipif(shutil.which("ssh") is None, reason="there is no ssh on this host")
def test_the_real_ssh_takes_no_option_for_a_host(tmp_path: Path) -> None:
    tried(WORDS)
    with pytest.raises(Unreachable):
        Ssh(f"-oProxyCommand=touch {tmp_path}/owned", 1.0).ask(BATCH)
    assert list(tmp_path.iterdir()) == []


def test_a_pod_is_one_part_of_a_path(tmp_path: Path) -> None:
    def well(caller: Caller) -> None:
        caller.accept()
        caller.say(STDOUT, "[]\n")
        caller.end(SUCCESS)

    tried(WORDS)
    with Shell(well) as shell:
        session = kube_exec.Session(
            ["a b", "--", "-c"], namespace="../x", pod="p/../../secrets?a=b", context="app",
            kubeconfig=str(kubeconfig(tmp_path, shell.url, None)),
        )  # fmt: skip
        session.say("", 60.0)
        session.close()
    assert shell.asked["path"] == [
        "/api/v1/namespaces/..%2Fx/pods/p%2F..%2F..%2Fsecrets%3Fa%3Db/exec"
    ]
    assert shell.asked["command"] == ["a b", "--", "-c"]


def test_a_pod_that_an_api_names_is_one_part_of_a_path(api: FakeApi, config: Path) -> None:
    client = kube_client.connect("app", str(config), 60.0)
    tried(WORDS)
    kube_pods.stop(client, "n", "../../secrets/s")
    assert api.deleted == ["/api/v1/namespaces/n/pods/..%2F..%2Fsecrets%2Fs"]


STARTS = {
    "fixtures/scope.py": "git, with fixed words",
    "tools/allure_cli.py": "node of this host, with fixed words",
    "tools/audit.py": "pip and pip-audit, with fixed words",
    "tools/bench/apiserver.py": "etcd and kube-apiserver in a network of the benchmark",
    "tools/bench/arp.py": "processes that keep a processor busy, with fixed words",
    "tools/bench/kube.py": "Python, with fixed words",
    "tools/bench/lab.py": "the lab, with fixed words",
    "tools/bench/names.py": "a server in a network of the benchmark, with fixed words",
    "tools/bench/network.py": "unshare, with the names of the benchmark",
    "tools/bench/reach.py": "haproxy in a network of the benchmark, with fixed words",
    "tools/bench/timing.py": "whatever is measured, as one list",
    "tools/bootstrap.py": "pip and apt-get, with fixed words",
    "tools/gate.py": "the parts of the gate, with fixed words",
    "tools/lab_run.py": "the lab",
    "tools/nights.py": "the lab, and tools with the folder of the runs",
    "tools/phases.py": "the phases of the gate, with fixed words",
    "tools/rejudge.py": "pytest; options with a path are one word each",
    "tools/resilience/run.py": "pytest in the lab; options with a path are one word each",
    "tools/resilience/scenarios.py": "mount and umount, with paths that begin with /",
    "tools/resilience/sick_api.py": "the lab",
    "tools/security.py": "pytest, with fixed words",
    "tools/report.py": "allure, with paths that begin with /",
    "tools/soak.py": "the lab",
    "tools/walk.py": "make and a browser, with fixed words",
    "tools/versions.py": "pip and pytest, with fixed words",
    "tools/versions_lab.py": "the lab",
    "trueline/command.py": "pytest, with the words of who calls it",
    "trueline/probes/agent_neighbours.py": "arp, with an address that was resolved",
    "trueline/probes/kube_plugin.py": "the credential plug-in of the kubeconfig, as one list",
    "trueline/probes/command.py": "a command of the plan, split into words",
    "trueline/probes/command_session.py": "the probe program by Python; ssh",
}
STARTING = re.compile(
    r"subprocess\.(run|Popen|call|check_call|check_output|getoutput)"
    r"|os\.(exec|spawn|posix_spawn)\w*|asyncio\.create_subprocess_\w+"
)
NEVER = {
    "os.system", "os.popen", "pickle.load", "pickle.loads", "marshal.loads", "yaml.load",
    "yaml.unsafe_load", "yaml.full_load", "eval", "shelve.open",
}  # fmt: skip


def calls() -> list[tuple[str, str, ast.Call]]:
    """(module, what is called, the call) of the product and its tools, leaving out the lab."""
    found = []
    for folder in ("trueline", "fixtures", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith("tools/lab/"):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    found.append((name, ast.unparse(node.func), node))
    return found


def test_commands_are_started_where_it_is_known_and_without_a_shell() -> None:
    starts = [(name, call) for name, function, call in calls() if STARTING.fullmatch(function)]
    tried(WORDS, len(starts))
    assert {name for name, _ in starts} - set(STARTS) == set()
    shells = [
        name
        for name, call in starts
        for word in call.keywords
        if word.arg == "shell" or (word.arg is None and "shell" in ast.unparse(word.value))
    ]
    assert shells == []


def test_nothing_evaluates_what_it_reads() -> None:
    found = [(name, function) for name, function, _ in calls() if function in NEVER]
    tried(WORDS, len(NEVER))
    assert found == []
