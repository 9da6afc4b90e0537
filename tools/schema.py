"""Write the JSON Schemas of the plan and of summary.json, and the fields in docs/topology.md.

python -m tools.schema           write them
python -m tools.schema --check   say whether they are fresh: 0 yes, 1 no
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from tools import generated
from trueline.intent.jsonschema import json_schema
from trueline.report import summary_form

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "topology.schema.json"
SUMMARY = ROOT / "docs" / "summary.schema.json"
GUIDE = ROOT / "docs" / "topology.md"
BEGIN, END = "<!-- fields: begin (python -m tools.schema) -->", "<!-- fields: end -->"


def reference(root: dict[str, Any]) -> str:
    """The field reference: a table for each kind of mapping, in the order of use."""
    tables, waiting, seen = [], [("topology.yaml", root)], set()
    while waiting:
        title, form = waiting.pop(0)
        required = form.get("required", [])
        rows = ["| key | value | default | |", "|---|---|---|---|"]
        for key, field in form["properties"].items():
            default = "required" if key in required else _default(field)
            rows.append(f"| `{key}` | {_value(field)} | {default} | {field['description']} |")
            for name in _references(field):
                if name not in seen:
                    seen.add(name)
                    waiting.append((name.removesuffix("Form"), root["$defs"][name]))
        tables.append(f"### {title}\n\n{form['description']}\n\n" + "\n".join(rows))
    return "\n\n".join(tables)


def _default(field: dict[str, Any]) -> str:
    value = field.get("default")
    empty = value is None or isinstance(value, dict | list)
    return "" if empty else f"`{json.dumps(value).strip(chr(34))}`"


def _value(field: dict[str, Any]) -> str:
    if "$ref" in field:
        title = _name(field).removesuffix("Form")
        return f"[{title}](#{title.lower()})"
    if "anyOf" in field and "type" not in field:
        return next(_value(part) for part in field["anyOf"] if part != {"type": "null"})
    if "enum" in field:
        return " or ".join(f"`{word}`" for word in field["enum"])
    if field["type"] == "array":
        return f"list of {_value(field['items'])}"
    if field["type"] == "object":
        values = next(iter(field["patternProperties"].values()))
        return f"mapping of name to {_value(values)}"
    return str(field["$comment"])


def _name(field: dict[str, Any]) -> str:
    return str(field["$ref"]).rpartition("/")[2]


def _references(field: Any) -> list[str]:
    if isinstance(field, dict):
        own = [_name(field)] if "$ref" in field else []
        return own + [name for part in field.values() for name in _references(part)]
    return [name for part in field for name in _references(part)] if type(field) is list else []


def guide(text: str, root: dict[str, Any]) -> str:
    """The guide with its field reference made anew."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{reference(root)}\n\n{END}{after}"


def _json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write them, or with `--check` compare."""
    parser = argparse.ArgumentParser(prog="python -m tools.schema", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether they are fresh")
    check, root = parser.parse_args(arguments).check, json_schema()
    wanted = {
        SCHEMA: _json(root),
        SUMMARY: _json(summary_form.json_schema()),
        GUIDE: guide(GUIDE.read_text(encoding="utf-8"), root),
    }
    stale = generated.stale(wanted)
    for path in stale:
        name = path.relative_to(ROOT)
        if check:
            print(f"{name} is stale: run python -m tools.schema", file=sys.stderr)
        else:
            path.write_text(wanted[path], encoding="utf-8")
            print(f"wrote {name}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
