"""A JSON Schema of the user's own: any draft, no network, and one error for what is none."""

from __future__ import annotations

import itertools
import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import ModelError, deadline, user_schema
from azext_iotdiag.payload.user_schema import UserSchema
from tests.plugins.rows import all_rows


def schema(folder: Path, document: Any) -> UserSchema:
    path = folder / "schema.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return UserSchema(path)


@pytest.mark.parametrize("draft", [
    "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-07/schema#",
    "https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema", None,
])  # fmt: skip
def test_drafts(tmp_path: Path, draft: str | None) -> None:
    document = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}}
    judge = schema(tmp_path, document | ({"$schema": draft} if draft else {})).telemetry
    assert judge({"a": [1, 2]}) == []
    (found,) = judge({"a": [1, "x"]})
    assert (found.entry.code, found.path, found.evidence["keyword"]) == ("schema-violation", "$.a[1]", "type")


def test_formats_are_checked(tmp_path: Path) -> None:
    judge = schema(tmp_path, {"properties": {"d": {"format": "date"}}}).telemetry
    assert judge({"d": "2026-11-20"}) == [] and len(judge({"d": "2026-02-30"})) == 1


def test_long_values_are_cut(tmp_path: Path) -> None:
    (found,) = schema(tmp_path, {"type": "integer"}).telemetry("x" * 10_000)
    assert len(found.message) < 300


OUTSIDE = [
    "https://example.com/schema.json", "http://127.0.0.1:9/x", "ftp://127.0.0.1/x", "other.json", "./other.json#/a",
    "/etc/passwd", "file:///etc/passwd", "//127.0.0.1/x", "data:application/json,{}", "urn:uuid:1", "#/gone",
    "gone.json",
]  # fmt: skip


