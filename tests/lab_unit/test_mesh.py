from __future__ import annotations

from tests.lab_unit.mesh_world import meshed
from tests.lab_unit.world import plan
from tools.lab import mesh
from tools.lab.products import istio, istio_access, mesh_workloads


def test_a_sidecar_comes_where_a_workload_runs_is_called_or_a_vantage_point_calls() -> None:
    topology = meshed()
    assert mesh.injected(topology, "north") == ("shop",)
    assert mesh.injected(topology, "south") == ("desk",)
    assert mesh.injected(topology, "west") == ("shop", "desk")
    assert mesh.labels(topology, "west", "desk") == {"istio-injection": "enabled"}
    assert mesh.labels(topology, "west", "aside") == {}


def test_a_plan_without_a_mesh_asks_for_none_of_it() -> None:
    topology = plan()
    assert mesh.members(topology) == ()
    assert mesh.injected(topology, "east") == ()
    assert not istio.PRODUCT.wanted(topology)
    assert istio.of_cluster(topology, "east") == []
    assert istio.owners(topology, topology.cluster("east")) == frozenset()
    assert mesh_workloads.pods(topology, "east") == ()


def test_what_a_plan_leaves_open_has_the_usual_name() -> None:
    topology = meshed()
    networks = {item.cluster: mesh.network(item) for item in mesh.members(topology)}
    assert networks == {"north": "cold", "south": "south", "west": "windy"}
    assert mesh.trust_domain(topology) == "mesh.test"
    assert mesh.trust_domain(plan()) == "cluster.local"


def test_a_workload_is_known_where_it_runs_and_where_it_is_called_from() -> None:
    topology = meshed()
    known = {c.name: [w.name for w in mesh.known(topology, c.name)] for c in topology.clusters}
    assert known == {"north": ["cart"], "south": ["desk"], "west": ["cart", "desk"]}


def test_every_member_looks_into_the_same_namespaces() -> None:
    # The mesh's own, those of gateways and sidecars, one that is routed to, and that of the pods
    # which a run starts in the mesh.
    assert istio.watched(meshed()) == (
        "istio-system",
        "gates",
        "shop",
        "desk",
        "other",
        "probing",
    )


def test_the_sidecars_template_keeps_its_stock_values_but_for_what_a_member_is_called() -> None:
    topology = meshed()
    stock = {
        "global": {"hub": "stock", "sds": {"token": {"aud": "istio-ca"}}, "proxy": {"tracer": "x"}},
        "revision": "",
    }
    south = mesh.member(topology, "south")
    assert south is not None
    values = istio.injection_values(stock, south)
    assert values["revision"] == ""
    assert values["global"]["sds"] == {"token": {"aud": "istio-ca"}}
    assert values["global"]["proxy"] == {
        "tracer": "x",
        "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}},
    }
    said = {key: values["global"][key] for key in ("hub", "tag", "network", "multiCluster")}
    assert said == {
        "hub": "docker.io/istio",
        "tag": "1.31-dev",
        "network": "south",
        "multiCluster": {"clusterName": "south"},
    }


def test_only_the_clusters_that_an_istiod_has_read_count() -> None:
    status = 'istiod_remote_cluster_sync_status{cluster="%s",cluster_type="remote",status="%s"} %s'
    metrics = "\n".join(
        [
            "# HELP istiod_remote_cluster_sync_status Current state",
            status % ("app", "synced", "1"),
            status % ("app", "syncing", "0"),
            status % ("far", "synced", "0"),
            status % ("far", "syncing", "1"),
            'istiod_managed_clusters{cluster_type="remote"} 1',
        ]
    )
    assert istio_access.synced(metrics) == {"app"}
