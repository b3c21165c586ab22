"""Random bytes, damaged documents and random values: what comes back is a value, findings, or the one error for it.

IOTDIAG_FUZZ_CASES asks for more cases than the 5,000 of every run.
"""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azext_iotdiag.model.event import Event
from azext_iotdiag.model.finding import Finding
from azext_iotdiag.payload import ModelError, NotJson, Reason, read_json, read_model
from azext_iotdiag.payload.message import judge
from tests.payload import test_properties, test_rules, test_telemetry
from tests.plugins.effort import cases

CASES = int(os.environ.get("IOTDIAG_FUZZ_CASES", "5000"))
BODY = json.dumps({"temperature": 21.5, "level": -0, "text": 'a "quoted" ° \\ text', "list": [1, {"x": None}]}).encode()
NOISE = [b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"-0", b"1e9", b"NaN", b"\x00", b"\xff", b"\xc3", b"//", b"'"]
SCHEMAS = [schema for schema, _ in test_rules.FITS]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
model = read_model(test_rules.INTERFACE)


def damaged(body: bytes, chance: random.Random) -> bytes:
    """The body with a piece of it cut out, repeated, or replaced by something that matters in JSON."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(body) + 1)
        end = min(len(body), start + chance.choice([0, 1, 1, 2, 8]))
        piece = chance.choice([b"", body[start:end] * 2, chance.choice(NOISE), chance.randbytes(chance.randint(1, 3))])
        body = body[:start] + piece + body[end:]
    return body


def test_damaged_bodies() -> None:
    chance = random.Random(5)
    for _ in range(CASES):
        body = damaged(BODY, chance)
        found = judge(Event("", "d", "", "", "", 0, "", 0, {}, {}, {}, body), test_telemetry.model)
        assert all(isinstance(each, Finding) for each in found)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes(body: bytes) -> None:
    try:
        assert read_json(body) == json.loads(body)
    except NotJson as wrong:
        assert 0 <= wrong.byte <= len(body) and wrong.line >= 1 and wrong.column >= 1


@settings(deadline=None)
@given(json_values)
def test_json_is_read_as_python_reads_it(value: Any) -> None:
    body = json.dumps(value).encode()
    try:
        assert read_json(body) == json.loads(body)
    except NotJson as wrong:  # for Python a string with JSON in it is JSON, and so is Infinity, which it writes itself
        assert wrong.reason in (Reason.JSON_IN_A_STRING, Reason.NOT_A_NUMBER)
        assert isinstance(value, str) or b"Infinity" in body


@settings(deadline=None)
@given(json_values)
def test_any_value_against_any_schema(value: Any) -> None:
    for schema in SCHEMAS:
        assert all(each.message and each.path.startswith("$") for each in model.judge(schema, value))


@settings(deadline=None)
@given(json_values)
def test_any_value_as_properties(value: Any) -> None:
    for patch in (value, {"interval": value, "limits": {"value": value, "ac": 200, "av": 1}, "thermostat1": value}):
        assert all(each.message for each in test_properties.model.reported(patch))


@settings(max_examples=cases(200), deadline=None)
@given(st.data())
def test_damaged_models(data: st.DataObject) -> None:
    """A part of a model is replaced by anything at all: it is a model, or no model."""
    document = json.loads(json.dumps([test_telemetry.MODEL, test_telemetry.OTHER]))
    part: Any = document
    for _ in range(data.draw(st.integers(0, 6))):
        keys = list(part) if isinstance(part, dict) else list(range(len(part)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if not isinstance(part[key], (dict, list)) or data.draw(st.booleans()):
            part[key] = data.draw(json_values)
            break
        part = part[key]
    try:
        read_model(document).telemetry({"temperature": 1, "x": 2})
    except ModelError as wrong:
        assert str(wrong)


@settings(deadline=None)
@given(json_values)
def test_no_value_is_a_model_by_chance(document: Any) -> None:
    with pytest.raises(ModelError):
        read_model(document)
