"""Tab-separated values that a shell can take apart."""

from __future__ import annotations

import pytest
from hypothesis import given

from azext_iotdiag.render import tsv
from azext_iotdiag.render.json_text import read
from tests.render.test_event import STEERS, TEXTS


@pytest.mark.parametrize(("value", "cell"), [
    ("null", ""), ("true", "true"), ("21.50", "21.50"), ('"a"', "a"), ('""', ""), ('{"a":[1, 2]}', '{"a":[1,2]}'),
    ("[]", "[]"), (r'"a\tb\nc\rd\\e"', r"a\tb\nc\rd\\e"), (r'["\t"]', r'["\t"]'),
])  # fmt: skip
def test_value(value: str, cell: str) -> None:
    assert tsv.value(read(value)) == cell


@given(TEXTS)
def test_any_text_is_in_one_cell_and_can_be_got_back(text: str) -> None:
    cell = tsv.value(text)
    assert not STEERS.search(cell)
    back = cell.encode("latin-1", "backslashreplace").decode("unicode_escape")
    assert back.encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")


def test_line() -> None:
    assert tsv.line([1, None, "a\tb"]) == "1\t\ta\\tb\n"
