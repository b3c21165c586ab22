"""No step of the four articles is left out: each stands in the table of a page of docs/tutorials/, and has a block.

tests/tutorials/ lists the steps in our own words: each click, program, query, status, error and hint. `must` names the
words, between bars, that the blocks of the step's sections hold.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.plugins.page_blocks import Block, blocks, slug

HERE = Path(__file__).parent
PAGES = HERE.parent / "docs" / "tutorials"
LISTS = sorted((HERE / "tutorials").glob("*.tsv"))
ARTICLES = {"IoT Central", "connectivity", "disconnects 2018", "disconnects 2020"}
KINDS = {"click", "program", "query", "status", "error", "hint"}
_ROW = re.compile(r"^\| `([\w-]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)


class Step(NamedTuple):
    """A step of an article."""

    id: str
    article: str
    kind: str
    step: str
    must: str


def steps(path: Path) -> list[Step]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Step(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


def sections(page: Path) -> dict[str, list[Block]]:
    """The blocks of each section, by the name that a link has for it."""
    found: dict[str, list[Block]] = {}
    for block in blocks(page):
        found.setdefault(slug(block.heading), []).append(block)
    return found


def open_steps(path: Path) -> list[str]:
    """What is missing on a page, by step."""
    page = PAGES / f"{path.stem}.md"
    rows = {name: (step, where) for name, step, where in _ROW.findall(page.read_text(encoding="utf-8"))}
    by_section, missing = sections(page), []
    for step in steps(path):
        told, where = rows.pop(step.id, ("", ""))
        linked = [by_section.get(name, []) for name in re.findall(r"\]\(#([^)]+)\)", where)]
        text = "\n".join(block.text for section in linked for block in section)
        if told != step.step:
            missing.append(f"{step.id}: the table does not name it, or says {told!r}")
        elif not linked or not all(any(block.language == "sh" for block in section) for section in linked):
            missing.append(f"{step.id}: no block belongs to it")
        missing += [f"{step.id}: no block holds {word!r}" for word in step.must.split("|") if word not in text]
    return [*missing, *(f"{name}: no such step" for name in rows)]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_each_step_has_a_block(path: Path) -> None:
    assert open_steps(path) == []


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_the_list_of_steps_is_whole(path: Path) -> None:
    listed = steps(path)
    assert len({step.id for step in listed}) == len(listed) > 20
    assert all(step.kind in KINDS and step.step and step.must for step in listed)
    assert {article for step in listed for article in step.article.split(", ")} <= ARTICLES


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_each_section_says_its_right_and_its_cost(page: Path) -> None:
    for text in re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        if "```sh" in text:
            assert "**Right:** " in text and "**Cost:** " in text, text.partition("\n")[0]
            assert text.index("**Right:** ") < text.index("```sh"), text.partition("\n")[0]


def test_a_step_without_a_block_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_tutorials.PAGES", tmp_path)
    table = "| `one-1` | Click here | [Step 1](#1-look) |\n| `one-2` | Click there | [Step 2](#2-read) |\n"
    (tmp_path / "one.md").write_text(f"# One\n## 1. Look\n```sh\naz iot diag check\n```\n## 2. Read\nText.\n{table}")
    listed = tmp_path / "one.tsv"
    rows = ["id article kind step must", "one-1 x click Click_here check", "one-2 x click Click_there explain",
            "one-3 x click More check"]  # fmt: skip
    listed.write_text("\n".join("\t".join(row.split()).replace("_", " ") for row in rows) + "\n")
    assert open_steps(listed) == [
        "one-2: no block belongs to it", "one-2: no block holds 'explain'",
        "one-3: the table does not name it, or says ''", "one-3: no block holds 'check'",
    ]  # fmt: skip
