"""The catalogue finds what does not fit together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.rulings import ADVICE, OWNER, requirement
from tools import catalogue
from trueline.model.check import Check


def one(check: Check = OWNER, **changes: object) -> catalogue.Catalogue:
    made = catalogue.Catalogue(
        areas={"metallb": ("What a load balancer must do.", [requirement()])},
        checks=[check],
        tests={"_judge": ["suites/metallb/test_owner.py::test_owner"]},
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def test_what_fits_together_has_no_fault() -> None:
    assert one().faults() == []


@pytest.mark.parametrize(
    ("broken", "faults"),
    [
        (one(checks=[]), [
            "requirement LB-003 has no check",
            "suites/metallb/test_owner.py::test_owner verifies _judge, which is no check",
        ]),
        (one(tests={}), ["check _judge (LB-003) has no test in suites/"]),
        (one(ADVICE), ["check _judge judges LB-003, which is not listed"]),
        (one(checks=[OWNER, OWNER]), ["check _judge is defined 2 times"]),
        (
            one(areas={"a": ("", [requirement()]), "b": ("", [requirement()])}),
            ["requirement LB-003 is defined 2 times"],
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(broken: catalogue.Catalogue, faults: list[str]) -> None:
    assert broken.faults() == faults


def test_the_page_says_everything_about_a_requirement() -> None:
    assert one().page() == catalogue.HEAD + "\n".join(
        [
            "",
            "## metallb",
            "",
            "What a load balancer must do.",
            "",
            "### [LB-003](requirements/LB-003.md)",
            "",
            "**A reserved address MUST be held by its owner.** (critical, since 0.1)",
            "",
            "Two holders take turns. Source: a document.",
            "",
            "- `_judge`: Each reserved address is held by its owner.",
            "  - Otherwise: Release the address.",
            "  - Test: `suites/metallb/test_owner.py::test_owner`",
            "",
        ]
    )


def test_marks_are_read_from_the_text_of_the_suites() -> None:
    text = (
        "import pytest\n"
        "@pytest.mark.verifies(owner)\ndef test_a(): pass\n"
        "@pytest.mark.lab\n@pytest.mark.verifies(checks.other)\ndef test_b(): pass\n"
        "def plain(): pass\n"
    )
    assert list(catalogue.verified(text)) == [("test_a", "owner"), ("test_b", "other")]


def test_a_stale_page_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalogue, "PAGE", tmp_path / "docs" / "requirements.md")
    pages = tmp_path / "docs" / "requirements"
    monkeypatch.setattr(catalogue, "PAGES", pages)
    monkeypatch.setattr(catalogue, "read", one)
    stale = "docs/requirements is stale: run `python -m tools.catalogue`\n"
    assert catalogue.main(["--check"]) == 1
    assert capsys.readouterr().err == stale
    assert catalogue.main([]) == 0
    assert catalogue.main(["--check"]) == 0
    assert capsys.readouterr().out == "1 requirements, 1 checks\n" * 2
    (pages / "LB-999.md").write_text("a requirement that is no more")
    assert catalogue.main(["--check"]) == 1
    assert capsys.readouterr().err == stale
    assert catalogue.main([]) == 0
    assert [path.name for path in pages.iterdir()] == ["LB-003.md"]


def test_what_does_not_fit_together_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalogue, "PAGE", tmp_path / "docs" / "requirements.md")
    monkeypatch.setattr(catalogue, "PAGES", tmp_path / "docs" / "requirements")
    monkeypatch.setattr(catalogue, "read", lambda: one(tests={}))
    assert catalogue.main([]) == 1
    assert capsys.readouterr().err == "check _judge (LB-003) has no test in suites/\n"
    assert not (tmp_path / "docs").exists()
