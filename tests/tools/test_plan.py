"""The command that reads and extends the plan: what it prints, and how it ends."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.live import facts_for
from tests.small import judged
from tools import plan
from trueline.intent.load import load
from trueline.observe.store import CLUSTERS

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 28)

PLAN = """\
version: 1
name: small
segments:
  lan: {cidr: 10.0.0.0/24, gateway: 10.0.0.1}
clusters:
  main:
    context: main
    api: https://10.0.0.10:6443
    versions: {kubernetes: "1.34", metallb: "0.15.2", flannel: "0.26.7"}
    cni: {kind: flannel}
    segment: lan
    pods: [10.244.0.0/16]
    services: [10.96.0.0/16]
    nodes:
      main-1: {role: control-plane, address: 10.0.0.10}
    load_balancer:
      pools:
        public: {addresses: [10.0.0.100-10.0.0.101], auto_assign: false, advertise: l2}
      reservations:
        web: {address: 10.0.0.100, service: web/web, ports: [80/TCP/http]}
dns:
  zones: {main.test: {authority: 10.0.0.1}}
  names:
    api.main.test: {address: 10.0.0.10, from: [runner]}
    web.main.test: {address: 10.0.0.100, from: [runner]}
vantages: {runner: {kind: host}}
flows:
  - {name: web opens, from: vantage:runner, to: reservation:main/web, port: 80/TCP, expected: works}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a plan, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yaml").write_text(PLAN)
    return tmp_path


def ask(*words: str, topology: str = "my.yaml") -> int:
    return plan.main([*words, "--topology", topology], DAY)


def told(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    said = capsys.readouterr()
    return said.out.splitlines(), said.err.splitlines()


def test_the_ledger_and_its_picture(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("ledger", "--svg", "plan.svg") == 0
    out, err = told(capsys)
    assert out[1].split() == ["10.0.0.0/24", "256", "segment", "lan", "my.yaml:4"]
    assert err == ["written: plan.svg"]
    assert (here / "plan.svg").read_text().startswith("<svg xmlns=")


def test_a_ledger_with_conflicts_is_an_error(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "my.yaml").write_text(PLAN.replace("10.0.0.10}\n    load", "10.0.0.101}\n    load"))
    assert ask("ledger") == 1
    assert told(capsys)[0][-2:] == [
        "addresses with two uses: 1",
        "  10.0.0.101 belongs to node main/main-1 (my.yaml:15)"
        " and to pool main/public (my.yaml:18)",
    ]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("address", ["10.0.0.101  pool main/public (my.yaml:18)"]),
        ("address --cluster main --pool public", ["10.0.0.101  pool main/public (my.yaml:18)"]),
        ("node --count 2", [f"10.0.0.{last}  node of main (my.yaml:6)" for last in (11, 12)]),
        ("vm", ["10.0.0.2  host on segment lan (my.yaml:4)"]),
        ("pool --count 8", ["10.0.0.102-10.0.0.109  pool on segment lan (my.yaml:4)"]),
        ("pods", ["10.245.0.0/16  pod network of another cluster"]),
        ("services --prefix 20", ["10.97.0.0/20  service network of another cluster"]),
        (
            "pods --within fd00::/8 --prefix 56",
            ["fd00::/56  pod network of another cluster"],
        ),
    ],
)
def test_what_is_next(
    here: Path, capsys: pytest.CaptureFixture[str], words: str, lines: list[str]
) -> None:
    assert ask("next", *words.split()) == 0
    assert told(capsys) == (lines, [])


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (
            "next address --count 2",
            1,
            "the IPv4 pools of main have 1 free, 2 wanted: main/public (my.yaml:18)."
            " Widen a pool: what-if --addresses main=1",
        ),
        (
            "next address --family 6",
            1,
            "main (my.yaml:6) has no IPv6 pool. Plan one: next pool says where",
        ),
        ("next address --cluster man", 2, "there is no cluster 'man': did you mean main?"),
        (
            "next address --pool x",
            2,
            "there is no pool of main 'x': the plan has public",
        ),
        ("next vm --segment wan", 2, "there is no segment 'wan': did you mean lan?"),
        (
            "next services --prefix 9",
            2,
            "a Service network cannot be a /9: it has 10 addresses at least and 20 host bits at"
            " most (PLAN-007)",
        ),
        (
            "what-if --addresses main=300",
            1,
            "segment lan (10.0.0.0/24, my.yaml:4) has 250 addresses free for pools, 300 wanted."
            " Plan a larger segment",
        ),
        ("what-if --nodes mian=1", 2, "there is no cluster 'mian': did you mean main?"),
        (
            "what-if --nodes main=1 --write no/such/folder.yaml",
            2,
            "no/such/folder.yaml cannot be written: no such file or directory",
        ),
        (
            "head-room --growth mian=1/day",
            2,
            "there is no pool, or cluster with a single one, 'mian': did you mean main?",
        ),
        (
            "head-room --growth nodes:mian=1/day",
            2,
            "there is no cluster whose nodes take addresses or node ranges 'mian':"
            " did you mean main?",
        ),
    ],
)
def test_what_cannot_be_answered(
    here: Path, capsys: pytest.CaptureFixture[str], words: str, status: int, said: str
) -> None:
    assert ask(*words.split()) == status
    assert said in told(capsys)[1]


