"""The whole text of queries. `test_agreement` runs such queries; this holds their text where no engine is at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from azext_iotdiag.payload import read_model
from azext_iotdiag.payload.kql import query
from tests.payload.kql.test_query import NUMBERS, STATUS, WORDS, interface, telemetry

PLAIN = interface(telemetry("heat", "double"))
NESTED = interface(telemetry("status", STATUS), telemetry("état", WORDS), telemetry("mode", NUMBERS))
SCHEMAS = interface(*(
    telemetry(f"n{number}", schema)
    for number, schema in enumerate((
        "boolean", "integer", "long", "float", "double", "string", "date", "dateTime", "time", "duration", "point",
        "polygon", "geopoint", "vector", "byte", "unsignedLong", "uuid", "bytes", "decimal",
        {"@type": "Array", "elementSchema": {"@type": "Array", "elementSchema": "double"}},
    ))
))  # fmt: skip
PARTS = [
    interface(telemetry("heat", "double"), {"@type": "Component", "name": "part", "schema": "dtmi:example:b;1"}),
    interface(telemetry("wet", "boolean"), id_="dtmi:example:b;1"),
]
NEEDED = interface(telemetry("pump", {"@type": "Object", "fields": [
    {"@type": ["Field", "Required"], "name": "level", "schema": "double"}, {"name": "note", "schema": "string"},
]})) | {"@context": ["dtmi:dtdl:context;4", "dtmi:dtdl:extension:requirement;1"]}  # fmt: skip
TABLE = query.KqlTable("Messages")
SAMPLES: dict[str, tuple[Any, query.KqlTable, str, str]] = {
    "plain": (PLAIN, TABLE, "adx", ""),
    "odd_names": (PLAIN, query.KqlTable("My messages", "Leib é", "the device"), "fabric", "Judge"),
    "nested": (NESTED, TABLE, "log-analytics", ""),
    "schemas": (SCHEMAS, TABLE, "adx", ""),
    "needed": (NEEDED, TABLE, "adx", ""),
    "components": (PARTS, query.KqlTable("Messages", component="Component"), "adx", "Judge"),
    "components_unnamed": (PARTS, TABLE, "adx", ""),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_golden(name: str, golden: Callable[[str, str], None]) -> None:
    model, table, target, function = SAMPLES[name]
    golden(f"kql/{name}.kql", query.text(read_model(model).document, table, target, function))
