"""Small logs from the field with the outcome that is right: the root, and every code with its lines."""

from __future__ import annotations

from pathlib import Path

from azext_iotdiag.insights.reading import read_text
from tests.plugins.rows import all_rows

FOLDER = Path(__file__).parent / "cases"
EXPECTED = [tuple(row.split("\t")) for row in (FOLDER / "expected.tsv").read_text(encoding="utf-8").splitlines()]


@all_rows(("name", "root", "found"), EXPECTED)
def test_a_case_has_its_outcome(name: str, root: str, found: str) -> None:
    story = read_text((FOLDER / name).read_text(encoding="utf-8"))
    told = f"{'|'.join(each.code for each in story.root.entries)}@{story.root.line}" if story.root else ""
    lines = {f"{each.entry.code}:{','.join(map(str, each.lines))}" for each in story.mentions}
    assert (told, lines) == (root, set(found.split()))


def test_every_case_is_listed() -> None:
    assert sorted(path.name for path in FOLDER.glob("*.log")) == [name for name, *_ in EXPECTED]
