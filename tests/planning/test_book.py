"""The ledger as pages and as a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.intent.plans import WIDE
from tests.worlds import cidrs, with_cluster, with_segment, world
from trueline.intent.ledger import ledger
from trueline.intent.load import load, read
from trueline.planning.book import pages
from trueline.planning.table import aligned, counted, ledger_lines

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).with_name("ledger.txt")


def shown(text: str) -> list[str]:
    plan = read(text.encode(), "plan.yaml")
    return list(ledger_lines(pages(plan), ledger(plan).conflicts()))


SMALL = """\
version: 1
name: small
segments:
  lan: {cidr: 10.0.0.0/28, gateway: 10.0.0.1, dhcp: [10.0.0.2-10.0.0.5]}
clusters:
  main:
    context: main
    api: https://10.0.0.3:6443
    cni: {kind: flannel}
    segment: lan
    pods: [10.244.0.0/16, "fd00:1::/56"]
    services: [10.96.0.0/24]
    dns_service: 10.96.0.10
    nodes: {m1: {role: control-plane, address: 10.0.0.3}}
    load_balancer:
      pools: {public: {addresses: [10.0.0.8-10.0.0.9, 10.0.0.12]}}
      reservations: {web: {address: 10.0.0.12, service: web/web}}
vms: {db: {segment: lan, address: 10.0.0.6}}
"""


def test_every_address_of_a_small_plan() -> None:
    assert shown(SMALL) == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_addresses_with_two_uses_are_named() -> None:
    text = SMALL.replace("dhcp: [10.0.0.2-10.0.0.5]", "dhcp: [10.0.0.2-10.0.0.9]")
    assert shown(text)[-3:] == [
        "",
        "addresses with two uses: 1",
        "  10.0.0.8/31 belongs to DHCP range of lan (plan.yaml:4)"
        " and to pool main/public (plan.yaml:16)",
    ]


def test_a_network_that_is_not_divided_is_one_line() -> None:
    text = SMALL.replace("kind: flannel", "kind: other")
    lines = [line.split("  ")[0] for line in shown(text)]
    assert lines[-2:] == ["10.244.0.0/16", "fd00:1::/56"]


def test_node_ranges_may_fill_their_network() -> None:
    text = SMALL.replace("10.244.0.0/16", "10.244.0.0/24")
    lines = shown(text)
    place = next(at for at, line in enumerate(lines) if line.startswith("10.244.0.0/24"))
    assert " ".join(lines[place + 1].split()) == (
        "10.244.0.0/24 256 node ranges, 1 of 1, a /24 each main plan.yaml:6"
    )
    assert lines[place + 2].startswith("fd00:1::/56")


def test_a_service_network_of_two_addresses_gives_out_nothing_of_its_own() -> None:
    plan = with_cluster(world(), "app", services=cidrs("10.97.0.0/31"), dns_service=None)
    (page,) = (page for page in pages(plan) if str(page.range) == "10.97.0.0/31")
    assert page.inside == ()


def test_every_use_of_any_plan_is_shown_though_the_plan_is_wrong() -> None:
    for plan in (
        read(WIDE.encode(), "wide.yaml"),
        load(ROOT / "examples" / "reference-as-written.yaml"),
        with_segment(world(), "lan", dhcp=()),
        replace(world(), segments=(*world().segments, *world().segments)),
    ):
        shown = [line.range for page in pages(plan) for _, line in page.walk()]
        wanted = [entry.range for entry in ledger(plan).entries]
        assert all(shown.count(part) >= wanted.count(part) for part in wanted)


def test_large_numbers_are_powers_of_two() -> None:
    assert counted(9_999_999) == "9999999"
    assert counted(1 << 64) == "2^64"
    assert counted((1 << 64) - 1) == "about 2^64"
    assert counted((1 << 64) + (1 << 60)) == "about 2^64"
    assert counted((1 << 64) + (1 << 63) + 1) == "about 2^65"


def test_columns_stand_below_each_other() -> None:
    rows = [("a", "10", "x"), ("bcd", "9", "")]
    assert list(aligned(rows, right=frozenset({1}))) == ["a    10  x", "bcd   9"]
