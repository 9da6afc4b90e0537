"""What the lab takes of External Secrets' module besides its program: four definitions.

All twenty are a megabyte, most of it said twice: once for the version of today and once for the
one before, which nothing here uses.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from tools.lab.build.definitions import without_prose
from tools.lab.build.errors import BuildFailed

MODULE = "github.com/external-secrets/external-secrets"
CRDS = "deploy/crds/bundle.yaml"

_GROUP = "external-secrets.io"
KEPT = (
    f"externalsecrets.{_GROUP}",
    f"secretstores.{_GROUP}",
    f"clustersecretstores.{_GROUP}",
    # The controller looks at these whether it makes any or not.
    f"generatorstates.generators.{_GROUP}",
)


def crds(stock: str) -> str:
    """The definitions that the controller needs, in the stored version alone, as YAML documents.

    Raises BuildFailed where the stock text is not as it was when this was written.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = {item["metadata"]["name"]: item for item in yaml.load_all(stock, Loader=loader) if item}
    if missing := [name for name in KEPT if name not in found]:
        raise BuildFailed(f"External Secrets defines no {', '.join(missing)}")
    return "---\n".join(f"{json.dumps(_stored(found[name]))}\n" for name in KEPT)


def _stored(item: dict[str, Any]) -> dict[str, Any]:
    """A definition with nothing but the version that is stored, which asks for no conversion."""
    name, spec = item["metadata"]["name"], item["spec"]
    kept = [version for version in spec["versions"] if version["storage"]]
    strategy = spec.get("conversion", {}).get("strategy", "None")
    if len(kept) != 1 or strategy != "None":
        raise BuildFailed(f"{name}: {len(kept)} stored versions, conversion {strategy}")
    return {
        "apiVersion": item["apiVersion"],
        "kind": item["kind"],
        "metadata": {"name": name},
        "spec": spec | {"versions": [without_prose(version) for version in kept]},
    }