@pytest.fixture
def nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ends the test where a socket is made or a URL opened."""

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("something was opened")

    monkeypatch.setattr("socket.socket.connect", opened)
    monkeypatch.setattr("urllib.request.urlopen", opened)
    monkeypatch.setattr("jsonschema.validators.urlopen", opened)


KEYWORDS = ("$ref", "$dynamicRef", "$recursiveRef")
BASES: tuple[dict[str, str], ...] = ({}, {"$id": "http://127.0.0.1:9/root.json"}, {"$id": "folder/root.json"})


@all_rows(("keyword", "base", "reference"), itertools.product(KEYWORDS, BASES, OUTSIDE))
def test_references_out_of_the_document(
    tmp_path: Path, nothing_is_opened: None, reference: str, base: dict, keyword: str
) -> None:
    """Neither a file beside it is read nor a network asked."""
    (tmp_path / "other.json").write_text('{"a": {"type": "number"}}', encoding="utf-8")
    drafts = {"$dynamicRef": "https://json-schema.org/draft/2020-12/schema",
              "$recursiveRef": "https://json-schema.org/draft/2019-09/schema"}  # fmt: skip
    draft = {"$schema": drafts[keyword]} if keyword in drafts else {}
    document = {**draft, **base, "properties": {"a": {keyword: reference}}}
    if keyword == "$recursiveRef":
        # The standard allows nothing but "#" here.
        assert [each.entry.code for each in schema(tmp_path, document).telemetry({"a": 1})] == ["schema-unusable"]
        return
    with pytest.raises(ModelError, match="was not found"):  # before the first message
        schema(tmp_path, document)


@pytest.mark.parametrize("document", [
    {"items": {"$ref": "gone.json"}}, {"items": [{"$ref": "gone.json"}]}, {"allOf": [{"not": {"$ref": "gone.json"}}]},
    {"patternProperties": {"a": {"$ref": "gone.json"}}}, {"dependencies": {"a": {"$ref": "gone.json"}}},
    {"definitions": {"n": {"items": {"$ref": "gone.json"}}}, "properties": {"a": {"$ref": "#/definitions/n"}}},
    {"additionalProperties": {"$id": "http://127.0.0.1:9/inner.json", "items": {"$ref": "gone.json"}}},
])  # fmt: skip
def test_a_reference_is_found_wherever_it_is_tried(
    tmp_path: Path, nothing_is_opened: None, document: dict[str, Any]
) -> None:
    with pytest.raises(ModelError, match=r"gone\.json is no part of this document"):
        schema(tmp_path, document)


@pytest.mark.parametrize("document", [
    {"definitions": {"n": {"$ref": "gone.json"}}}, {"enum": [{"$ref": "gone.json"}, 1]},
    {"x-note": {"$ref": "gone.json"}},
    {"properties": {"$ref": {"type": "number"}}}, {"const": {"$ref": "gone.json"}},
    {"$ref": "http://json-schema.org/draft-07/schema#"},
])  # fmt: skip
def test_what_is_never_tried_is_no_reference(tmp_path: Path, nothing_is_opened: None, document: dict[str, Any]) -> None:
    schema(tmp_path, document)


@pytest.mark.parametrize("base", [{}, {"$id": "http://127.0.0.1:9/root.json"}, {"$id": "folder/root.json"}])
@pytest.mark.parametrize("reference", ["#/$defs/n", "number.json", "#number"])
def test_references_within_the_document(
    tmp_path: Path, nothing_is_opened: None, base: dict[str, str], reference: str
) -> None:
    definition = {"type": "number", "$id": "number.json"} if reference == "number.json" else {"type": "number"}
    definition |= {"$anchor": "number"} if reference == "#number" else {}
    document = {"$schema": "https://json-schema.org/draft/2020-12/schema", **base, "$defs": {"n": definition},
                "properties": {"a": {"$ref": reference}}}  # fmt: skip
    judge = schema(tmp_path, document).telemetry
    assert judge({"a": 1}) == [] and len(judge({"a": "1"})) == 1


def test_a_schema_that_refers_to_itself(tmp_path: Path) -> None:
    document = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                "additionalProperties": {"$ref": "#"}}  # fmt: skip
    judge = schema(tmp_path, document).telemetry
    assert judge({"a": {"b": {}}}) == [] and [each.path for each in judge({"a": {"b": 1}})] == ["$.a.b"]


WRONG_TYPES = [
    {"$schema": 5}, {"$schema": None}, {"$schema": ["x"]}, {"$schema": {}}, {"$schema": "http://["}, {"$id": 5},
    {"$ref": 5}, {"properties": 5}, {"properties": {"a": 5}}, {"required": 5}, {"pattern": 5},
    {"pattern": "("}, {"type": 5},
    {"patternProperties": {"(": {}}}, {"enum": 5}, {"items": 5}, {"allOf": {}}, {"minimum": "1"}, {"multipleOf": 0},
    {"properties": {"a": {"$schema": 5}}},
]  # fmt: skip


@all_rows(("draft", "document"), itertools.product((4, 6, 7, 2019, 2020), WRONG_TYPES))
def test_wrong_types_in_a_schema(tmp_path: Path, document: dict[str, Any], draft: int) -> None:
    name = f"http://json-schema.org/draft-0{draft}/schema#" if draft < 10 else (
        f"https://json-schema.org/draft/{'2019-09' if draft == 2019 else '2020-12'}/schema"
    )  # fmt: skip
    value = {"a": 1, "(": 1, "x": "text"}
    try:
        judge = schema(tmp_path, {"$schema": name} | document).telemetry
        found = [*judge(value), *judge("text"), *judge([1]), *judge(1)]
    except ModelError as wrong:
        assert "schema.json" in str(wrong)
    else:
        # Draft 4 knows nothing of some names. Else the schema breaks off while a body is judged.
        assert {each.entry.code for each in found} <= {"schema-unusable"}
        assert found or (draft == 4 and {"$id", "$ref"} & document.keys())


BREAKS = [
    ({"properties": {"a": {"$ref": 5}}}, {"a": 1}, "/properties/a/$ref"),
    ({"patternProperties": {"(": {}}}, {"a": 1}, "/patternProperties"),
    ({"properties": {"a": {"anyOf": [{"patternProperties": {"[": {}}}, {}]}}}, {"a": {"b": 1}},
     "/properties/a/anyOf/0/patternProperties"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "value", "place"), BREAKS)
def test_a_schema_that_breaks_off_while_judging(
    tmp_path: Path, document: dict[str, Any], value: Any, place: str
) -> None:
    """A finding names the place in the schema, and other bodies are still judged."""
    judge = schema(tmp_path, {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object"} | document)
    (found,) = judge.telemetry(value)
    assert (found.entry.code, found.severity, found.evidence["place"]) == ("schema-unusable", Severity.FAIL, place)
    assert place in found.message
    assert [each.entry.code for each in judge.telemetry(1)] in (["schema-violation"], ["schema-unusable"])


HOSTILE = [
    ({"pattern": "^(a+)+$"}, "a" * 60 + "b"),
    ({"pattern": "(a|a)*$"}, "a" * 60 + "b"),
    ({"pattern": "^(.*?,){30}P"}, "1," * 60),
    ({"propertyNames": {"pattern": "^(a+)+$"}}, {"a" * 60 + "b": 1}),
    ({"patternProperties": {"^(a+)+$": {}}}, {"a" * 60 + "b": 1}),
    ({"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}, {"a" * 60 + "b": 1}),
    ({"allOf": [{"$ref": "#/definitions/p0"}], "definitions": {
        f"p{number}": {"allOf": [{"$ref": f"#/definitions/p{number + 1}"}] * 10} if number < 12 else {}
        for number in range(13)
    }}, 1),
]  # fmt: skip


@pytest.mark.skipif(not deadline.available(), reason="this system has no timer of computing time")
@pytest.mark.parametrize(("document", "value"), HOSTILE)
def test_a_value_that_would_take_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, document: dict[str, Any], value: Any
) -> None:
    monkeypatch.setattr(user_schema, "SECONDS", 0.1)
    judge = schema(tmp_path, document)
    began = time.process_time()
    (found,) = judge.telemetry(value)
    assert (found.entry.code, found.severity) == ("schema-undecided", Severity.FAIL)
    assert time.process_time() - began < 5
    if "allOf" not in document:
        assert "the pattern" in found.message
        assert [each.entry.code for each in judge.telemetry(5)] == []  # the next one is judged as ever
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


@pytest.mark.skipif(not deadline.available(), reason="this system has no timer of computing time")
def test_many_such_values_take_less_and_less_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sender of hostile messages cannot keep the command busy for two seconds with each."""
    monkeypatch.setattr(user_schema, "SECONDS", 0.2)
    judge = schema(tmp_path, {"pattern": "^(a+)+$"})
    began = time.process_time()
    found = [judge.telemetry("a" * 60 + "b")[0].message for _ in range(6)]
    assert [float(each.split("more than ")[1].split(" s")[0]) for each in found] == [0.2, 0.1, 0.05, 0.05, 0.05, 0.05]
    assert time.process_time() - began < 2
    assert judge.telemetry("aaa") == []
    assert "more than 0.2 s" in judge.telemetry("a" * 60 + "b")[0].message, (
        "a value that was judged gives the time back"
    )


