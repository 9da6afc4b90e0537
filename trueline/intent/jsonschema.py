"""The JSON Schema of topology.yaml (draft 2020-12), for editors."""

from __future__ import annotations

from typing import Any

from trueline.intent.forms import Form
from trueline.intent.schema import TopologyForm


def json_schema() -> dict[str, Any]:
    """The schema. Every field has a description; `$comment` says what kind of value it is."""
    root = TopologyForm.model_json_schema()
    forms = {form.__name__: form for form in _subclasses(Form)}
    for name, definition in {**root["$defs"], "TopologyForm": root}.items():
        for field_name, info in forms[name].model_fields.items():
            field = definition["properties"][info.alias or field_name]
            field["description"] = info.description  # lost by pydantic beside a $ref
            field.pop("title", None)
            if "$ref" in field:
                field.pop("default", None)
            if "patternProperties" in field:
                field["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root}


def _subclasses(form: type[Form]) -> list[type[Form]]:
    return [one for child in form.__subclasses__() for one in (child, *_subclasses(child))]
