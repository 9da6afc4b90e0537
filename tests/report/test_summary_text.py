"""The summary for a pull request: the verdict and its causes first, plain, and never endless."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.report.pictures import incident
from tests.report.test_summary import BAD_LINE, GAP_LINE, summarized
from trueline.report.summary_text import MOST, as_markdown

HEAD = """\
# Run r1

**✗ 2 not as planned, ? 1 in doubt, i 1 advised against, e 1 exempted, ✓ 1 as planned** of 7 claims

Plan `topology.yaml` (sha256 0123456789ab), drawn in [picture.svg](picture.svg)

"""


def test_the_text_names_every_deviation_once(tmp_path: Path) -> None:
    outcomes = {"suites/plan/t.py::a": "failed", "suites/plan/t.py::z": "broken"}
    text = as_markdown(summarized(tmp_path, outcomes=outcomes))
    head, _, rest = text.partition("```\n")
    assert head == (
        f"{HEAD}## Does not conform\n\n- {BAD_LINE}\n"
        f"\n## Could not tell\n\n- {GAP_LINE}\n"
        f"\n## Advice\n\n- {BAD_LINE.replace('{c/d}', 'other')}\n"
        f"\n## Exempted\n\n- {BAD_LINE} Exempted until 2027-03-14 by network team"
        " (topology.yaml:90): the address moves in spring\n"
        "\n## Claims by area and cluster\n\n"
    )
    assert rest.partition("```\n\n")[2] == (
        "- 5 claims examined by 2 tests in 2.3 s\n"
        "- observed wire in 1.0 s\n"
        "- broken or nothing to judge: 1 test\n"
        "- suites/plan/t.py::z\n"
    )


def test_root_causes_come_before_all_else(tmp_path: Path) -> None:
    told = replace(
        incident("LB-003", BAD_LINE),
        look=("kubectl `get` pods",),
        way=("a", "b"),
        follows=("L2-004",),
    )
    text = as_markdown(summarized(tmp_path, incidents=[told]))
    assert text.startswith(
        f"{HEAD}## Root causes\n\n"
        "- LB-003 s: expected e, observed o.\n"
        "  - way: a\n"
        "  - way: b\n"
        "  - look: ``kubectl `get` pods``\n"
        "  - 1 red is a consequence of this: L2-004\n"
        "\n## Does not conform\n\n"
        f"- {BAD_LINE} Blocked by LB-003 s.\n"
    )


def test_a_long_list_is_cut_short(tmp_path: Path) -> None:
    closed = summarized(tmp_path)
    many = tuple(f"LB-003 {number}." for number in range(MOST + 3))
    text = as_markdown(replace(closed, told={**closed.told, "fail": many}))
    assert f"- LB-003 {MOST - 1}.\n- and 3 more (summary.json)\n" in text


def test_what_was_observed_is_only_text(tmp_path: Path) -> None:
    closed = summarized(tmp_path)
    odd = ("LB-003 <img src=x> ![a](http://x.test/) `b` & \x1b[31m @all a@b.",)
    text = as_markdown(replace(closed, told={**closed.told, "fail": odd}))
    assert (
        "- LB-003 &lt;img src=x> ![a]\\(http://x.test/) \\`b\\` &amp; \\x1b[31m `@`all a@b.\n"
        in text
    )
