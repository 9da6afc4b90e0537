"""The picture: what is shown where, that everybody can read it, and that it stays in bounds."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import given, settings

from tests.changes import with_node
from tests.random_worlds.plans import plans
from tests.report.pictures import claim, drawn, healthy, incident, many
from tests.worlds import at, world
from trueline.model.product import Product
from trueline.model.topology import Topology
from trueline.report.picture_style import DARK, LIGHT, sheet
from trueline.report.ruling import Standing
from trueline.report.tally import NOT_EXAMINED, SIGNS

PLAN = world()
ADDRESS = "address:192.168.64.100"


def test_a_claim_is_shown_at_what_it_is_about() -> None:
    said = drawn(
        PLAN,
        [
            claim(ADDRESS, "service:control/argocd/argocd", cluster="control"),
            claim(ADDRESS, requirement="L2-004", standing="fail", cluster="control"),
            claim("pool:app/reserved", requirement="LB-004", standing="unknown", cluster="app"),
            claim("address:192.168.64.11", cluster="control"),
            claim("node:control/control-cp-1", standing="advisory", cluster="control"),
            claim("vm:redis", standing="exempted"),
            claim("address:192.168.64.1"),
        ],
    )
    assert said.marked("owner argocd/argocd, 192.168.64.100 argocd: 1 fail, 1 pass (L2-004)") == (
        "s-fail",
        "✗",
    )
    assert said.marked("pool reserved 192.168.64.120/30: 1 unknown (LB-004)") == (
        "s-unknown",
        "?",
    )
    assert said.marked("control-plane 192.168.64.11 control-cp-1: 1 advisory, 1 pass") == (
        "s-advisory",
        "i",
    )
    assert said.marked("VM 192.168.64.31 redis: 1 exempted") == ("s-exempted", "e")
    assert said.marked("segment lan: 1 pass") == ("s-pass", "✓")
    assert said.marked("owner vault/vault, 192.168.64.103 vault: not examined") == (
        "s-not-examined",
        "·",
    )
    assert said.marked("cluster control: 1 fail, 1 advisory, 2 pass (L2-004)")[0] == "s-fail"
    assert "✓ 2 · ✗ 1 · i 1" in said.texts


def test_what_stands_behind_an_address_is_shown_there() -> None:
    argocd = Product(
        name="argocd", kind="argocd", target="reservation:control/argocd", stand_in=False,
        anonymous=None, tenant=None, senders=(), logins=(), synced=(), deploys=(),
        data_sources={}, at=at(1),
    )  # fmt: skip
    claims = [claim("link:argocd>app", "product:argocd", requirement="REACH-031", standing="fail")]
    said = drawn(replace(PLAN, products=(argocd,)), claims)
    assert said.marked("owner argocd/argocd, 192.168.64.100 argocd: 1 fail (REACH-031)")


def test_a_claim_about_two_clusters_is_shown_at_both() -> None:
    claims = [
        claim("cluster:control", "cluster:app", requirement="LB-021", standing="fail",
              cluster="control+app"),
        claim("cluster:app", cluster="app"),
    ]  # fmt: skip
    said = drawn(PLAN, claims)
    whole = "the cluster as a whole, and pairs with it"
    assert said.marked(f"cluster control, {whole}: 1 fail (LB-021)")
    assert said.marked(f"cluster app, {whole}: 1 fail, 1 pass (LB-021)")


def test_no_claim_is_lost_from_sight() -> None:
    said = drawn(
        PLAN,
        [
            claim("name:a.test", area="dns", requirement="DNS-010", standing="fail"),
            claim("zone:test", area="dns"),
            claim("plan:reference", area="plan", standing="not applicable"),
        ],
    )
    assert said.marked("suite dns: 1 fail, 1 pass (DNS-010)") == ("s-fail", "✗")
    assert said.marked("suite plan: 1 not applicable") == ("s-not-applicable", "–")


def test_a_flow_has_a_cell_whether_it_was_tried_or_not() -> None:
    said = drawn(
        PLAN,
        [
            claim("path:pods:control>vm:redis"),
            claim("path:pods:control>vm:redis", requirement="VM-001", standing="fail"),
            claim("path:pods:control>pods:app"),
            claim("path:pod-app>reservation:control/dns"),
        ],
    )
    # Pods of app are tried from the vantage point that stands for them; those of control imply one.
    assert said.marked("control pods to outside redis: 1 fail, 1 pass (VM-001)") == (
        "s-fail",
        "✗1/2",
    )
    assert said.marked("control pods to app pods; must be refused: 1 pass") == (
        "s-pass refused",
        "✓1",
    )
    assert said.marked("app pod-app to control dns: 1 pass") == ("s-pass", "✓1")
    assert said.marked("app pod-app to control pods; must be refused: not examined") == (
        "s-not-examined refused",
        "·",
    )


def test_the_silence_of_a_pool_is_what_its_flow_needs() -> None:
    flow = replace(PLAN.flows[0], source="segment:lan", target="pool:app/spare", expected=False)
    silent = claim("address:192.168.64.130", "pool:app/spare", cluster="app")
    said = drawn(
        replace(PLAN, flows=(flow,)),
        [silent, silent, claim("pool:app/spare", standing="fail", cluster="app")],
    )
    assert said.marked("outside host to app free spare; must be refused: 2 pass")


def test_root_causes_come_first_and_are_few() -> None:
    told = [incident(f"LB-00{number}", *["x"] * number) for number in range(5)]
    said = drawn(PLAN, [], *told)
    assert [text for text in said.texts if "cause" in text] == [
        "Root cause: LB-000 s: expected e, observed o.",
        "Root cause: LB-001 s: expected e, observed o. 1 red follows from it.",
        "Root cause: LB-002 s: expected e, observed o. 2 reds follow from it.",
        "and 2 more root causes (summary.md)",
    ]


def test_the_picture_tells_itself_to_who_cannot_see_it() -> None:
    said = drawn(PLAN, [claim(ADDRESS, standing="fail", cluster="control")], incident("LB-003"))
    assert said.root.get("role") == "img"
    title, described = said.root[0], said.root[1]
    assert said.root.get("aria-labelledby") == f"{title.get('id')} {described.get('id')}"
    assert title.text == "reference: run r1"
    assert described.text == (
        "2 clusters (control, app). Claims: 1 fail (LB-003)."
        " Root cause: LB-003 s: expected e, observed o."
    )


def test_nothing_runs_and_nothing_is_loaded() -> None:
    text = drawn(PLAN, healthy(PLAN), incident("LB-003")).text
    assert re.findall(r"https?://[^\"'<>\s]+", text.replace("https://192.168.64.", "")) == [
        "http://www.w3.org/2000/svg",
    ]
    assert not re.search(r"<script|href|url\(|@import|<image|<foreignObject|\son\w+=", text)


HOSTILE = "<script>alert('1')</script>&\"]]>\x1b[31m\x00\u202eevil"


def test_names_from_outside_are_only_text() -> None:
    plan = with_node(replace(PLAN, name=HOSTILE), "control/control-cp-1", name=HOSTILE)
    odd = claim(f"path:{HOSTILE}>vm:{HOSTILE}", requirement=HOSTILE, standing="fail", area=HOSTILE)
    said = drawn(plan, [odd, claim("x", standing="fail", area=HOSTILE)], incident(HOSTILE))
    kinds = {element.tag.rpartition("}")[2] for element in said.root.iter()}
    assert kinds == {"svg", "title", "desc", "style", "rect", "g", "text", "line"}
    assert said.titles[0] == "<script>alert('1')</script>&\"]]>\\x1b[31m\\x00\\u202eevil: run r1"
    assert "\x1b" not in said.text
    assert "\u202e" not in said.text


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_its_colour(colours: dict[str, tuple[str, str]]) -> None:
    found = {name: contrast(*pair) for name, pair in colours.items()}
    assert {name: round(value, 1) for name, value in found.items() if value < 4.5} == {}
    assert contrast(colours["page"][0], colours["muted"][1]) >= 4.5
    assert {*SIGNS} == {standing.value for standing in Standing} | {NOT_EXAMINED}
    assert {*SIGNS} < {*colours}


def test_a_verdict_is_told_by_more_than_its_colour() -> None:
    assert len({*SIGNS.values()}) == len(SIGNS)


def test_the_colours_follow_the_readers_system() -> None:
    light, _, dark = sheet().partition("@media (prefers-color-scheme:dark)")
    assert f".trueline .page{{fill:{LIGHT['page'][0]}}}" in light
    assert f".trueline .page{{fill:{DARK['page'][0]}}}" in dark
    assert all(rule.startswith(".trueline") for rule in re.findall(r"[^{}]+(?={)", light))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.1)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("clusters", "segments", "height"), [(2, 1, 700), (4, 2, 1000), (5, 1, 700), (50, 50, 2300)]
)
def test_the_picture_stays_in_bounds(clusters: int, segments: int, height: int) -> None:
    plan = many(clusters, segments=segments)
    said = drawn(plan, healthy(plan))
    assert said.height < height
    assert len(said.text) < 800_000
    for element in said.root.iter():
        x, width = float(element.get("x") or 0), float(element.get("width") or 0)
        assert x + width <= 1200
        assert float(element.get("y") or 0) <= said.height


def test_what_is_folded_is_said() -> None:
    plan = many(60, segments=6)
    claims = healthy(plan)
    claims += [claim("node:c59/n1", requirement="CLU-012", standing="fail", cluster="c59")]
    claims += [claim("segment:lan5", requirement="L2-002", standing="fail")]
    said = drawn(plan, claims)
    assert said.marked("worker 192.168.59.1 n1: 1 fail, 1 pass (CLU-012)") == ("s-fail", "✗")
    assert said.marked("segment lan5: 1 fail, 1 pass (L2-002)") == ("s-fail", "✗")
    assert "✓ and 2 more segments: 2 pass" in said.texts
    assert "✓ and 8 more clusters: 88 pass" in said.texts
    (legend,) = [text for text in said.texts if "put together" in text]
    assert legend.startswith(
        "60 sources and 60 destinations, put together by cluster"
        " · 6 more clusters are not shown here"
    )


def test_a_full_cluster_folds_what_is_well() -> None:
    plan = many(2)
    first = plan.clusters[0]
    nodes = [replace(first.nodes[0], name=f"m{number}") for number in range(20)]
    plan = replace(plan, clusters=(replace(first, nodes=tuple(nodes)), plan.clusters[1]))
    claims = [claim(f"node:{item}", cluster="c0") for item in nodes]
    claims += [claim("node:c0/m19", requirement="CLU-012", standing="unknown", cluster="c0")]
    said = drawn(plan, claims)
    assert said.marked("worker 192.168.0.1 m19: 1 unknown, 1 pass (CLU-012)")
    assert "✓ and 8 more nodes: 8 pass" in said.texts


@settings(max_examples=10, derandomize=True, deadline=None, database=None)
@given(plan=plans())
def test_any_plan_can_be_drawn(plan: Topology) -> None:
    said = drawn(plan, healthy(plan))
    for one in plan.clusters:
        assert said.marked(f"cluster {one}: ")[1] == "✓"


def test_a_plan_without_clusters_can_be_drawn() -> None:
    assert "reference" in drawn(many(0), []).texts


def test_long_addresses_are_cut_and_told_in_full() -> None:
    both = ("192.168.64.11", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff")
    addresses = tuple(map(ip_address, both))
    said = drawn(with_node(PLAN, "control/control-cp-1", addresses=addresses), [])
    (cut,) = [text for text in said.texts if text.startswith("192.168.64.11 2")]
    assert cut.endswith("…")
    assert len(cut) < 24
    assert " ".join(both) in said.titles
    assert said.marked(f"control-plane {' '.join(both)} control-cp-1: not examined")


def test_a_plan_without_flows_has_no_matrix() -> None:
    said = drawn(replace(many(1), flows=()), [])
    assert "Flows" not in said.texts
    assert said.marked("cluster c0: not examined")
