from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tools.lab.build import external_secrets
from tools.lab.build.errors import BuildFailed


def definition(name: str, **spec: Any) -> dict[str, Any]:
    schema = {"description": "Prose.", "properties": {"description": {"type": "string"}}}
    old = {"name": "v1beta1", "served": True, "storage": False, "schema": schema}
    new = {"name": "v1", "served": True, "storage": True, "schema": schema}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": name, "labels": {"from": "upstream"}},
        "spec": {"group": "external-secrets.io", "versions": [old, new], **spec},
    }


def stock(*names: str, **spec: Any) -> str:
    return yaml.safe_dump_all([definition(name, **spec) for name in names])


def test_four_definitions_are_kept_each_in_the_version_that_is_stored() -> None:
    text = external_secrets.crds(stock("pushsecrets.external-secrets.io", *external_secrets.KEPT))
    found = list(yaml.safe_load_all(text))
    assert [item["metadata"] for item in found] == [{"name": n} for n in external_secrets.KEPT]
    assert found[0]["spec"] == {
        "group": "external-secrets.io",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"properties": {"description": {"type": "string"}}},
            }
        ],
    }


def test_each_definition_is_one_line_of_json() -> None:
    lines = external_secrets.crds(stock(*external_secrets.KEPT)).splitlines()
    assert lines[1::2] == ["---", "---", "---"]
    assert all(json.loads(line) for line in lines[::2])


def test_one_that_is_missing_stops_the_build() -> None:
    with pytest.raises(BuildFailed) as caught:
        external_secrets.crds(stock(*external_secrets.KEPT[:2]))
    assert str(caught.value) == (
        "External Secrets defines no clustersecretstores.external-secrets.io, "
        "generatorstates.generators.external-secrets.io"
    )


def test_one_that_asks_a_webhook_for_conversion_stops_the_build() -> None:
    text = stock(*external_secrets.KEPT, conversion={"strategy": "Webhook"})
    with pytest.raises(BuildFailed) as caught:
        external_secrets.crds(text)
    assert str(caught.value) == (
        "externalsecrets.external-secrets.io: 1 stored versions, conversion Webhook"
    )
