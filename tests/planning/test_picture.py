"""The picture: one file, whole, of nothing but text, and readable without its colours."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from tests.intent.plans import WIDE
from trueline.intent.load import read
from trueline.planning.book import pages
from trueline.planning.boxes import boxes
from trueline.planning.picture import svg

ROOT = Path(__file__).parents[2]
CONTROL = ("argocd", "prometheus", "grafana", "vault", "loki", "tempo", "istio-ingress",
           "istio-eastwest")  # fmt: skip
NAMESPACE = "{http://www.w3.org/2000/svg}"
PLAN = read((ROOT / "topology.yaml").read_bytes(), "topology.yaml")
PICTURE = svg(PLAN.name, pages(PLAN))


def texts(picture: str) -> list[str]:
    return [item.text or "" for item in ElementTree.fromstring(picture).iter(f"{NAMESPACE}text")]


def test_it_holds_no_script_and_nothing_from_elsewhere() -> None:
    tags = {item.tag.removeprefix(NAMESPACE) for item in ElementTree.fromstring(PICTURE).iter()}
    assert tags == {"svg", "title", "desc", "style", "text", "g", "rect"}
    assert re.findall(r"href|url\(|@import|<script|\son[a-z]+=", PICTURE) == []
    assert re.findall(r"https?://[^\"]*", PICTURE) == ["http://www.w3.org/2000/svg"]


def test_it_is_named_and_described_for_readers_who_do_not_see_it() -> None:
    root = ElementTree.fromstring(PICTURE)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title about"
    assert [root[0].get("id"), root[1].get("id")] == ["title", "about"]
    assert root[0].text == "reference network: the addresses of the plan"


SORTS = ("host", "own", "reserved", "pool", "leases", "other", "free")


def colours(style: str) -> dict[str, str]:
    """The colours of boxes and of texts, by class; those of the bar hold no text."""
    found = re.findall(r"\.ledger \.?(\w+) \{ fill: (#[0-9a-f]{6})", style)
    return dict(found)


def brightness(colour: str) -> float:
    """The relative luminance of WCAG 2.1."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_is_read_on_its_box_in_light_and_in_dark() -> None:
    for style in PICTURE.split("@media (prefers-color-scheme: dark)"):
        found = colours(style)
        for sort in SORTS:
            for text in ("text", "quiet"):
                dark, light = sorted((brightness(found[sort]), brightness(found[text])))
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (sort, text)


def test_a_box_says_in_words_what_it_is() -> None:
    (lan,) = (page for page in pages(PLAN) if page.owner == "lan")
    assert [(box.sort, box.words, box.addresses) for box in boxes(lan)] == [
        ("own", "not for use", "192.168.64.0"),
        ("host", "gateway lan", "192.168.64.1"),
        ("leases", "left to leases", "192.168.64.2 - .7"),
        ("host", "VM control-api, API endpoint control", "192.168.64.8"),
        ("host", "VM app-api, API endpoint app", "192.168.64.9"),
        ("host", "5 nodes of control", "192.168.64.10 - .14"),
        ("leases", "left to leases", "192.168.64.15 - .19"),
        ("host", "7 nodes of app", "192.168.64.20 - .26"),
        ("leases", "left to leases", "192.168.64.27 - .29"),
        ("host", "VM redis", "192.168.64.30"),
        ("host", "VM mysql", "192.168.64.31"),
        ("leases", "left to leases", "192.168.64.32 - .99"),
        *(
            ("reserved", f"control/{name}", f"192.168.64.{100 + number}")
            for number, name in enumerate(CONTROL)
        ),
        ("pool", "free in the pool", "192.168.64.108 - .110"),
        ("free", "free", "192.168.64.111 - .119"),
        *(
            ("reserved", f"app/{name}", f"192.168.64.{120 + number}")
            for number, name in enumerate(["istio-ingress", "app1", "app2", "istio-eastwest"])
        ),
        ("pool", "free in the pool", "192.168.64.124 - .140"),
        ("free", "free", "192.168.64.141 - .254"),
        ("own", "not for use", "192.168.64.255"),
    ]
    assert {box.words for box in boxes(lan)} <= set(texts(PICTURE))
    assert "256 addresses (topology.yaml:20)" in texts(PICTURE)


def test_boxes_of_other_blocks() -> None:
    found = {
        str(page.range): [(box.sort, box.words, box.addresses) for box in boxes(page)]
        for page in pages(read(WIDE.encode(), "wide.yaml"))
    }
    assert found["fd00:10::/56"] == [
        ("host", "node ranges, 1 of 256, a /64 each", "fd00:10:: - fd00:10::ffff:ffff:ffff:ffff"),
        ("free", "for further nodes", "fd00:10:0:1:: - fd00:10:0:ff:ffff:ffff:ffff:ffff"),
    ]
    assert found["fd00:21::/112"] == [
        ("own", "not for use", "fd00:21::"),
        ("other", "for Services, by the cluster", "fd00:21::1 - fd00:21::ffff"),
    ]
    assert found["fd00:20::/56"][0][1] == "node ranges, 2 of 256, a /64 each"
    assert ("host", "API endpoint alpha, node alpha/alpha-1", "2001:db8:1::10") in found[
        "2001:db8:1::/64"
    ]


def test_its_title_tells_everything_of_a_box() -> None:
    assert (
        "<title>192.168.64.100 reserved for argocd/argocd-server control/argocd"
        " (topology.yaml:62)</title>"
    ) in PICTURE


def test_nothing_that_is_written_becomes_markup() -> None:
    title = 'a<b>&"c"\x1b[31m'
    picture = svg(title, pages(PLAN))
    assert texts(picture)[0] == 'a<b>&"c"\\x1b[31m'
    assert "<b>" not in picture


def test_a_long_name_stays_in_the_picture() -> None:
    name = ".".join(["n" * 63] * 3)
    text = (
        "version: 1\nname: long\nsegments: {lan: {cidr: 10.0.0.0/24}}\nclusters: {}\n"
        f"vms: {{{name}: {{segment: lan, address: 10.0.0.9}}}}\n"
    )
    picture = svg("long", pages(read(text.encode(), "long.yaml")))
    assert f"VM {'n' * 54}..." in texts(picture)
    for item in ElementTree.fromstring(picture).iter(f"{NAMESPACE}rect"):
        assert float(item.get("x", 0)) + float(item.get("width", 0)) <= 1120


def test_every_address_has_its_place_in_the_bar() -> None:
    for page in pages(PLAN):
        found = list(boxes(page))
        assert found[0].first == int(page.range.first)
        assert sum(box.size for box in found) == page.range.size


def test_a_block_may_end_in_hosts() -> None:
    text = WIDE.replace('pods: ["fd00:10::/56"]', 'pods: ["fd00:10::/64"]')
    (page,) = (
        page
        for page in pages(read(text.encode(), "wide.yaml"))
        if str(page.range) == "fd00:10::/64"
    )
    assert [box.words for box in boxes(page)] == ["node ranges, 1 of 1, a /64 each"]
