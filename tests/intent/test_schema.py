"""The generated JSON Schema and field reference are fresh, and say something on every field."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools import schema as tool
from trueline.intent.jsonschema import json_schema
from trueline.intent.load import read

ROOT = Path(__file__).resolve().parents[2]


def definitions() -> dict[str, Any]:
    root = json_schema()
    return {"topology": root, **root["$defs"]}


def test_generated_files_are_fresh() -> None:
    assert tool.main(["--check"]) == 0


def test_stale_files_are_named_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "docs").mkdir()
    guide = tmp_path / "docs" / "topology.md"
    guide.write_text(
        f"before\n{tool.BEGIN}\nthe table of last year\n{tool.END}\nafter\n", encoding="utf-8"
    )
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    monkeypatch.setattr(tool, "SCHEMA", tmp_path / "docs" / "topology.schema.json")
    monkeypatch.setattr(tool, "SUMMARY", tmp_path / "docs" / "summary.schema.json")
    monkeypatch.setattr(tool, "GUIDE", guide)
    assert tool.main(["--check"]) == 1
    assert capsys.readouterr().err == (
        "docs/topology.schema.json is stale: run python -m tools.schema\n"
        "docs/summary.schema.json is stale: run python -m tools.schema\n"
        "docs/topology.md is stale: run python -m tools.schema\n"
    )
    assert tool.main([]) == 0
    assert capsys.readouterr().out == (
        "wrote docs/topology.schema.json\nwrote docs/summary.schema.json\nwrote docs/topology.md\n"
    )
    assert tool.main(["--check"]) == 0
    written = guide.read_text(encoding="utf-8")
    assert written.startswith("before\n")
    assert written.endswith("after\n")
    assert "last year" not in written


def test_every_mapping_and_field_is_described_and_closed() -> None:
    for name, definition in definitions().items():
        assert definition["description"], name
        assert definition["additionalProperties"] is False, name
        for key, field in definition["properties"].items():
            assert field["description"].endswith((".", "1.")), (name, key)


def test_schema_names_its_draft() -> None:
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_files_point_editors_to_the_schema() -> None:
    for path in ("topology.yaml", "examples/reference-as-written.yaml"):
        first = (ROOT / path).read_text(encoding="utf-8").splitlines()[0]
        target = re.fullmatch(r"# yaml-language-server: \$schema=(.*)", first)
        assert target
        file = (ROOT / path).parent / target[1]
        assert json.loads(file.read_text(encoding="utf-8")) == json_schema()


def test_example_of_the_guide_loads() -> None:
    guide = (ROOT / "docs" / "topology.md").read_text(encoding="utf-8")
    parts = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    assert len(parts) == 4
    plan = read("".join(parts).encode(), "guide.yaml")
    assert [item.name for item in plan.products] == ["loki"]
    assert [node.name for node in plan.nodes] == ["main-1", "main-2"]
    assert [drill.kind for drill in plan.drills] == [
        "failover", "recreate", "controller", "dns", "api_server"
    ]  # fmt: skip
    assert plan.exemptions[0].requirement == "PLAN-066"
