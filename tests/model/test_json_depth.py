"""The limit of depth: the same for every reader and every Python, whole texts and broken ones."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azext_iotdiag._validators import messages
from azext_iotdiag.model.json_depth import LEVELS, TooDeep, behind, is_deeper, loads, may_be_deeper, place
from azext_iotdiag.payload import ModelError, NotJson, read_json, read_model
from azext_iotdiag.render import json_text
from azext_iotdiag.simulate.twin_and_methods import read_object
from azext_iotdiag.streams import json_records

DEEP = [LEVELS + 1, 990, 1100, 9_999, 60_000]  # around the limits that different versions of Python have


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize("levels", DEEP)
@pytest.mark.parametrize("broken", ["", "whole"])
def test_what_is_deeper_is_refused_in_the_same_words(levels: int, broken: str) -> None:
    text = nested(levels) if broken else "[" * levels
    with pytest.raises(TooDeep, match=f"nested deeper than {LEVELS} levels"):
        loads(text)
    with pytest.raises(NotJson, match=f"nested deeper than {LEVELS} levels") as found:
        read_json(text.encode())
    assert found.value.byte == LEVELS


def test_what_is_as_deep_as_the_limit_is_read() -> None:
    text = nested(LEVELS)
    assert loads(text) == read_json(text.encode()) == json.loads(text)
    assert loads(text.encode()) == json.loads(text)


def test_a_fault_before_the_limit_comes_first() -> None:
    with pytest.raises(json.JSONDecodeError):
        loads("[1 " + "[" * 5000)


def test_brackets_in_texts_do_not_count() -> None:
    text = json.dumps(["[{" * 500, "\\" * 3 + '"' + "[" * 200])
    assert may_be_deeper(text) and loads(text) == read_json(text.encode()) == json.loads(text)


@pytest.mark.parametrize("levels", DEEP)
def test_readers_of_the_tool_have_this_limit(levels: int) -> None:
    text = '{"a":' + nested(levels) + "}"
    assert read_object(text.encode()) == {}
    readers: list[tuple[Callable[[Any], Any], type[Exception]]] = [
        (lambda each: messages._json("--properties", each), Exception),
        (lambda each: json_text.read("[" * 10 + each + "]" * 10), TooDeep),
    ]
    for read, error in readers:
        with pytest.raises(error, match="nested deeper than"):
            read(text)


@pytest.mark.parametrize("levels", DEEP)
def test_a_model_that_is_too_deep(levels: int, tmp_path: Any) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"@id":"dtmi:a:b;1","@type":"Interface","contents":' + nested(levels) + "}", encoding="utf-8")
    with pytest.raises(ModelError, match="nested deeper than"):
        read_model(path)


@pytest.mark.parametrize("levels", DEEP)
@pytest.mark.parametrize("form", ["lines", "array", "documents"])
def test_a_record_that_is_too_deep_hides_none_of_the_others(levels: int, form: str) -> None:
    deep = '{"a":' + nested(levels) + "}"
    texts = [json.dumps({"n": number}) for number in range(3)]
    texts[1] = deep
    text = "\n".join(texts)
    if form == "array":
        text = "[\n" + ",\n".join(texts) + "\n]"
    elif form == "documents":
        text = "\n".join(each.replace(":", ":\n ", 1) for each in texts)
        deep = deep.replace(":", ":\n ", 1)
    found = [record.event.body for record in json_records.records(io.BytesIO(text.encode()), "f")]
    assert len(found) == 3 and found[1] == deep.encode()
    assert [json.loads(found[0]), json.loads(found[2])] == [{"n": 0}, {"n": 2}]


VALUES = st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3)
                      | st.dictionaries(st.text(max_size=2), inner, max_size=3), max_leaves=30)  # fmt: skip


@given(VALUES, st.integers(1, 6))
def test_depth_by_value_and_by_text_agree(value: Any, levels: int) -> None:
    text = json.dumps(value)
    assert is_deeper(value, levels) is (place(text, len(text), levels) >= 0)
    if isinstance(value, (dict, list)):
        assert behind(f" {text}, 1", 1) == 1 + len(text)


def test_the_limit_is_one_hundred_levels() -> None:
    assert LEVELS == 100 and str(TooDeep()) == "the JSON is nested deeper than 100 levels"


@pytest.mark.parametrize(("value", "levels"), [
    (7, 0), ("[[[", 0), ([], 1), ({}, 1), ([1, [2]], 2), ({"a": {"b": []}}, 3), ([{"a": 1}, [[]]], 3),
])  # fmt: skip
def test_how_deep_a_value_is(value: Any, levels: int) -> None:
    assert not is_deeper(value, levels)
    assert levels == 0 or is_deeper(value, levels - 1)


@pytest.mark.parametrize(("text", "levels", "at"), [
    ("[]", 0, 0), ("[]", 1, -1), ('{"a":[]}', 1, 5), ("[1,[2],[3]]", 1, 3), ("[[],[]]", 2, -1), ("]]]]", 0, -1),
    ('"[[["', 0, -1), ('["]",[]]', 1, 5), (r'["\"",[]]', 1, 6), ("7", 0, -1),
])  # fmt: skip
def test_where_a_text_becomes_too_deep(text: str, levels: int, at: int) -> None:
    assert place(text, len(text), levels) == at
    assert at < 0 or place(text, at, levels) == -1, "what stands behind the end does not count"


@pytest.mark.parametrize(("text", "start", "end"), [
    ("[]", 0, 2), ("[[1],{}] x", 0, 8), (" {} []", 1, 3), (" {} []", 4, 6), ('["]"]', 0, 5), ("[[]", 0, -1),
    ("", 0, -1),
])  # fmt: skip
def test_where_an_object_or_list_ends(text: str, start: int, end: int) -> None:
    assert behind(text, start) == end


@pytest.mark.parametrize(("text", "may"), [
    (nested(LEVELS), False), (nested(LEVELS + 1), True), ("[" * (LEVELS + 1) + "]" * (LEVELS - 1), False),
    (" " * LEVELS + nested(LEVELS), False), ('{"a":' * (LEVELS + 1), True), ("[1]" * (LEVELS + 1), True),
])  # fmt: skip
def test_a_text_that_has_fewer_brackets_is_certainly_not_too_deep(text: str, may: bool) -> None:
    """A whole text takes two characters for a level, so that a shorter one is not looked at."""
    assert may_be_deeper(text) is may


def test_another_limit_may_be_asked_for_and_hooks_are_passed_on() -> None:
    with pytest.raises(TooDeep):
        loads("[[]]", levels=1)
    assert loads("[[]]", levels=2) == [[]]
    with pytest.raises(TooDeep):
        loads("[[}", levels=1)
    assert loads("[1.5]", parse_float=str) == ["1.5"]
