from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.lab_unit.world import TEXT, plan
from tools.lab.errors import LabError
from tools.lab.products import grafana

BOARD = """\
        board:
          address: 198.51.100.101
          service: watch/board
          ports: [80/TCP/http]
        lines:
          address: 198.51.100.102
          service: watch/lines
          ports: [9095/TCP/grpc, 3100/TCP/http]
"""
PRODUCTS = """\
products:
  board: {kind: grafana, at: reservation:east/board, stand_in: true, data_sources: {logs: lines}}
  lines: {kind: loki, at: reservation:east/lines, tenant: shop}
"""
FLOWS = """\
flows:
  - {name: a, from: pods:east/watch, to: vm:store, port: 3306/TCP/mysql, expected: works}
"""
PLAN = TEXT.replace("  west:\n    context", f"{BOARD}  west:\n    context", 1) + PRODUCTS
STORED = PLAN.replace("6379/TCP/redis", "3306/TCP/mysql") + FLOWS


def test_only_a_stand_in_is_brought() -> None:
    assert grafana.wanted(plan(PLAN))
    assert not grafana.wanted(plan(PLAN.replace("stand_in: true", "stand_in: false")))
    east, west = plan(PLAN).clusters
    assert grafana.owners(plan(PLAN), east) == {"watch/board"}
    assert grafana.owners(plan(PLAN), west) == frozenset()


def test_data_sources_are_where_the_plan_puts_them_with_their_tenant() -> None:
    topology = plan(PLAN)
    assert grafana.sources(topology, topology.products[0]) == [
        {
            "name": "logs",
            "type": "loki",
            "url": "http://198.51.100.102:3100",
            "headers": {"X-Scope-OrgID": "shop"},
        }
    ]


def test_a_data_source_without_http_is_refused() -> None:
    topology = plan(PLAN.replace("[9095/TCP/grpc, 3100/TCP/http]", "[9095/TCP/grpc]"))
    with pytest.raises(LabError, match=r": lines has no planned port for HTTP$"):
        grafana.sources(topology, topology.products[0])


def test_its_database_is_the_one_that_a_flow_leads_to() -> None:
    topology = plan(STORED)
    board = next(item for item in topology.reservations if item.name == "board")
    assert grafana.database(topology, board) == (topology.vms[0], 3306)
    assert grafana.database(plan(PLAN), board) is None


def test_it_is_labelled_as_a_stand_in_and_shows_no_password() -> None:
    topology = plan(STORED)
    board = next(item for item in topology.reservations if item.name == "board")
    found = grafana.deployment(topology, topology.products[0], board, (topology.vms[0], 3306))
    label = "trueline.lab/stand-in"
    assert found["metadata"]["labels"][label] == "true"
    assert found["spec"]["template"]["metadata"]["labels"] == {"app": "board", label: "true"}
    container = found["spec"]["template"]["spec"]["containers"][0]
    listen, sources, database = container["args"]
    assert (listen, database) == ("-listen=:3000", "-database=198.51.100.30:3306")
    shown = json.loads(sources.removeprefix("-sources="))
    assert shown == grafana.sources(topology, topology.products[0])
    assert container["env"] == [
        {
            "name": name,
            "valueFrom": {"secretKeyRef": {"name": "grafana-database", "key": key}},
        }
        for name, key in (("DATABASE_USER", "user"), ("DATABASE_PASSWORD", "password"))
    ]


def test_every_answer_of_the_program_says_that_it_is_a_stand_in() -> None:
    folder = Path(grafana.__file__).parents[1] / "gomods" / "backend" / "cmd" / "grafana"
    assert 'Set("X-Trueline-Stand-In", "grafana")' in (folder / "main.go").read_text()
