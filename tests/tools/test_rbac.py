"""The least roles: what they allow, for whom, and that the published ones are of the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.worlds import at, world
from tools import rbac
from trueline.model.drill import Drill
from trueline.model.topology import Vantage
from trueline.probes.permission import Permission
from trueline.probes.permissions import discovering, drilling, probing, reading, sharing

BASE = world()
CONTROL, APP = BASE.clusters


def vantage(**changes: object) -> Vantage:
    return replace(
        Vantage(name="v", kind="pod", cluster="app", segment=None, at=at(1)),
        **changes,  # type: ignore[arg-type]
    )


def shown(found: tuple[Permission, ...]) -> list[str]:
    return sorted(map(str, found))


def test_facts_need_lists_and_one_namespace() -> None:
    assert shown(reading(APP)) == [
        "get namespaces kube-system",
        "list applications.argoproj.io",
        "list clustersecretstores.external-secrets.io",
        "list configmaps istio-ca-root-cert",
        "list daemonsets.apps",
        "list deployments.apps",
        "list endpointslices.discovery.k8s.io",
        "list events",
        "list externalsecrets.external-secrets.io",
        "list ipaddresspools.metallb.io in metallb-system",
        "list l2advertisements.metallb.io in metallb-system",
        "list leases.coordination.k8s.io in kube-node-lease",
        "list mutatingwebhookconfigurations.admissionregistration.k8s.io",
        "list networkpolicies.networking.k8s.io",
        "list nodes",
        "list pods",
        "list secretstores.external-secrets.io",
        "list servicecidrs.networking.k8s.io",
        "list services",
        "list validatingwebhookconfigurations.admissionregistration.k8s.io",
    ]


def test_a_draft_needs_more_lists_and_metallb_wherever_it_is() -> None:
    metallb = {"ipaddresspools.metallb.io", "l2advertisements.metallb.io"}
    assert set(shown(discovering(APP))) == {
        *(line for line in shown(reading(APP)) if "metallb" not in line),
        *(f"list {what}" for what in metallb),
        "list configmaps coredns",
        "list configmaps istio",
        "list configmaps kube-flannel-cfg",
        "list configmaps kubeadm-config",
        "list gateways.networking.istio.io",
        "list peerauthentications.security.istio.io",
        "list virtualservices.networking.istio.io",
    }


def test_the_role_of_discover_is_for_any_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    assert rbac.main(["--discover", "--namespace=tools"]) == 0
    text = capsys.readouterr().out
    assert text.splitlines()[:3] == [
        "# Made by `python -m tools.rbac --discover`; do not edit. The same for every cluster:",
        "#   kubectl --context NAME create namespace tools",
        "#   kubectl --context NAME apply -f discover.yaml",
    ]
    found = list(yaml.safe_load_all(text))
    assert [(one["kind"], one["metadata"].get("namespace")) for one in found] == [
        ("ServiceAccount", "tools"),
        ("ClusterRole", None),
        ("ClusterRoleBinding", None),
        ("Role", "kube-node-lease"),
        ("RoleBinding", "kube-node-lease"),
    ]
    rules = [rule for one in found for rule in one.get("rules", ())]
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list"}
    assert not [rule for rule in rules if "secrets" in rule["resources"]]
    subject = {"kind": "ServiceAccount", "name": "trueline-discover", "namespace": "tools"}
    assert [one["subjects"] for one in found if "subjects" in one] == [[subject], [subject]]


def test_pods_are_started_where_vantage_points_stand_and_others_only_used() -> None:
    topology = replace(
        BASE,
        flows=(),
        vantages=(
            vantage(namespace="shop"),
            vantage(name="there", pod="tools/probe"),
            vantage(name="elsewhere", cluster="control", namespace="other"),
            vantage(name="host", kind="host", cluster=None),
        ),
    )
    usual = ("create pods", "create pods/exec", "delete pods", "get pods/exec")
    assert shown(probing(topology, APP)) == sorted(
        [f"{what} in {where}" for where in ("shop", "trueline") for what in usual]
        + ["create pods/exec in tools", "get pods/exec in tools"]
    )


def test_drills_delete_what_they_disturb() -> None:
    owner = APP.reservations[0]
    drills = [
        Drill(kind="dns", cluster="app", at=at(1)),
        Drill(kind="failover", cluster="app", name=owner.name, at=at(2)),
        Drill(kind="recreate", cluster="app", name=owner.name, at=at(3)),
        Drill(kind="api_server", cluster="app", at=at(4)),
        Drill(kind="controller", cluster="control", at=at(5)),
    ]
    topology = replace(BASE, drills=tuple(drills))
    namespace = owner.owner.partition("/")[0]
    assert shown(drilling(topology, APP)) == sorted(
        [f"{verb} pods in {where}" for where in ("kube-system", "metallb-system")
         for verb in ("delete", "list")]
        + [f"{verb} services in {namespace}" for verb in ("create", "delete", "get")]
    )  # fmt: skip
    plain = replace(CONTROL, load_balancer=None)
    assert shown(drilling(topology, plain)) == ["delete pods", "list pods"]


def test_a_lease_is_made_once_and_then_changed_by_its_name() -> None:
    assert shown(sharing(BASE)) == [
        "create leases.coordination.k8s.io in trueline",
        "get leases.coordination.k8s.io trueline in trueline",
        "update leases.coordination.k8s.io trueline in trueline",
    ]


def test_rules_say_the_same_in_few_words() -> None:
    def one(resource: str, verb: str, name: str = "", group: str = "") -> Permission:
        return Permission(
            namespace="", group=group, resource=resource, name=name, verb=verb, use="u"
        )

    wanted = [
        one("pods", "list"),
        one("nodes", "list"),
        one("pods/exec", "get"),
        one("pods/exec", "create"),
        one("configmaps", "list", name="roots"),
        one("leases", "list", group="coordination.k8s.io"),
    ]
    assert rbac.rules(wanted) == [
        {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create", "get"]},
        {"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["list"]},
        {
            "apiGroups": [""],
            "resources": ["configmaps"],
            "resourceNames": ["roots"],
            "verbs": ["list"],
        },
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["list"]},
    ]


def test_every_role_is_bound_to_the_service_account_of_its_cluster() -> None:
    found = list(rbac.objects(BASE, APP, drills=False))
    labels = {str(item["metadata"]["labels"]) for item in found}
    assert labels == {"{'trueline/cluster': 'app'}"}
    roles = [(item["kind"], item["metadata"].get("namespace", "")) for item in found[1:]]
    bindings = [(f"{kind}Binding", where) for kind, where in roles[::2]]
    assert roles[1::2] == bindings
    assert {str(item["subjects"]) for item in found[2::2]} == {
        "[{'kind': 'ServiceAccount', 'name': 'trueline', 'namespace': 'trueline'}]"
    }


def test_no_rule_is_needless() -> None:
    wanted = {*reading(APP), *probing(BASE, APP), *sharing(BASE)}
    for item in rbac.objects(BASE, APP, drills=False):
        namespace = item["metadata"].get("namespace", "")
        for rule in item.get("rules", ()):
            covered = {
                (namespace, group, resource, name, verb)
                for group in rule["apiGroups"]
                for resource in rule["resources"]
                for name in rule.get("resourceNames", [""])
                for verb in rule["verbs"]
            }
            asked = {(p.namespace, p.group, p.resource, p.name, p.verb) for p in wanted}
            assert covered <= asked


def test_no_rule_names_secrets_or_everything() -> None:
    for item in yaml.safe_load_all(rbac.PAGE.read_text()):
        for rule in item.get("rules", ()):
            assert not {"secrets", "*"} & {*rule["resources"], *rule["verbs"], *rule["apiGroups"]}


def test_the_published_roles_are_those_of_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rbac.main(["--check"]) == 0
    monkeypatch.setattr(rbac, "PAGE", tmp_path / "rbac.yaml")
    assert rbac.main(["--check"]) == 1
    assert capsys.readouterr().err == (
        "deploy/rbac.yaml is stale: run `python -m tools.rbac --write`\n"
    )
    assert rbac.main(["--write"]) == 0
    assert rbac.main(["--check"]) == 0
    assert rbac.main(["--drills"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# Made by `python -m tools.rbac --drills` from topology.yaml;")
    assert len(printed) > len(rbac.PAGE.read_text())


def test_a_plan_that_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert rbac.main(["--topology", "nowhere.yaml"]) == 2
    assert capsys.readouterr().err.startswith("nowhere.yaml:1: the file cannot be read")
