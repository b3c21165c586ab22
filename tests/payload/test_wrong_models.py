"""What is said of each mistake in a model: of contexts, identifiers, types, keys, plain values, and of extensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from azext_iotdiag.payload.language import lint
from tests.payload.test_documents import V2, V3, V4, component, interface, telemetry

CENTRAL, LIMITLESS, ONVIF = "dtmi:iotcentral:context;2", f"{V4}#limitless", "dtmi:dtdl:limits:onvif;1"
OPEN = "dtmi:foo:bar;1"
UNITS_3, UNITS_4 = (f"dtmi:dtdl:extension:quantitativeTypes;{each}" for each in (1, 2))
ANNOTATION, OVERRIDING, STREAMING, REQUIREMENT, MQTT = (
    f"dtmi:dtdl:extension:{each}" for each in ("annotation;2", "overriding;2", "streaming;1", "requirement;1", "mqtt;3")
)
BOX = {"@type": "Object", "fields": [{"name": "a", "schema": "double"}]}
ENUM = {"@type": "Enum", "valueSchema": "integer", "enumValues": [{"name": "x", "enumValue": 1}]}


def typed(*types: str, schema: Any = "double", name: str = "t", **more: Any) -> dict[str, Any]:
    return telemetry(name, schema, **more) | {"@type": ["Telemetry", *types]}


def enum(value: Any, schema: str = "integer", *more: Mapping[str, Any]) -> dict[str, Any]:
    values = [{"name": "x", "enumValue": value}, *more]
    return telemetry("t", {"@type": "Enum", "valueSchema": schema, "enumValues": values})


def result(*fields: Any, **more: Any) -> dict[str, Any]:
    return telemetry("t", {"@type": ["Object", "Result"], "fields": list(fields)} | more)


def field(*types: str, name: str = "a", schema: Any = "double") -> dict[str, Any]:
    return {"@type": ["Field", *types], "name": name, "schema": schema}


CONTEXTS: list[Any] = [
    V2, V3, V4, "dtmi:dtdl:context;5", "dtmi:dtdl:context;1", "dtmi:dtdl:context", "dtmi:dtdl:context;02",
    "dtmi:dtdl:context;2.1", "dtmi:dtdl:context;3.1", [], [5], {}, [{"x": "dtmi:a:b;1"}, V2], ["not a context", V2],
    [V2, "dtmi:foo:bar#x"], [OPEN], [OPEN, V2], [CENTRAL, V2], [V2, CENTRAL], [V3, CENTRAL], [V2, OPEN],
    [V2, "dtmi:foo:bar"], [V2, "dtmi:foo:bar;1.1"], [V3, OPEN], [V3, "dtmi:foo:bar"], [V3, UNITS_3], [V3, UNITS_4],
    [V3, "dtmi:dtdl:extension:quantitativeTypes;9"], [V3, "dtmi:dtdl:extension:quantitativetypes;1"], [V2, UNITS_3],
    [UNITS_3, V3], [UNITS_3], f"{V2}#limitless", f"{V3}#limits", f"{V4}#other", LIMITLESS, [LIMITLESS, ONVIF],
    [LIMITLESS, f"{V4}#limits"], f"{V4}#limits", [LIMITLESS, V4], [LIMITLESS, V3], [LIMITLESS, f"{V4}#limitless"],
    [V4, ONVIF], [LIMITLESS, "dtmi:dtdl:limits:onvif;2"], [V2, ONVIF], [V2, "dtmi:dtdl:limits:onvif;2"],
    "http://azureiot.com/v1/contexts/Other.json",
]  # fmt: skip
IDENTIFIERS: list[Any] = [
    5, "urn:example:a:1", "DTMI:example:a;1", "dtmi:example:a", "dtmi:example:a;1.1", "dtmi:example:_a;1", "example",
    "dtmi:dtdl:a;1", "dtmi:standard:a;1", "dtmi:iotcentral:a;1", f"dtmi:{'a' * 121};1", f"dtmi:{'a' * 122};1",
    "dtmi:example:a;0", "dtmi:example:a;1234567890",
]  # fmt: skip
CONTENTS: dict[str, list[tuple[Any, Any]]] = {
    "types": [
        (V2, typed("Temperature", "Humidity", unit="kelvin")),
        (V2, typed("Temperature", schema="string", unit="kelvin")),
        (V2, typed("Nothing")), (V2, typed("dtmi:dtdl:class:Telemetry;2")), (V2, typed("dtmi:dtdl:class:Telemetry;3")),
        (V2, typed("dtmi:foo:bar;1")), (V2, typed("dtmi:foo;1.2")), (V2, typed("dtmi:foo bar")),
        (V2, typed("Property")),
        (V2, typed("name")), (V2, typed("Double")), (V2, typed("double")), ([V2, OPEN], typed("dtmi:foo:other;1")),
        ([V2, OPEN], typed("double")), ([V2, OPEN], typed("dtmi:dtdl:class:Entity;2")), ([V2, OPEN], typed("Nothing")),
        (V3, typed("Nothing")), (V3, typed("Temprature")), (V3, typed("Temperature", unit="kelvin")),
        (V3, typed("State")),
        ([V3, OPEN], typed("Nothing")), ([V3, OPEN], typed("a:b")), (V3, {"@type": 5, "name": "t"}),
        (V3, {"@type": [], "name": "t"}), (V3, {"@type": ["Telemetry", 5], "name": "t"}), (V3, {"name": "t"}),
        (V3, {"@type": "Telemetri", "name": "t"}), (V3, {"@type": "Object", "fields": []}), (V3, 5), (V3, "telemetry"),
        ([V2, CENTRAL], typed("State")), ([V2, CENTRAL], typed("State", schema=ENUM)),
        ([V2, CENTRAL], typed("Event", schema=BOX)), ([V2, CENTRAL], typed("Location", schema="vector")),
        ([V2, CENTRAL], typed("VelocityVector", schema="vector", unit=[])),
        ([V2, CENTRAL], typed("VelocityVector", schema="vector", unit="metrePerSecond")),
        ([V2, CENTRAL], typed("Location", "State", schema="geopoint")),
    ],
    "units": [
        (V2, typed("Temperature", unit="kelvin")), (V2, typed("Temperature")), (V2, typed("Temperature", unit=[])),
        (V2, typed("Temperature", unit=["kelvin", "degreeCelsius"])), (V2, typed("Temperature", unit=["kelvin"])),
        (V2, typed("Temperature", unit=5)), (V2, typed("Temperature", unit="metre")),
        (V2, typed("Temperature", unit="celsius")), (V2, typed("Temperature", unit={"@type": "Unit"})),
        (V2, typed("Temperature", unit={"@type": "TemperatureUnit"})), (V2, telemetry("t", unit="kelvin")),
        (V3, telemetry("t", unit="kelvin")), ([V3, UNITS_3], typed("Temperature", unit="kelvin")),
        ([V3, UNITS_3], typed("Temperature", unit={"@type": "TemperatureUnit"})),
        ([V3, UNITS_3], typed("Temperature", schema="TemperatureUnit", unit="kelvin")),
        ([V4, UNITS_4], typed("Temperature", schema="boolean", unit="kelvin")),
    ],
    "keys": [
        (V2, telemetry("t", **{key: 1})) for key in (
            "semanticType", "units", "displayUnit", "id", "type", "title", "Schema", "writable", "nonsense", "@value",
            "@graph", "dtmi:dtdl:property:name;2", "dtmi:dtdl:property:name;3",
        )
    ] + [
        (V3, telemetry("t", **{"@foo": 1})), (V2, {"@type": "Telemetry"}), (V2, {"@type": "Telemetry", "name": "t"}),
        (V2, telemetry("t", **{"dtmi:dtdl:property:displayName;2": "x", "displayName": "y"})),
        (V2, telemetry("t", **{"@context": V3})), (V3, telemetry("t", **{"@context": V2})),
        (V3, telemetry("t", **{"@graph": []})),
    ],
    "plain values": [
        (V2, telemetry(name)) for name in ("", "a" * 64, "a" * 65, "a b", "1a")
    ] + [(V2, telemetry("t", description=text)) for text in (
        "a" * 512, "a" * 513, "\U0001f600" * 256, "\U0001f600" * 257, 5, {"en": "x"}, {"english": "x"}, {"en": 5},
        {"en-US": "x", "zh-Hant-TW": "y", "es-419": "z"}, ["x", "y"], [{"@value": "x", "@language": "de"}, "y"],
        [{"@value": "x", "@language": "de"}] * 2, [{"@value": "x"}, {"@value": "y", "@type": "z"}], [{"x": 1}],
        [{"@value": 5, "@language": 5}], True,
    )] + [(V2, telemetry("t", comment=text)) for text in (
        5, True, None, "a" * 512, "a" * 513, ["a", "b"], [["a"]], [])] + [
        (V2, {"@type": "Property", "name": "p", "schema": "double", "writable": value}) for value in (
            True, "true", "FALSE", "x", 1, {"@value": True}, {"@value": True, "@type": "xsd:boolean"},
            {"@value": True, "@type": ["http://www.w3.org/2001/XMLSchema#boolean"]},
            {"@value": True, "@type": "xsd:string"}, {"@value": True, "@language": "en"}, {"@value": True, "x": 1},
            {"x": 1},
        )
    ] + [
        (V3, {"@type": "Property", "name": "p", "schema": "double", "writable": {"@value": True, "@language": "en"}}),
        *((V2, {"@type": "Relationship", "name": "r", "maxMultiplicity": value}) for value in (
            0, 1, 500, 501, 2.0, 2.5, 2**31, True, "5", " -5 ", "five",
        )),
        *((V2, {"@type": "Relationship", "name": "r", "minMultiplicity": value}) for value in (0, 1, -1)),
        (V2, {"@type": "Relationship", "name": "r", "target": "no identifier"}),
        *((V2, enum(value)) for value in (1, 1.0, 1.5, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, "1", True, None)),
        *((V2, enum(value, "string")) for value in ("1", 1)), (V2, enum(1, "double")),
        (V2, enum(1, "integer", {"name": "y", "enumValue": 1})),
        (V2, enum(1, "integer", {"name": "x", "enumValue": 2})),
        (V2, enum({"@value": 1, "@type": "xsd:integer"})), (V2, enum({"@value": 1, "@type": "xsd:string"})),
        (V2, enum({"@value": "1", "@type": "xsd:string"}, "string")),
    ],
    "references": [
        (V2, telemetry("t", "dtmi:example:missing;1")), (V2, telemetry("t", "dtmi:example:A;1")),
        (V2, telemetry("t", "dtmi:example:a;1")), (V2, telemetry("t", "dubble")), (V2, telemetry("t", "point")),
        (V2, telemetry("t", "geopoint")), (V2, telemetry("t", "vector")), (V2, telemetry("t", "uuid")),
        (V4, telemetry("t", "uuid")), (V4, telemetry("t", "scaledDecimal")),
        (V2, telemetry("t", {"@id": "dtmi:x:y;1"})),
        (V2, telemetry("t", 5)), (V2, telemetry("t", ["double", "double"])), (V2, telemetry("t", [])),
        (V2, component("c", "double")), (V2, component("c", "dtmi:example:a;1")), (V2, component("c", BOX)),
        (V2, {"@type": "Property", "name": "p", "schema": {"@type": "Array", "elementSchema": "double"}}),
        (V3, {"@type": "Property", "name": "p", "schema": {"@type": "Array", "elementSchema": "double"}}),
        (V2, {"@type": "Property", "name": "p", "schema": "polygon"}),
        (V2, {"@type": "Command", "name": "c", "commandType": "nothing"}),
        (V2, {"@type": "Command", "name": "c", "commandType": "synchronous"}),
        (V3, {"@type": "Command", "name": "c", "commandType": "synchronous"}),
        (V2, telemetry("t", {"@type": "Map", "mapKey": {"name": "k", "schema": "double"}, "mapValue": field()})),
        ([V3, OPEN], telemetry("t", "dubble")), ([V3, OPEN], telemetry("t", "du:bble")),
    ],
    "extensions": [
        ([V3, STREAMING], {"@type": ["Property", "Streaming"], "name": "p", "schema": "double", "writable": value})
        for value in (True, False)
    ] + [
        ([V3, MQTT], telemetry("t")),
        ([V3, MQTT], result(field("NormalResult"), field("ErrorResult", name="b", schema=BOX))),
        ([V3, MQTT], result(field(), field("NormalResult", name="b"), field("NormalResult", name="c"))),
        ([V3, MQTT], result(field("ErrorResult"), field("NormalResult", name="b"))),
        ([V3, MQTT, REQUIREMENT], result(field("NormalResult", "Required"), field("ErrorResult", name="b",
        schema=BOX))),
        ([V3, MQTT], telemetry("t", {"@type": "Object", "fields": [field("NormalResult")]})),
        ([V3, MQTT], telemetry("t", {"@type": ["Object", "Error"], "fields": [field("ErrorMessage")]})),
        ([V3, MQTT], {"@type": ["Command", "Cacheable"], "name": "c", "ttl": "PT1S"}),
        ([V3, MQTT], {"@type": ["Command", "Cacheable", "Idempotent"], "name": "c", "ttl": "1 s"}),
        ([V3, MQTT], {"@type": ["Command", "Cacheable", "Idempotent"], "name": "c"}),
        ([V3, MQTT], typed("Indexed", index=0)), ([V3, MQTT], typed("Indexed", index=1)),
        ([V3, MQTT], typed("Indexed", Index=1)), ([V3, MQTT], typed("Idempotent")),
        *(([V3, MQTT], {"@type": ["Command", "Cacheable", "Idempotent"], "name": "c", "ttl": ttl}) for ttl in (
            "P", "PT", "P1W", "P1Y2M3DT4H5M6.7S", "P1DT", "PT1.5H", "p1d", 5,
        )),
    ],
}  # fmt: skip


def overriding(overrides: Any, schema: str = "double", *, name: str = "t") -> dict[str, Any]:
    own = typed("ValueAnnotation", "Override", schema=schema, name=name, annotates="near", overrides=overrides)
    return own | {"@type": ["Property", "ValueAnnotation", "Override"]}


ANNOTATED = typed("Temperature", name="near", unit="kelvin")
ANNOTATING: list[list[dict[str, Any]]] = [
    [typed("ValueAnnotation", annotates="near"), ANNOTATED],
    [typed("ValueAnnotation", annotates="far"), ANNOTATED],
    [typed("ValueAnnotation", annotates=5), ANNOTATED],
    [typed("ValueAnnotation", annotates="c"), {"@type": "Command", "name": "c"}],
    [typed("ValueAnnotation", annotates="u"), typed("ValueAnnotation", name="u", annotates="near"), ANNOTATED],
    [overriding("unit", "TemperatureUnit"), ANNOTATED],
    [overriding("unit", "LengthUnit"), ANNOTATED],
    [overriding("unit"), ANNOTATED],
    [overriding("dtmi:dtdl:extension:quantitativeTypes:v2:property:unit", "TemperatureUnit"), ANNOTATED],
    [overriding("nothing"), ANNOTATED],
    [overriding("schema"), ANNOTATED],
    [overriding(5), ANNOTATED],
    [typed("Override", overrides="unit"), ANNOTATED],
    [overriding("unit", "TemperatureUnit"), overriding("unit", "TemperatureUnit", name="u"), ANNOTATED],
]


def said(document: dict[str, Any]) -> list[str]:
    judged = lint.judge(document, None)
    issues = [f"    {each.entry.code} {each.path}: {each.message}" for each in judged.findings]
    return [*(issues or ["    right"]), *(f"    not judged: {each}" for each in judged.unjudged)]


def test_contexts_and_identifiers(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for context in CONTEXTS:
        told += [f"{context}", *said(interface("a", telemetry("t"), context=context))]
    for identifier in IDENTIFIERS:
        for context in (V2, V3, [V2, CENTRAL]):
            told += [
                f"{str(identifier)[:40]} in {context}",
                *said(interface("a", context=context) | {"@id": identifier}),
            ]
    golden("models/contexts.txt", "\n".join(told) + "\n")


@pytest.mark.parametrize("about", CONTENTS)
def test_contents(about: str, golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for context, content in CONTENTS[about]:
        told += [f"{str(content)[:150]} in {context}", *said(interface("a", content, context=context))]
    golden(f"models/{about.replace(' ', '_')}.txt", "\n".join(told) + "\n")


def test_annotations(golden: Callable[[str, str], None]) -> None:
    told: list[str] = []
    for contents in ANNOTATING:
        document = interface("a", *contents, context=[V4, UNITS_4, ANNOTATION, OVERRIDING])
        told += [f"{contents[0]}", *said(document)]
    golden("models/annotations.txt", "\n".join(told) + "\n")
