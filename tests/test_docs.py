"""docs/ says what the catalogues say."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def test_docs_are_up_to_date() -> None:
    wanted = runpy.run_path(str(DOCS / "write.py"))["pages"]()
    found = {str(path.relative_to(DOCS)): path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md")}
    assert found == wanted, "run make docs"


def test_every_link_leads_somewhere() -> None:
    for page in DOCS.rglob("*.md"):
        for target in page.read_text(encoding="utf-8").split("](")[1:]:
            name = target.partition(")")[0]
            assert name.startswith("http") or (page.parent / name).exists(), f"{page}: {name}"