def test_with_several_clusters_one_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    topology = str(ROOT / "topology.yaml")
    assert ask("next", "node", topology=topology) == 2
    assert told(capsys) == ([], ["say --cluster: control, app"])


def test_without_clusters_nothing_can_be_followed(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "version: 1\nname: e\nsegments: {}\nclusters: {}\n"
    (here / "my.yaml").write_text(text)
    for purpose, said in (
        ("node", "say --cluster: the plan has none"),
        ("vm", "say --segment: the plan has none"),
        ("pods", "the plan has no cluster to follow: say --family"),
    ):
        assert ask("next", purpose) == 2
        assert told(capsys) == ([], [said])


def test_a_plan_that_cannot_be_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "my.yaml").write_text("version: 2\n")
    for words in (("ledger",), ("next", "pods"), ("what-if", "--clusters", "1"), ("head-room",)):
        assert ask(*words) == 2
        out, err = told(capsys)
        assert out == []
        assert len(err) == 4
        assert err[0].startswith("my.yaml:1: ")


def test_what_if_prints_a_diff_that_applies(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("what-if", "--nodes", "main=1", "--nodes", "main=1", "--write", "new.yaml") == 0
    out, err = told(capsys)
    assert out == [
        "--- my.yaml",
        "+++ my.yaml",
        "@@ -13,6 +13,8 @@",
        "     services: [10.96.0.0/16]",
        "     nodes:",
        "       main-1: {role: control-plane, address: 10.0.0.10}",
        "+      main-2: {role: worker, address: 10.0.0.11}",
        "+      main-3: {role: worker, address: 10.0.0.12}",
        "     load_balancer:",
        "       pools:",
        "         public: {addresses: [10.0.0.100-10.0.0.101], auto_assign: false, advertise: l2}",
    ]
    assert err == [
        "nodes of main: main-2 10.0.0.11, main-3 10.0.0.12",
        "written: new.yaml",
    ]
    subprocess.run(
        ["git", "apply", "-p0", "-"], input="\n".join(out) + "\n", text=True, check=True, cwd=here
    )
    assert (here / "my.yaml").read_text() == (here / "new.yaml").read_text()
    assert len(load(here / "new.yaml").nodes) == 3


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_diff_at_the_end_of_a_file_applies(
    here: Path, capsys: pytest.CaptureFixture[str], end: str
) -> None:
    (here / "my.yaml").write_text(PLAN.rstrip("\n") + end)
    assert ask("what-if", "--clusters", "2", "--name", "edge", "--write", "new.yaml") == 0
    out, err = told(capsys)
    assert [line.split(":")[0] for line in err] == ["cluster edge", "cluster cluster2", "written"]
    subprocess.run(
        ["git", "apply", "-p0", "-"], input="\n".join(out) + "\n", text=True, check=True, cwd=here
    )
    assert (here / "my.yaml").read_text() == (here / "new.yaml").read_text()
    assert [item.name for item in load(here / "new.yaml").clusters] == ["main", "edge", "cluster2"]


def test_new_advice_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PLAN.replace("main.test", "main.local")
    (here / "my.yaml").write_text(text)
    assert ask("what-if", "--name", "edge") == 0
    assert [line[:40] for line in told(capsys)[1]] == [
        "cluster edge: pods 10.245.0.0/16, Servic",
        "advice: PLAN-066 edge.local: expected a ",
    ]


def store_run(reports: Path, name: str, began: str, text: str) -> None:
    """A run that saw a plan as it should be."""
    folder = reports / name
    (folder / "snapshot").mkdir(parents=True)
    (folder / "topology.yaml").write_text(text)
    (folder / "journal.jsonl").write_text("")
    record = {"schema": 1, "began": began, "day": began[:10], "plan": "small", "file": "my.yaml"}
    (folder / "run.json").write_text(json.dumps(record | {"facts_of": None}))
    CLUSTERS.save(folder / "snapshot" / "clusters.json", facts_for(load(folder / "topology.yaml")))


def test_head_room_with_growth_and_without(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ask("head-room", "--growth", "main=2/month", "--growth", "nodes:main=1/week") == 0
    out, err = told(capsys)
    assert err == []
    assert [(" ".join(line[:42].split()), line.split("  ")[-1].strip()) for line in out] == [
        ("space", "exhausted on"),
        ("segment lan 10.0.0.0/24 (hosts, pools and", "2031-09-13 (nodes of main: 1 a week)"),
        ("pool main/public (reserved)", "2026-12-14 (addresses of main: 2 a month)"),
        ("node ranges of main 10.244.0.0/16 (a /24 e", "2031-10-18 (nodes of main: 1 a week)"),
        (
            "Services of main 10.96.0.0/16 (given out b",
            "cannot tell: no run says how many are given out",
        ),
    ]


def test_what_is_exhausted_is_an_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "my.yaml").write_text(PLAN.replace("10.0.0.100-10.0.0.101", "10.0.0.100"))
    assert ask("head-room") == 1
    assert told(capsys)[0][2].endswith("2026-11-28 (exhausted already)")


def test_growth_is_seen_in_two_runs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    second = "      main-2: {role: worker, address: 10.0.0.11}\n    load"
    grown = PLAN.replace("    load", second)
    store_run(here / "reports", "r2", "2026-11-28T01:00:00+00:00", grown)
    store_run(here / "reports", "r1", "2026-11-18T23:00:00+00:00", PLAN)
    (here / "my.yaml").write_text(grown)
    runs = ("--reports", "reports", "--run", "r2", "--run", "r1")
    assert ask("head-room", *runs) == 0
    out, _ = told(capsys)
    assert [line.split("  ")[-1].strip() for line in out[1:5]] == [
        "2033-09-22 (4 on 2026-11-18, 5 on 2026-11-28)",
        "not as it grows: 1 on 2026-11-18, 1 on 2026-11-28",
        "2033-11-11 (1 on 2026-11-18, 2 on 2026-11-28)",
        "not as it grows: 3 on 2026-11-18, 3 on 2026-11-28",
    ]
    assert out[5:] == ["", "what runs saw counts as well, as of 2026-11-28"]
    assert ask("head-room", "--reports", "reports", "--run", "r9") == 2
    assert told(capsys)[1] == [
        f"{here / 'reports' / 'r9'} holds no whole run:"
        " it has no run.json and no topology.yaml and no journal.jsonl"
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "the following arguments are required: QUESTION"),
        ("next", "the following arguments are required: PURPOSE"),
        ("next pool", "the following arguments are required: --count"),
        ("next address --count 0", "argument --count: '0' is no number from 1 to 4096"),
        ("next pods --prefix x", "argument --prefix: 'x' is no prefix length"),
        (
            "next pods --within 10.0.0.1/8",
            "argument --within: '10.0.0.1/8' is no network: 10.0.0.1/8 has host bits set",
        ),
        ("what-if", "say what there shall be more of: --clusters, --nodes or --addresses"),
        (
            "what-if --nodes app=1 --like app",
            "--like, --pool-size and --within are about further --clusters",
        ),
        ("what-if --nodes app", "argument --nodes: 'app' is not NAME=N, with N from 1 to 4096"),
        (
            "head-room --growth app=2",
            "argument --growth: 'app=2' is no growth: write CLUSTER=NUMBER/PERIOD, with day, week,"
            " month, quarter, year, and addresses: or nodes: or services: before it",
        ),
    ],
)
def test_usage_errors(capsys: pytest.CaptureFixture[str], words: str, said: str) -> None:
    with pytest.raises(SystemExit) as ended:
        plan.main(words.split())
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"error: {said}")


def test_the_plan_may_be_named_before_the_purpose(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert plan.main(["next", "--topology", "my.yaml", "vm"]) == 0
    assert told(capsys)[0] == ["10.0.0.2  host on segment lan (my.yaml:4)"]


def test_what_is_proposed_passes_the_suite_of_plans(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "new.yaml"
    words = "what-if --clusters 1 --name edge --nodes app=2 --addresses app=12 --write"
    assert ask(*words.split(), str(new), topology=str(ROOT / "topology.yaml")) == 0
    done = judged(new, tmp_path / "reports")
    assert done.returncode == 0, done.stdout + done.stderr
