"""A look at the settings of a cluster: what is asked, and what a refusal costs."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from tests.kube.api import FakeApi, Query, healthy, listed, status
from tests.kube.looking import APP
from trueline.model.observation import NotObserved
from trueline.model.settings import ForwardFact, SettingsFacts
from trueline.probes.kube_settings import observe_settings


def look(config: Path) -> SettingsFacts:
    return observe_settings(APP, kubeconfig=config, timeout=5.0, now=lambda: 7.0)


def reasons(facts: SettingsFacts) -> dict[str, str]:
    found = {}
    for field in fields(SettingsFacts):
        try:
            _ = getattr(facts, field.name).value
        except NotObserved as gap:
            found[field.name] = str(gap)
    return found


def test_one_config_map_is_asked_for_by_its_name(api: FakeApi, config: Path) -> None:
    def corefile(query: Query) -> tuple[int, dict[str, object]]:
        if query.get("fieldSelector") != "metadata.name=coredns":
            return 200, {"items": []}
        meta = {"namespace": "kube-system", "name": "coredns"}
        data = {"Corefile": "shop.test {\n forward . 192.0.2.53\n}\n"}
        return 200, {"items": [{"metadata": meta, "data": data}]}

    api.routes["/api/v1/configmaps"] = corefile
    facts = look(config)
    assert facts.forwards.value == (ForwardFact(zone="shop.test", servers=("192.0.2.53",)),)
    assert (facts.forwards.at, facts.forwards.source) == (7.0, "ConfigMap coredns")
    selected = [query["fieldSelector"] for path, query in api.asked if "configmaps" in path]
    assert sorted(selected) == [
        "metadata.name=coredns",
        "metadata.name=istio",
        "metadata.name=kube-flannel-cfg",
        "metadata.name=kubeadm-config",
    ]
    assert not [path for path in api.paths() if "secrets" in path]


def test_what_is_not_installed_and_what_is_refused_are_gaps_of_their_own(
    api: FakeApi, config: Path
) -> None:
    api.routes = healthy() | {"/api/v1/configmaps": status(403, "no")}
    maps = {
        "flannel": "kube-flannel-cfg",
        "pod_subnets": "kubeadm-config",
        "forwards": "coredns",
        "trust_domains": "istio",
    }
    assert reasons(look(config)) == {
        **{
            field: f"the kubeconfig may not list configmaps {name}: forbidden"
            for field, name in maps.items()
        },
        "gateways": "Istio is not installed: the API has no gateways",
        "virtual_services": "Istio is not installed: the API has no virtualservices",
        "peer_authentications": "Istio is not installed: the API has no peerauthentications",
    }


def test_an_object_that_cannot_be_read_is_a_gap_of_its_list(api: FakeApi, config: Path) -> None:
    api.routes["/api/v1/configmaps"] = listed({"metadata": {"namespace": "kube-system"}})
    said = reasons(look(config))
    assert said["flannel"] == (
        "an object in /api/v1/configmaps cannot be read: KeyError: 'net-conf.json'"
    )
    assert "forwards" not in said


def test_a_kubeconfig_that_leads_nowhere_is_one_gap_for_all(tmp_path: Path) -> None:
    nowhere = tmp_path / "none"
    said = reasons(look(nowhere))
    assert set(said) == {field.name for field in fields(SettingsFacts)}
    assert set(said.values()) == {f"no kubeconfig: {nowhere} does not exist"}
