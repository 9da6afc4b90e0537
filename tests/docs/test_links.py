"""Every link of the documents that leads into this checkout leads to something."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "reports/README.md", "deploy/**/*.md")
    for path in ROOT.glob(pattern)
)


def broken(page: Path, text: str) -> list[str]:
    links = [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]
    return [link for link in links if not (page.parent / unquote(link)).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert broken(page, page.read_text(encoding="utf-8")) == []


def test_a_broken_link_is_found() -> None:
    text = "[a](docs/lab.md#faults), [b](https://example.org/x), [c](docs/none.md)"
    assert broken(ROOT / "README.md", text) == ["docs/none.md"]
