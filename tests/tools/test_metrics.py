"""The command that writes metrics: a whole file or the old one, and the alerts that read it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.report import exposition_format
from tests.report.runs import stored, told
from tests.tools import prometheus
from tools import metrics

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus-rules.yaml"
BAD = told("LB-003", "control/vault", "fail")
DOUBT = told("LB-004", "control", "unknown")


def write(reports: Path, *words: str) -> int:
    return metrics.main([*words, "--reports", str(reports)])


def test_the_file_is_whole_and_readable_for_the_collector(tmp_path: Path) -> None:
    stored(tmp_path / "reports", "r1", BAD, DOUBT)
    out = tmp_path / "trueline.prom"
    assert write(tmp_path / "reports", "--output", str(out)) == 0
    assert out.stat().st_mode & 0o777 == 0o644
    assert exposition_format.read(out.read_text(encoding="utf-8"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reports", "trueline.prom"]


def test_a_run_that_did_not_end_leaves_the_file_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stored(tmp_path / "reports", "r1", BAD)
    out = tmp_path / "trueline.prom"
    out.write_text("old\n")
    run.summary_json.unlink()
    assert write(tmp_path / "reports", "--output", str(out)) == 2
    assert out.read_text() == "old\n"
    assert "summary.json cannot be read" in capsys.readouterr().err
    assert write(tmp_path / "reports", "r9", "--output", str(out)) == 2


def test_where_it_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored(tmp_path / "reports", "r1", BAD)
    out = tmp_path / "nowhere" / "trueline.prom"
    assert write(tmp_path / "reports", "--output", str(out)) == 2
    assert capsys.readouterr().err == f"{out} cannot be written: No such file or directory\n"
    with pytest.raises(SystemExit) as ended:
        write(tmp_path / "reports", "--output", "trueline.txt")
    assert ended.value.code == 2
    assert "the collector reads only names that end in .prom" in capsys.readouterr().err


def rules() -> dict[str, str]:
    """The expression of each alert."""
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule["expr"] for rule in group["rules"]}


def test_the_alerts_read_metrics_labels_and_values_that_are_written(tmp_path: Path) -> None:
    exempt = (
        "exceptions:\n  - {requirement: LB-003, subject: '*', owner: me, reason: later,"
        " expires: 2027-04-01}\n"
    )
    plan = stored(tmp_path / "a", "r1").plan.read_text() + exempt
    stored(tmp_path / "b", "r1", BAD, DOUBT, plan=plan)
    out = tmp_path / "trueline.prom"
    assert write(tmp_path / "b", "--output", str(out)) == 0
    written = exposition_format.read(out.read_text(encoding="utf-8"))
    names = {name for name, _ in written}
    pairs = {(name, *pair) for name, labels in written for pair in labels}
    for expression in rules().values():
        read = re.findall(r"(trueline_\w+)(?:\{(\w+)=~?\"([^\"]+)\"\})?", expression)
        assert read
        for name, label, values in read:
            assert name in names
            for value in values.split("|") if label else ():
                assert (name, label, value) in pairs


@pytest.mark.skipif(prometheus.binary() is None, reason="the lab has not built Prometheus here")
def test_prometheus_itself_takes_in_the_metrics_and_the_alerts(tmp_path: Path) -> None:
    stored(tmp_path / "reports", "r1", BAD, DOUBT, narrowed_by=["--area 'a \"b\\'"])
    out = tmp_path / "trueline.prom"
    assert write(tmp_path / "reports", "--output", str(out)) == 0
    text = out.read_text(encoding="utf-8")
    # An old night: what it says of its age does not depend on the day of this test.
    old = re.sub(r"(?m)^(trueline_run_timestamp_seconds\{.*\}) .*$", r"\1 1000000000", text)
    with prometheus.scraping(old, RULES, tmp_path) as server:
        assert server.values("up") == [1]
        assert server.values("scrape_samples_scraped") == [len(exposition_format.read(text))]
        (group,) = server.get("rules")["groups"]
        assert [rule["name"] for rule in group["rules"]] == list(rules())
        fires = {name for name, expression in rules().items() if server.values(expression)}
    assert fires == {
        "TruelineNoRun",
        "TruelineNewFailure",
        "TruelineFails",
        "TruelineUnknown",
        "TruelineRunIsNotWhole",
    }
