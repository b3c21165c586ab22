"""That the fast check of JSON says what the exact one says, whatever SQLite this machine has."""

from __future__ import annotations

import builtins
import json
import sqlite3
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.streams import json_check
from azext_iotdiag.streams.json_check import NOT_JSON, WORTH_ASKING, is_json_exactly
from tests.plugins.rows import all_rows

PADDING = " " * WORTH_ASKING
WORDS = [
    "{", "}", "[", "]", ",", ":", '"', "\\", "\\u00", "\\n", " ", "\n", "\t", "\r", "\v", "\f", "\0", "\x7f", "\x1f",
    "-", "+", ".", "0", "1", "12", "e", "E", "true", "false", "null", "NaN", "Infinity", "'", "/*", "*/", "//", "a",
    "ä", "😀", "\u2028", "\ufeff", "\xa0", "0x", "1.5e-7", '"a"', '"a":', "{}", "[]",
]  # fmt: skip
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def is_json(text: str) -> bool:
    """As for a body, whose bytes are at hand; a lone surrogate has none, and stands for what a body cannot hold."""
    return json_check.is_json(text, text.encode("utf-8", "surrogatepass"))


@pytest.fixture
def afresh() -> Iterator[None]:
    """SQLite is looked at again, and once more after the test."""
    json_check.strict_sqlite.cache_clear()
    yield
    json_check.strict_sqlite.cache_clear()


@all_rows("text", NOT_JSON, ids=ascii)
def test_what_is_no_json_is_refused_by_both(text: str) -> None:
    assert not is_json_exactly(text)
    assert not is_json(text)
    assert not is_json(text + PADDING)
    assert not is_json(PADDING + text)


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join) | st.text())
def test_both_agree_on_any_text(text: str) -> None:
    padded = text + PADDING
    assert is_json(padded) is is_json_exactly(padded)


@given(JSON_VALUES, st.booleans(), st.sampled_from([None, 1, "\t"]), st.data())
def test_both_agree_on_damaged_json(value, ascii_only: bool, indent, data: st.DataObject) -> None:
    text = json.dumps([value, PADDING], ensure_ascii=ascii_only, indent=indent)
    assert is_json(text)
    at = data.draw(st.integers(0, len(text)))
    width = data.draw(st.integers(0, 3))
    damaged = text[:at] + data.draw(st.sampled_from(["", *WORDS])) + text[at + width :]
    assert is_json(damaged) is is_json_exactly(damaged)


@pytest.mark.parametrize(("depth", "shallow"), [(10, True), (100, True), (101, False), (400, False), (60_000, False)])
def test_depth_is_no_matter_of_who_is_asked(depth: int, shallow: bool) -> None:
    text = "[" * depth + "]" * depth
    assert is_json(text) is is_json_exactly(text) is shallow
    assert not is_json("[" * depth + "]" * (depth - 1))


def test_a_zero_ends_no_text() -> None:
    assert not is_json("[1]" + PADDING + "\0")


def test_a_python_without_sqlite_is_exact_all_the_same(afresh, monkeypatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest):
        if name == "sqlite3":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert json_check.strict_sqlite() is None
    assert is_json("[1]" + PADDING)
    assert not is_json("[1,]" + PADDING)


def answering(answer) -> type:
    """A SQLite of its own kind: `answer` is its json_valid."""

    class Connection:
        def execute(self, query: str, parameters: tuple[str]):
            assert query == "SELECT 1 WHERE NOT json_valid(?)"
            row = None if answer(*parameters) else (1,)
            return SimpleNamespace(fetchone=lambda: row)

    return Connection


def lacking(_text: str) -> int:
    raise sqlite3.OperationalError("no such function: json_valid")


@pytest.mark.parametrize(
    "answer", [lacking, lambda _text: 1, lambda text: int(text != "[1,]"), lambda text: int("NaN" in text)]
)
def test_a_sqlite_that_is_not_strict_or_has_no_check_is_not_asked(afresh, monkeypatch, answer) -> None:
    monkeypatch.setattr(sqlite3, "connect", lambda *_arguments, **_named: answering(answer)())
    assert json_check.strict_sqlite() is None
    assert is_json("[1]" + PADDING)
    assert not is_json("[NaN]" + PADDING)


def test_a_strict_sqlite_is_asked(afresh, monkeypatch) -> None:
    asked: list[str] = []

    def strict(text: str) -> int:
        asked.append(text)
        return int(is_json_exactly(text))

    monkeypatch.setattr(sqlite3, "connect", lambda *_arguments, **_named: answering(strict)())
    assert is_json("[1]" + PADDING)
    assert asked[-1] == "[1]" + PADDING


def test_many_brackets_are_not_deep() -> None:
    wide = f"[{','.join(['[]'] * 300)}]"
    assert is_json(wide) and is_json_exactly(wide)
