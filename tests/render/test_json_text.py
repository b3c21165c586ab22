"""JSON as data in which nothing is lost."""

from __future__ import annotations

import json

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag.model.json_depth import LEVELS, TooDeep
from azext_iotdiag.render.json_text import Number, Repeated, read, write

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("text", [
    "21.50", "1e999", "-0", "-0.0", "1E+5", "0", "123456789012345678901234567890.10", "1" * 5000, "-1", "true", "null",
    '{"a":[1.0,{"b":1.10}],"":{}}', '"\\"\\\\\\n"', '"ä😀"', "[]",
])  # fmt: skip
def test_it_is_written_as_it_was(text: str) -> None:
    assert write(read(text)) == text


@given(VALUES)
def test_it_is_what_json_says(value) -> None:
    text = json.dumps(value)
    assert read(text) == value == json.loads(write(read(text)))


def test_a_key_that_occurs_twice() -> None:
    assert read('{"a":1,"a":2}') == {"a": 2}
    with pytest.raises(Repeated):
        read('[{"b":{"a":1,"a":2}}]', repeated=False)
    assert read('[{"a":1},{"a":2}]', repeated=False) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(("query", "found"), [
    ("t", "21.50"), ("[?@ > `2`]", None), ("max(all)", "3.10"), ("sum(all)", "4.6"), ("sum(`[]`)", "0"),
    ("sum(vast)", '"inf"'),
    ("to_string(t)", '"21.5"'),
    ("type(t)", '"number"'), ("sort(all)[0]", "1.50"), ("t > `21.4`", "true"), ("all[?@ > `2`]", "[3.10]"),
    ("round(t)", None),
])  # fmt: skip
def test_jmespath_takes_a_number_for_a_number(query: str, found: str | None) -> None:
    data = read('{"t": 21.50, "all": [3.10, 1.50], "vast": [1e999]}')
    try:
        assert write(jmespath.search(query, data)) == (found or "null")
    except jmespath.exceptions.UnknownFunctionError:
        assert found is None


def test_a_number_is_the_float() -> None:
    assert Number("1.50") == 1.5 and isinstance(Number("1.50"), float) and Number("1.50").text == "1.50"


def test_what_is_shown_may_be_ten_levels_deeper_than_a_body() -> None:
    deepest = LEVELS + 10
    assert write(read("[" * deepest + "]" * deepest)) == "[" * deepest + "]" * deepest
    with pytest.raises(TooDeep):
        read("[" * (deepest + 1) + "]" * (deepest + 1))
