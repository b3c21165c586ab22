"""The query of a model: what stands in it, what it says that it cannot judge, and what names cannot do to it."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from azext_iotdiag.payload import read_model
from azext_iotdiag.payload.kql import nodes, query
from azext_iotdiag.payload.rules import TERMS
from tests.payload.kql import playing

V4 = ["dtmi:dtdl:context;4", "dtmi:iotcentral:context;2"]


def interface(*contents: dict[str, Any], id_: str = "dtmi:example:a;1") -> dict[str, Any]:
    return {"@context": V4, "@id": id_, "@type": "Interface", "contents": list(contents)}


def telemetry(name: str, schema: Any) -> dict[str, Any]:
    return {"@type": "Telemetry", "name": name, "schema": schema}


def enum(value: str) -> dict[str, Any]:
    """An enum with one value."""
    return {"@type": "Enum", "valueSchema": "string", "enumValues": [{"name": "n", "enumValue": value}]}


WORDS = {"@type": "Enum", "valueSchema": "string", "enumValues": [
    {"name": "idle", "enumValue": "idle"}, {"name": "busy", "enumValue": 'b"u\\sy'},
]}  # fmt: skip
NUMBERS = {"@type": "Enum", "valueSchema": "integer", "enumValues": [{"name": "off", "enumValue": 0}]}
STATUS = {"@type": "Object", "fields": [
    {"name": "level", "schema": "integer"},
    {"name": "list", "schema": {"@type": "Array", "elementSchema": "date"}},
    {"name": "map", "schema": {"@type": "Map", "mapKey": {"name": "k", "schema": "string"},
                               "mapValue": {"name": "v", "schema": NUMBERS}}},
]}  # fmt: skip
EVERY = interface(
    *(telemetry(f"of_{term}", term) for term in TERMS), telemetry("words", WORDS), telemetry("status", STATUS),
    {"@type": "Property", "name": "serial", "schema": "string"},
    {"@type": "Component", "name": "part", "schema": interface(telemetry("inner", "double"), id_="dtmi:example:b;1")},
)  # fmt: skip
FIELDS = interface(
    *(telemetry(f"t{number}", "double") for number in range(12)),
    *(telemetry(f"c{number}", "long") for number in range(6)),
    telemetry("words", WORDS), telemetry("status", STATUS), telemetry("place", "geopoint"),
    telemetry("at", "dateTime"), telemetry("length", "duration"), telemetry("on", "boolean"),
)  # fmt: skip
TABLE = query.KqlTable("Messages")


def text(model: dict[str, Any], table: query.KqlTable = TABLE, target: str = "adx", function: str = "") -> str:
    return query.text(read_model(model).document, table, target, function)


def test_a_template_of_24_fields_takes_less_than_200_lines() -> None:
    assert len(FIELDS["contents"]) == 24
    assert len(text(FIELDS).splitlines()) < 200


def test_every_term_has_a_kind_or_is_named_as_not_judged() -> None:
    made = nodes.of_model(read_model(EVERY).document, components=True)
    rows = {row.key: row.kind for row in made.rows}
    for term in TERMS:
        if rows[f"of_{term}"] == nodes.ANY:
            assert f"geometries ({term})" in made.unjudged


@pytest.mark.parametrize(("model", "component", "says"), [
    (EVERY, "", "the names of all components are judged together"),
    (EVERY, "", "geometries (polygon)"),
    (EVERY, "C", "-0"),
    (interface(telemetry("a", "unsignedLong")), "", "whether numbers above 2^63 are written as whole ones"),
    (interface(telemetry("a", "geopoint")), "", "unlikely-position"),
    (interface(telemetry("a", "date")), "", "moments after the year 9999"),
])  # fmt: skip
def test_the_header_says_what_is_not_judged(model: dict[str, Any], component: str, says: str) -> None:
    header = [
        line for line in text(model, query.KqlTable("T", component=component)).splitlines() if line.startswith("//")
    ]
    assert any(says in line for line in header)
    assert "together" not in text(EVERY, query.KqlTable("T", component="C"))


def test_a_schema_that_contains_itself_is_followed_to_a_depth() -> None:
    node = {"@type": "Object", "@id": "dtmi:example:tree;1", "fields": [
        {"name": "value", "schema": "double"},
        {"name": "inner", "schema": {"@type": "Array", "elementSchema": "dtmi:example:tree;1"}},
    ]}  # fmt: skip
    model = interface(telemetry("tree", "dtmi:example:tree;1")) | {"schemas": [node]}
    assert f"what lies deeper than {nodes.DEEPEST} levels" in text(model)


def test_a_model_without_telemetry_is_refused() -> None:
    with pytest.raises(query.NothingToQuery):
        text(interface({"@type": "Property", "name": "serial", "schema": "string"}))


def test_the_command_that_stores_a_function() -> None:
    lines = text(FIELDS, function="Wrong").splitlines()
    commands = [line for line in lines if not line.startswith("//")]
    assert commands[0].startswith(".create-or-alter function with (") and commands[0].endswith(" Wrong() {")
    assert commands[-1] == "}" and all(line.startswith("    ") for line in commands[1:-1])


HOSTILE = ['"] | take 1 //', "\\", '\\" | count', "a\nb", "\u2028x", "'; drop", "##vso[task.complete]", "\x1b[2J"]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_ends_its_text(name: str) -> None:
    made = text(
        interface(telemetry("a", enum(name)), telemetry(name, "double")), query.KqlTable(name, name, name, name)
    )
    plain = text(interface(telemetry("a", enum("v")), telemetry("b", "double")), query.KqlTable("T", component="C"))
    assert len(made.split("\n")) == len(plain.split("\n"))
    assert "\x1b" not in made


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info < (3, 11), reason="duckdb-kql needs Python 3.11 or later")
@pytest.mark.parametrize("name", ['"] | take 1 //', "\\", "'", "a b", "x'y", "ü"])
def test_names_of_any_kind_are_found(name: str) -> None:
    pytest.importorskip("duckdb_kql", reason="the engine for KQL, duckdb-kql, is not installed")
    free = {"@type": "Map", "mapKey": {"name": "k", "schema": "string"}, "mapValue": {"name": "v", "schema": "double"}}
    model = interface(telemetry("a", enum(name)), telemetry("b", free))
    document, judge = playing.judging(model)
    bodies: list[Any] = [{"a": name}, {"a": "n"}]
    if not {'"', "\\"} & set(name):  # the engine cannot take an object apart that has these in a name
        bodies += [{"b": {name: "x"}}, {name: 1}]
    sent = [playing.Sent(f"m{number}", "", json.dumps(body)) for number, body in enumerate(bodies)]
    assert playing.run(playing.text(document), sent) == playing.told(judge, sent)
