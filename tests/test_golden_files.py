"""Each golden file belongs to one file of tests, which alone may write it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parent
GOLDEN = re.compile(r'\bgolden\(\s*f?"([^"{]+)"')


def test_no_golden_file_is_compared_by_two_files_of_tests() -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for path in TESTS.rglob("test_*.py"):
        for name in GOLDEN.findall(path.read_text(encoding="utf-8")):
            users[name].add(str(path.relative_to(TESTS)))
    assert len(users) > 20
    assert {name: found for name, found in users.items() if len(found) > 1} == {}
