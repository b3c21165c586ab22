"""YAML that a reader of either version takes for what it was."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.render.json_text import read
from azext_iotdiag.render.yaml_text import document
from tests.render.test_event import STEERS, TEXTS
from tests.render.test_json_text import VALUES


def loaded(text: str):
    (value,) = yaml.safe_load_all(text)
    return value


@given(VALUES)
def test_any_value_comes_back(value) -> None:
    written = document(value)
    assert loaded(written) == value
    assert written.startswith("---\n") and written.endswith("\n")
    assert not STEERS.search(written.replace("\n", ""))


ODD = "no Yes ~ 1e5 0o17 1_000 12:30 2026-01-01 = << - -a a: a:b #b NaN .inf null y --- ... % ' !x &a *a ? Off | > @ `"


@given(TEXTS | st.sampled_from([*ODD.split(), "- a", "a: b", "a #b", "? a"]))
def test_any_text_comes_back(text: str) -> None:
    """PyYAML gives two lone surrogates for a pair of escapes, as JSON's reader does not; they are one text."""
    for value in (text, {text: text}, [text, [text]], {"a": {text: [text]}}):
        assert comparable(loaded(document(value))) == comparable(value)


def comparable(value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass")


@pytest.mark.parametrize("text", [
    "no", "Yes", "y", "N", "1e5", "0o17", "0x1F", "1_000", "12:30:00", "2026-01-01", "null", "~", "NaN", ".inf", "on",
    " a", "a ", "a: b", "a #b", "", "-", "=", "<<", "true",
])  # fmt: skip
def test_what_either_version_may_take_for_something_else_is_quoted(text: str) -> None:
    assert document(text) == f'---\n"{text}"\n'


@pytest.mark.parametrize(("number", "written"), [
    ("21.50", "21.50"), ("1e5", "!!float 1e5"), ("1.5E+3", "1.5E+3"), ("1.5e3", "!!float 1.5e3"), ("-0", "-0"),
    ("-0.0", "-0.0"), ("1e999", "!!float 1e999"), ("12345678901234567890123", "12345678901234567890123"),
])  # fmt: skip
def test_a_number_keeps_its_digits(number: str, written: str) -> None:
    assert document(read(number)) == f"---\n{written}\n"
    assert loaded(document(read(number))) == json.loads(number)


def test_a_long_key() -> None:
    value = {"k" * 2000: {"a": [1]}, "ü" * 2000: "b", "l": [{"m" * 2000: 1}]}
    assert loaded(document(value)) == value


def test_many_documents_are_one_stream() -> None:
    values = [{"a": 1}, "text", [], None, {"b": [{}]}]
    assert list(yaml.safe_load_all("".join(map(document, values)))) == values


@pytest.mark.parametrize(("character", "escape"), [
    ("\x7f", "\\x7f"), ("\xa0", "\\xa0"), ("\ufeff", "\\ufeff"), ("\u2028", "\\u2028"),
])  # fmt: skip
def test_what_cannot_be_seen_is_escaped(character: str, escape: str) -> None:
    """Two digits reach as far as U+00FF."""
    assert escape.lower() in document({"a": f"x{character}y"}).lower()