@pytest.mark.parametrize("pattern", ["a+b", "x.*y.*z", "^a*a*$"])
def test_a_long_text_and_a_pattern_whose_time_grows_with_the_square(tmp_path: Path, pattern: str) -> None:
    """Found by counting characters: nothing could end `re` at once here."""
    judge = schema(tmp_path, {"properties": {"a": {"pattern": pattern}}}).telemetry
    began = time.process_time()
    (found,) = judge({"a": "a" * 250_000})
    assert "too long for the pattern" in found.message and found.path == "$.a"
    assert time.process_time() - began < 2
    assert judge({"a": "xaabyz"}) == [] or pattern.startswith("^")


def test_a_long_name_and_such_a_pattern(tmp_path: Path) -> None:
    judge = schema(tmp_path, {"patternProperties": {"a+b": {}}, "additionalProperties": False}).telemetry
    assert [each.entry.code for each in judge({"a" * 250_000: 1})] == ["schema-undecided"]


def test_a_long_text_and_a_pattern_that_reads_it_once(tmp_path: Path) -> None:
    judge = schema(tmp_path, {"pattern": "^[A-Za-z0-9+/]*={0,2}$"}).telemetry
    assert judge("A" * 250_000) == [] and len(judge("A" * 250_000 + "!")) == 1


def test_where_nothing_can_end_it_such_a_pattern_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "available", lambda: False)
    with pytest.raises(ModelError, match=r"/properties/a/pattern has a repetition within another"):
        schema(tmp_path, {"properties": {"a": {"pattern": "(a+)+"}}})
    assert schema(tmp_path, {"pattern": "^[a-z]+$"}).telemetry("abc") == []


def test_in_another_thread_such_a_pattern_is_refused(tmp_path: Path) -> None:
    judge = schema(tmp_path, {"pattern": "(a+)+"})
    with ThreadPoolExecutor(1) as pool, pytest.raises(ModelError, match="repetition within another"):
        pool.submit(judge.telemetry, "a").result(timeout=30)


@pytest.mark.parametrize("text", ["", "[]", '{"type": "thing"}', '{"type":', "5"])
def test_no_schema(tmp_path: Path, text: str) -> None:
    path = tmp_path / "schema.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=r"schema\.json"):
        UserSchema(path)


def test_a_value_nested_too_deep(tmp_path: Path) -> None:
    judge = schema(tmp_path, {"additionalProperties": {"$ref": "#"}}).telemetry
    value: Any = {}
    for _ in range(5000):
        value = {"a": value}
    assert [each.entry.code for each in judge(value)] == ["schema-violation"]


@pytest.mark.parametrize("document", [
    {"$ref": "#"}, {"allOf": [{"$ref": "#"}]},
    {"definitions": {"a": {"$ref": "#/definitions/a"}}, "$ref": "#/definitions/a"},
])  # fmt: skip
def test_a_schema_that_leads_back_to_itself_is_not_the_fault_of_the_value(tmp_path: Path, document: dict) -> None:
    (found,) = schema(tmp_path, document).telemetry({"a": 1})
    assert found.entry.code == "schema-unusable" and "lead back to it" in found.message
