"""Which regular expressions may take for ever."""

from __future__ import annotations

import pytest

from azext_iotdiag.payload.patterns import grows, may_be_endless, patterns


@pytest.mark.parametrize(("pattern", "endless"), [
    ("abc", False), ("a+", False), ("a+b*c?", False), ("[a-z]+-[0-9]{2}", False), ("(ab)+", False), ("(a{3})+", False),
    ("(a|b){2}", False), ("(a?){15}", False), ("((a{3}){3}){3}", False),
    ("(a+)+", True), ("(a*b)*", True), ("(a?){16}", True), ("(a{1,2})+", True), ("(a|ab)+", True),
    ("((ab|b)c)*", True), ("((a|b)c)*", False),  # of single letters the parser makes a set
    ("(?:(?:a+)b)+", True), ("(?=(a+)+)", True), ("(a)\\1", True), ("x(?:y(?:zz|w))*", True), ("(a{2,}){2,}", True),
    ("(", False),  # jsonschema refuses it by itself
])  # fmt: skip
def test_a_repetition_in_a_repetition_may_be_endless(pattern: str, endless: bool) -> None:
    assert may_be_endless(pattern) is endless


@pytest.mark.parametrize(("pattern", "more"), [
    ("abc", False), ("^abc$", False), ("a?", False), ("a{15}", False), ("^a+$", False), ("\\Aa+", False),
    ("a+", True), ("a{16}", True), ("^a+b+$", True), ("(a+)", True), ("$a+", True), ("", False), ("(", False),
])  # fmt: skip
def test_one_repetition_that_may_begin_anywhere_grows(pattern: str, more: bool) -> None:
    assert grows(pattern) is more


def test_every_pattern_of_a_schema_is_found_with_its_path() -> None:
    schema = {
        "pattern": "a",
        "properties": {"pattern": {"pattern": "b"}},
        "allOf": [{"patternProperties": {"c": {"pattern": "d"}}}, 5],
        "patternProperties": 5,
    }
    assert dict(patterns(schema)) == {
        ("pattern",): "a",
        ("properties", "pattern", "pattern"): "b",
        ("allOf", 0, "patternProperties", "c"): "c",
        ("allOf", 0, "patternProperties", "c", "pattern"): "d",
    }
