"""What the lab takes of Istio's module besides its two programs.

The definitions of its objects, and the template by which its control plane makes sidecars with
the values that the template reads. Its charts are not rendered: the rest of a control plane is a
few objects, which the lab writes itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import yaml

from tools.lab.build import definitions
from tools.lab.build.errors import BuildFailed

MODULE = "istio.io/istio"
_DISCOVERY = "manifests/charts/istio-control/istio-discovery"
_CRDS = "manifests/charts/base/files/crd-all.gen.yaml"
_TEMPLATE = f"{_DISCOVERY}/files/injection-template.yaml"
_VALUES = f"{_DISCOVERY}/values.yaml"
_BOOTSTRAP = "tools/packaging/common/envoy_bootstrap.json"

_DEFINITIONS = 15


def files(read: Callable[[str], str]) -> dict[str, str]:
    """File name -> content, from what `read` finds at a path of the module.

    The .yaml files hold JSON, which is YAML and read many times faster. Raises BuildFailed.
    """
    return {
        "istio-crds.yaml": crds(read(_CRDS)),
        "istio-injection.yaml": injection(read(_TEMPLATE), read(_VALUES)),
        "envoy_bootstrap.json": read(_BOOTSTRAP),
    }


def crds(stock: str) -> str:
    """The definitions of Istio's objects as a JSON list, without two thirds of a megabyte of prose.

    Every API server would read, store and publish it. Raises BuildFailed where the stock text is
    not as it was when this was written.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    objects = [item for item in yaml.load_all(stock, Loader=loader) if item]
    found = [item for item in objects if item["kind"] == "CustomResourceDefinition"]
    if len(found) != _DEFINITIONS or len(objects) != _DEFINITIONS:
        raise BuildFailed(f"Istio defines {len(found)} kinds, not {_DEFINITIONS}")
    return json.dumps(definitions.without_prose(found))


def injection(template: str, values: str) -> str:
    """The template of a sidecar and its values, as JSON: what the control plane reads of them.

    Raises BuildFailed where the stock values are not as they were when this was written.
    """
    stock = yaml.safe_load(values).get("_internal_defaults_do_not_set", {})
    try:
        kept = {key: stock[key] for key in ("global", "sidecarInjectorWebhook", "revision")}
        kept["pilot"] = {key: stock[key] for key in ("cni", "env")}
        kept["gateways"] = {key: stock["gateways"][key] for key in ("securityContext",)}
    except KeyError as error:
        raise BuildFailed(f"Istio's values have no {error}") from error
    return json.dumps({"template": template, "values": kept})
