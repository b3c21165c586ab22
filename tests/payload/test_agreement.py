"""Our rules and jsonschema agree about random values of random schemas, with formats judged by code of their own.

IOTDIAG_AGREEMENT_PAIRS asks for more than the 4,000 of every run; `make agreement` for 100,000.
"""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema

from azext_iotdiag.payload import read_model, schemas
from azext_iotdiag.payload.jsonschema import emit, emit_telemetry
from azext_iotdiag.payload.reading import ModelReading
from azext_iotdiag.payload.schema import Schema
from tests.payload import agreement, test_telemetry
from tests.payload.test_documents import TREE, V4, interface, telemetry
from tests.payload.test_rules import DOES_NOT, FITS, INTERFACE, WARNINGS
from tests.plugins.rows import all_rows

PAIRS = int(os.environ.get("IOTDIAG_AGREEMENT_PAIRS", "4000"))
model = read_model(INTERFACE)
formats = agreement.checker()


def read(schema: Any) -> tuple[Schema, dict[str, Schema]]:
    reading = ModelReading()
    reading.version = 4
    return schemas.read(reading, schema, "x", {}), reading.schemas


def validator(schema: Any) -> jsonschema.Draft4Validator:
    emitted = emit(*read(schema))
    jsonschema.Draft4Validator.check_schema(emitted)
    return jsonschema.Draft4Validator(emitted, format_checker=formats)


def fits(schema: Any, value: Any) -> bool:
    """Whether our rules find nothing but what DTDL does not say: where a position lies, and what GeoJSON asks for."""
    return all(found.entry.code in ("unlikely-position", "loose-geometry") for found in model.judge(schema, value))


def test_random_values_of_random_schemas() -> None:
    valid, last, judge = 0, None, None
    for schema, value in agreement.pairs(PAIRS, seed=PAIRS):
        if schema is not last or judge is None:
            last, judge = schema, validator(schema)
        other = judge.is_valid(value)
        valid += other
        assert fits(schema, value) == other, (json.dumps(schema), value, model.judge(schema, value))
    assert 0.2 < valid / PAIRS < 0.8, "most pairs are the same and tell nothing"


@all_rows(("schema", "texts"), FITS, ids=lambda each: str(each)[:30])
def test_rows_that_fit(schema: Any, texts: list[str]) -> None:
    for text in texts:
        assert validator(schema).is_valid(json.loads(text)), text


@all_rows(("schema", "code", "texts"), DOES_NOT, ids=lambda each: str(each)[:30])
def test_rows_that_do_not(schema: Any, code: str, texts: list[str]) -> None:
    for text in texts:
        if code in WARNINGS - {"loose-format", "integral-float"} or text == "-0":
            continue  # a place on no globe; and -0 is 0 once it has been read
        assert not validator(schema).is_valid(json.loads(text)), text


def test_a_whole_body() -> None:
    judge = jsonschema.Draft4Validator(emit_telemetry(test_telemetry.model.document.root.contents, {}))
    for value, component, expected in test_telemetry.ROWS:
        if component == "":
            found = {code for _, code, _ in expected} - {"ambiguous-name"}
            assert judge.is_valid(value) is not bool(found), value


def test_a_schema_that_contains_itself() -> None:
    document = read_model(interface("a", telemetry("tree", "dtmi:example:tree;1"), context=V4, schemas=[TREE])).document
    judge = jsonschema.Draft4Validator(emit_telemetry(document.root.contents, document.schemas))
    assert judge.is_valid({"tree": {"parts": [{"size": 1}]}})
    assert not judge.is_valid({"tree": {"parts": [{"size": "1"}]}})
