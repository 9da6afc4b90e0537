from __future__ import annotations

import json

import pytest

from tools.lab.build import istio
from tools.lab.build.errors import BuildFailed

KIND = (
    "---\nkind: CustomResourceDefinition\nmetadata: {name: a}\n"
    "spec: {description: prose, properties: {description: {type: string, description: prose}}}\n"
)
VALUES = """\
_internal_defaults_do_not_set:
  global: {hub: stock}
  sidecarInjectorWebhook: {templates: {}}
  revision: ""
  cni: {enabled: false}
  env: {}
  gateways: {securityContext: {}, other: 1}
  image: pilot
"""


def test_definitions_lose_their_prose_and_nothing_else() -> None:
    found = json.loads(istio.crds(KIND * 15))
    assert len(found) == 15
    assert found[0]["spec"] == {"properties": {"description": {"type": "string"}}}


def test_another_number_of_kinds_stops_the_build() -> None:
    with pytest.raises(BuildFailed, match=r"^Istio defines 14 kinds, not 15$"):
        istio.crds(KIND * 14)


def test_the_template_comes_with_the_values_that_it_reads() -> None:
    assert json.loads(istio.injection("a: {{ .Values.x }}", VALUES)) == {
        "template": "a: {{ .Values.x }}",
        "values": {
            "global": {"hub": "stock"},
            "sidecarInjectorWebhook": {"templates": {}},
            "revision": "",
            "pilot": {"cni": {"enabled": False}, "env": {}},
            "gateways": {"securityContext": {}},
        },
    }


def test_values_that_are_gone_stop_the_build() -> None:
    with pytest.raises(BuildFailed, match=r"^Istio's values have no 'cni'$"):
        istio.injection("", VALUES.replace("cni:", "other:"))


def test_files_are_read_from_the_module_by_path() -> None:
    read: list[str] = []

    def asked(path: str) -> str:
        read.append(path)
        if path.endswith("values.yaml"):
            return VALUES
        return KIND * 15 if path.endswith("crd-all.gen.yaml") else "text"

    found = istio.files(asked)
    assert sorted(found) == ["envoy_bootstrap.json", "istio-crds.yaml", "istio-injection.yaml"]
    assert found["envoy_bootstrap.json"] == "text"
    assert len(read) == 4
