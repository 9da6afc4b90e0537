"""Write the least roles with which the suites can judge everything that a plan declares.

python -m tools.rbac [--topology FILE] [--drills] > rbac.yaml
python -m tools.rbac --discover > discover.yaml   for tools.discover, which needs no plan
python -m tools.rbac --write | --check   write or compare deploy/rbac.yaml, of topology.yaml

Every object has the label `trueline/cluster`, because each cluster has its own:

    kubectl --context app apply -l trueline/cluster=app -f rbac.yaml

The roles are bound to the service account `trueline` in the namespace of the probe pods. --drills
adds what `--disruptive` needs. Those of --discover are the same for every cluster: the service
account `trueline-discover` in the namespace `trueline`, unless --namespace names another. Exit
status: 0, or 1 when --check finds a difference, 2 for a plan that cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from tools import generated
from tools.ending import ended
from trueline.installed import ROOT, home
from trueline.intent.load import InvalidTopology, load
from trueline.model.topology import Cluster, Topology
from trueline.observe import discovery
from trueline.probes.permission import Permission
from trueline.probes.permissions import every

PAGE = ROOT / "deploy" / "rbac.yaml"
NAME = "trueline"
_API = "rbac.authorization.k8s.io"
_HEAD = """\
# Made by `python -m tools.rbac{options}` from {plan}; do not edit. Each cluster has its own:
#   kubectl --context NAME apply -l trueline/cluster=NAME -f rbac.yaml
# Secrets are in no rule: trueline never reads one.
"""

_DISCOVER = """\
# Made by `python -m tools.rbac --discover`; do not edit. The same for every cluster:
#   kubectl --context NAME create namespace {home}
#   kubectl --context NAME apply -f discover.yaml
# Secrets are in no rule: trueline never reads one.
"""

Json = dict[str, Any]


def objects(topology: Topology, cluster: Cluster, *, drills: bool) -> Iterator[Json]:
    """The service account of one cluster, its roles, and what binds them."""
    labels = {"trueline/cluster": cluster.name}
    wanted = every(topology, cluster, drills=drills)
    return _bound(wanted, {"name": NAME, "labels": labels}, topology.probes.namespace)


def _bound(wanted: Iterable[Permission], meta: Json, home: str) -> Iterator[Json]:
    """A service account in `home` with what is wanted; all of it bears the same name."""
    wanted = tuple(wanted)
    subject = {"kind": "ServiceAccount", "name": meta["name"], "namespace": home}
    yield _object("v1", "ServiceAccount", meta, home)
    for namespace in sorted({item.namespace for item in wanted}):
        kind = "Role" if namespace else "ClusterRole"
        mine = [item for item in wanted if item.namespace == namespace]
        yield _object(f"{_API}/v1", kind, meta, namespace, rules=rules(mine))
        yield _object(
            f"{_API}/v1",
            f"{kind}Binding",
            meta,
            namespace,
            roleRef={"apiGroup": _API, "kind": kind, "name": meta["name"]},
            subjects=[subject],
        )


def rules(wanted: Iterable[Permission]) -> list[Json]:
    """As few rules as say the same: one for all resources of a group with the same verbs."""
    verbs: dict[tuple[str, str, str], set[str]] = {}
    for item in wanted:
        verbs.setdefault((item.group, item.resource, item.name), set()).add(item.verb)
    together: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for (group, resource, name), found in verbs.items():
        together.setdefault((group, tuple(sorted(found)), name), []).append(resource)
    return [
        {
            "apiGroups": [group],
            "resources": sorted(resources),
            **({"resourceNames": [name]} if name else {}),
            "verbs": list(found),
        }
        for (group, found, name), resources in sorted(together.items())
    ]


def _object(version: str, kind: str, meta: Json, namespace: str, **more: Any) -> Json:
    where = {"namespace": namespace} if namespace else {}
    return {"apiVersion": version, "kind": kind, "metadata": {**meta, **where}, **more}


def written(topology: Topology, plan: str, *, drills: bool) -> str:
    """The file for all clusters of a plan."""
    found = [one for item in topology.clusters for one in objects(topology, item, drills=drills)]
    head = _HEAD.format(options=" --drills" if drills else "", plan=plan)
    return head + _dumped(found)


def for_discover(home: str) -> str:
    """The file for any cluster that is to be discovered."""
    found = _bound(discovery.permissions(), {"name": f"{NAME}-discover"}, home)
    return _DISCOVER.format(home=home) + _dumped(found)


def _dumped(found: Iterable[Json]) -> str:
    return yaml.safe_dump_all(found, sort_keys=False, default_flow_style=None)


def main(arguments: list[str] | None = None) -> int:
    """Print the roles, or compare them."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.rbac",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--topology", type=Path, default=home() / "topology.yaml", metavar="FILE")
    parser.add_argument("--drills", action="store_true", help="with what --disruptive needs")
    parser.add_argument("--discover", action="store_true", help="for tools.discover; of no plan")
    parser.add_argument("--namespace", default=NAME, metavar="NAME", help="with --discover")
    parser.add_argument("--write", action="store_true", help="write deploy/rbac.yaml")
    parser.add_argument("--check", action="store_true", help="compare deploy/rbac.yaml")
    given = parser.parse_args(arguments)
    if given.discover:
        print(for_discover(given.namespace), end="")
        return 0
    try:
        text = written(load(given.topology), given.topology.name, drills=given.drills)
    except InvalidTopology as error:
        print(error, file=sys.stderr)
        return 2
    if given.write:
        PAGE.write_text(text, encoding="utf-8")
    elif not given.check:
        print(text, end="")
    elif generated.stale({PAGE: text}):
        print("deploy/rbac.yaml is stale: run `python -m tools.rbac --write`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(ended(main))
