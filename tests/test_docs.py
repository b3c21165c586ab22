"""docs/ says what the catalogues say."""

from __future__ import annotations

import runpy
from pathlib import Path

from tests.plugins.page_blocks import slug

DOCS = Path(__file__).parent.parent / "docs"


def test_docs_are_up_to_date() -> None:
    writer = runpy.run_path(str(DOCS / "write.py"))
    found = {str(path.relative_to(DOCS)): path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}
    assert writer["by_hand"]() <= set(found)
    written = {name: text for name, text in found.items() if name not in writer["by_hand"]()}
    assert written == writer["pages"](), "run make docs"
    assert writer["ARCHITECTURE"].read_text(encoding="utf-8") == writer["architecture"](), "run make docs"


def test_a_decision_has_every_part() -> None:
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04d}" for number in range(1, len(pages) + 1)]
    for page in pages:
        headings = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        assert headings[0].startswith(f"# {page.name[:4]}. "), page.name
        assert headings[1:] == ["## Context", "## Decision", "## Consequence"], page.name


def test_the_index_of_names_is_up_to_date() -> None:
    writer = runpy.run_path(str(DOCS / "write.py"))
    assert writer["INDEX"].read_text(encoding="utf-8") == writer["index"](), "run make docs"


def test_a_page_of_a_code_has_every_part() -> None:
    text = (DOCS / "codes" / "hub-401003.md").read_text(encoding="utf-8")
    for part in ("Also reported as: `401003`", "- A retry ", "- Who can remove", "- Where it is seen", "How to tell: "):
        assert part in text
    assert "- Synchronise the device's clock with NTP." in text and "<https://learn.microsoft.com/" in text


def test_a_page_of_a_check_names_its_codes() -> None:
    text = (DOCS / "checks" / "partitions-readable.md").read_text(encoding="utf-8")
    assert "It judges: `stream`" in text and "[token-refused](../codes/token-refused.md)" in text


def test_every_link_leads_somewhere() -> None:
    for page in DOCS.rglob("*.md"):
        for target in page.read_text(encoding="utf-8").split("](")[1:]:
            name, _, anchor = target.partition(")")[0].partition("#")
            assert name.startswith("http") or (page.parent / name).exists(), f"{page}: {name}"
            if anchor and not name.startswith("http"):
                assert anchor in _anchors(page.parent / name if name else page), f"{page}: #{anchor}"


def _anchors(page: Path) -> set[str]:
    return {slug(line.lstrip("# ")) for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("#")}
