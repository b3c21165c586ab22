"""The values of AMQP properties as JSON: what goes in can be told from what comes out."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any
from uuid import UUID

import pytest

from azext_iotdiag.model.values import json_of, text_of


@pytest.mark.parametrize(("value", "shown"), [
    ("a°", '"a°"'), ("a\n\"", r'"a\n\""'), (7, "7"), (2**70, str(2**70)), (True, "true"), (None, "null"), (1.5, "1.5"),
    (float("nan"), '"nan"'), (float("-inf"), '"-inf"'), (b"text", '"text"'), (bytearray(b"x"), '"x"'),
    (b"\xff\x00", '{"base64":"/wA="}'), ({"a": 1, "b": None}, '{"a":1,"b":null}'),
    ({"a": b"\xff"}, '{"a":{"base64":"/w=="}}'), ({1: "x"}, '{"1":"x"}'), ({b"k": 1}, '{"k":1}'),
    ({1: "a", "1": "b"}, '[[1,"a"],["1","b"]]'), ({None: 1, "null": 2}, '[[null,1],["null",2]]'),
    ([1, (b"x", 2.5)], '[1,["x",2.5]]'), (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
    ({"a": {1: [float("inf")]}}, '{"a":{"1":["inf"]}}'),
])  # fmt: skip
def test_as_json(value: Any, shown: str) -> None:
    assert json_of(value) == shown
    json.loads(shown)


@pytest.mark.parametrize(("value", "shown"), [
    ("a b", "a b"), (b"a", "a"), (b"\xff", '{"base64":"/w=="}'), (1, "1"), (True, "true"), ([1, "a"], '[1,"a"]'),
    (float("nan"), "nan"), (datetime(2026, 1, 1, tzinfo=timezone.utc), "2026-01-01 00:00:00+00:00"),
])  # fmt: skip
def test_for_a_person(value: Any, shown: str) -> None:
    """Text stands without quotation marks."""
    assert text_of(value) == shown
