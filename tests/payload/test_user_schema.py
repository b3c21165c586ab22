"""A JSON Schema of the user's own: any draft, no network, and one error for what is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.payload import ModelError
from azext_iotdiag.payload.user_schema import UserSchema


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


def test_references_within_a_folder(tmp_path: Path) -> None:
    (tmp_path / "number.json").write_text('{"type": "number"}', encoding="utf-8")
    judge = schema(tmp_path, {"properties": {"a": {"$ref": "number.json"}}}).telemetry
    assert judge({"a": 1}) == [] and len(judge({"a": "1"})) == 1


@pytest.mark.parametrize(
    "reference", ["https://example.com/schema.json", "http://127.0.0.1:9/x", "gone.json", "#/gone"]
)
def test_references_that_lead_nowhere(tmp_path: Path, reference: str) -> None:
    judge = schema(tmp_path, {"properties": {"a": {"$ref": reference}}}).telemetry
    with pytest.raises(ModelError, match="not at hand"):
        judge({"a": 1})


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
