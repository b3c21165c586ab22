"""The pages of docs/tutorials/, pasted from top to bottom into a shell on a terminal, with what each block shows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.conformance.conftest import CHECKOUT
from tests.plugins import page_blocks, pages
from tests.plugins.pages import reader  # noqa: F401  # a fixture

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="the pages are for a shell of POSIX"),
]
PAGES = sorted((CHECKOUT / "docs" / "tutorials").glob("*.md"))
SECRET = re.compile(r"SharedAccessKey=[A-Za-z0-9+/]{20}|[&?]sig=[A-Za-z0-9%]{20}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_from_top_to_bottom(reader: Path, page: Path) -> None:  # noqa: F811
    told = page_blocks.shells(page)
    ran = pages.run(reader, [block.text for block, _ in told], terminal=True)
    wrong = []
    for (block, expected), done in zip(told, ran):
        missing = page_blocks.differs(expected, done.shown) if expected else ""
        if done.code not in block.codes or done.failed or missing or "Traceback" in done.shown:
            wrong.append(f"## {block.heading}\n{block.text}exit code {done.code}; failed before: {done.failed}\n"
                         f"not shown in this place: {missing!r}\n{done.shown}")  # fmt: skip
    assert not wrong, "\n".join(wrong)
    assert not [done.shown for done in ran if SECRET.search(done.shown)]
    assert not list((reader / "here").iterdir()), "the page leaves files behind"
    assert not (reader / ".azure" / "iot-diag" / "labs" / "lab" / "lab.json").exists(), "the lab still runs"
