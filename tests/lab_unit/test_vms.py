from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.lab_unit.world import TEXT, plan
from tools.lab import controlplane, spec
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.machine import Machine
from tools.lab.state import LabRecord, MachineRecord
from tools.lab.vms import front, mysql, passwords, redis, roles
from trueline.model.topology import Topology

VM = "  store: {segment: lan, address: 198.51.100.30, ports: [6379/TCP/redis, 99/UDP/other]}\n"
API = "  door: {segment: lan, address: 198.51.100.9, ports: [7443/TCP/https, 8404/TCP/http]}\n"
DATA = "  data: {segment: lan, address: 198.51.100.31, ports: [3306/TCP/mysql]}\n"
FLOWS = """\
flows:
  - {name: a, from: pods:east/shop, to: vm:data, port: 3306/TCP/mysql, expected: works}
  - {name: b, from: pods:east/shop, to: vm:data, expected: works}
  - {name: c, from: pods:west, to: vm:data, expected: fails}
"""
FRONTED = TEXT.replace("api: https://198.51.100.10:7443", "api: https://198.51.100.9:7443").replace(
    VM, VM + API + DATA
)


def found(text: str) -> dict[str, roles.Roles]:
    topology = plan(text)
    return {vm.name: roles.of(topology, vm) for vm in topology.vms}


def cluster(topology: Topology, name: str, *, fronts: tuple[str, ...] = ()) -> LabCluster:
    record = LabRecord(
        phase="up", profile="full", without=[], plan="", digest="", fingerprint="", boot=""
    )
    planned = next(item for item in topology.clusters if item.name == name)
    machines = [
        Machine(
            topology, record, MachineRecord(spec=spec.node_machine(topology, node, index).dump())
        )
        for index, node in enumerate(planned.nodes, 1)
    ]
    return LabCluster(planned, machines, 1, fronts)


def test_ports_get_real_servers_and_the_rest_a_stand_in() -> None:
    topology = plan(FRONTED)
    assert found(FRONTED) == {
        "store": roles.Roles(redis=6379),
        "door": roles.Roles(fronts=(topology.clusters[0],), stand_in=(8404,)),
        "data": roles.Roles(mysql=3306),
    }
    assert roles.fronting(topology, "east") == ["door"]
    assert roles.fronting(topology, "west") == []


def test_a_product_says_what_a_lone_port_is() -> None:
    text = TEXT.replace("6379/TCP/redis, 99/UDP/other", "7000/TCP")
    assert found(text) == {"store": roles.Roles(stand_in=(7000,))}
    text += "products:\n  cache: {kind: redis, at: 'vm:store'}\n"
    assert found(text) == {"store": roles.Roles(redis=7000)}


def test_a_planned_stand_in_is_one() -> None:
    text = TEXT + "products:\n  cache: {kind: redis, at: 'vm:store', stand_in: true}\n"
    assert found(text) == {"store": roles.Roles(stand_in=(6379,))}


def test_two_servers_of_a_kind_on_a_machine_are_refused() -> None:
    text = TEXT.replace("6379/TCP/redis, 99/UDP/other", "6379/TCP/redis, 6380/TCP/redis")
    with pytest.raises(LabError) as caught:
        found(text)
    line = TEXT.splitlines().index(VM.rstrip()) + 1
    assert str(caught.value) == (
        f"topology.yaml:{line}: store plans redis on ports 6379 and 6380\n"
        "fix: plan a VM for each: the lab runs one server of a kind on a machine"
    )


@pytest.mark.parametrize(("said", "open_to_all"), [("", False), (", anonymous: true", True)])
def test_strangers_get_in_only_where_the_plan_says_so(said: str, open_to_all: bool) -> None:
    topology = plan(TEXT + f"products:\n  cache: {{kind: redis, at: 'vm:store'{said}}}\n")
    assert roles.anonymous(topology, topology.vms[0], "redis") is open_to_all


def test_passwords_are_made_for_planned_consumers_and_read_by_root_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    passwords.mint(plan(FRONTED + FLOWS))
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert [str(path.relative_to(tmp_path)) for path in files] == [
        "lab/vms/data/shop",
        "lab/vms/store/password",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert len({passwords.read("data", "shop"), passwords.read("store", "password")}) == 2


def test_redis_asks_for_its_password() -> None:
    common = (
        "bind * -::*\n"
        "port 7000\n"
        "dir /var/lib/redis\n"
        'save ""\n'
        "appendonly yes\n"
        "appendfsync everysec\n"
    )
    assert redis.configuration(7000, "word") == f"{common}protected-mode yes\nrequirepass word\n"
    assert redis.configuration(7000, None) == f"{common}protected-mode no\n"


def test_mysql_has_an_account_for_each_consumer_from_its_segment() -> None:
    assert mysql.network("198.51.100.31/24") == "198.51.100.0/255.255.255.0"
    assert mysql.network("2001:db8::1/64") == "%"
    assert mysql.statements({"shop": "word"}, "198.51.100.0/255.255.255.0", anonymous=False) == (
        "CREATE DATABASE IF NOT EXISTS `shop`;\n"
        "CREATE OR REPLACE USER 'shop'@'198.51.100.0/255.255.255.0' IDENTIFIED BY 'word';\n"
        "GRANT ALL ON `shop`.* TO 'shop'@'198.51.100.0/255.255.255.0';\n"
    )
    assert mysql.statements({}, "%", anonymous=True) == "CREATE OR REPLACE USER ''@'%';\n"
    assert "bind-address = 198.51.100.31\nport = 3306\n" in mysql.configuration(
        "198.51.100.31", 3306
    )


def test_haproxy_checks_every_control_plane_against_the_clusters_authority() -> None:
    east = cluster(plan(FRONTED), "east", fronts=("198.51.100.9",))
    assert front.configuration("198.51.100.9", [east]).partition("listen ")[2] == (
        "east\n"
        "    bind 198.51.100.9:7443\n"
        "    default-server check check-ssl verify required ca-file /lab/conf/east-ca.crt"
        " inter 1s fastinter 250ms downinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions\n"
        "    server east-m1 198.51.100.10:7443\n"
        "    server east-m2 198.51.100.11:7443\n"
    )


@pytest.mark.parametrize(
    ("fronts", "endpoint"),
    [(("198.51.100.9",), "https://198.51.100.9:7443"), ((), "https://198.51.100.10:7443")],
)
def test_clients_use_what_stands_in_front_and_controllers_their_own_api_server(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fronts: tuple[str, ...],
    endpoint: str,
) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    east = cluster(plan(FRONTED), "east", fronts=fronts)
    admin = controlplane.mint(east)
    assert admin["clusters"][0]["cluster"]["server"] == endpoint
    servers = {
        path.stem: json.loads(path.read_text())["clusters"][0]["cluster"]["server"]
        for path in east.pki.glob("*.kubeconfig")
    }
    local = "https://127.0.0.1:7443"
    assert servers == {
        "admin": endpoint,
        "kcm": local,
        "scheduler": local,
        "proxy": endpoint,
        **{f"node-{node.name}": endpoint for node in east.plan.nodes},
    }
    assert east.kubectl_command("get", "nodes") == [
        "/lab/bin/kubectl",
        "--kubeconfig=/lab/pki/admin.kubeconfig",
        f"--server={local}",
        "get",
        "nodes",
    ]
