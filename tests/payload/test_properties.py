"""Reported and desired properties: markers of components, acknowledgements, old formats, and the limits of a twin."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import read_model

THERMOSTAT = {"@type": "Interface", "@id": "dtmi:example:thermostat;1", "contents": [
    {"@type": "Property", "name": "target", "schema": "double", "writable": True},
    {"@type": "Property", "name": "max", "schema": "double"},
]}  # fmt: skip
MODEL = {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:example:root;1", "@type": "Interface", "contents": [
    {"@type": "Property", "name": "serial", "schema": "string"},
    {"@type": "Property", "name": "count", "schema": "long"},
    {"@type": "Property", "name": "interval", "schema": "integer", "writable": True},
    {"@type": "Property", "name": "limits", "writable": True, "schema": {"@type": "Object", "fields": [
        {"name": "low", "schema": "double", "@type": ["Field", "Required"]}, {"name": "high", "schema": "double"}]}},
    {"@type": "Property", "name": "reading", "schema": {"@type": "Object", "fields": [
        {"name": "value", "schema": "double"}, {"name": "ac", "schema": "integer"}]}},
    {"@type": "Property", "name": "map", "schema": {"@type": "Map", "mapKey": {"name": "k", "schema": "string"},
        "mapValue": {"name": "v", "schema": "string"}}},
    {"@type": "Telemetry", "name": "temperature", "schema": "double"},
    {"@type": "Component", "name": "thermostat1", "schema": THERMOSTAT},
]}  # fmt: skip
model = read_model(MODEL)
OLD = "outdated-property-format"
FAIL, WARN, NOTE = Severity.FAIL, Severity.WARN, Severity.NOTE

REPORTED: list[tuple[Any, list[tuple[str, str, Severity]]]] = [
    ({}, []),
    ({"$version": 5, "$metadata": {"x": {"$lastUpdated": "y"}}}, []),
    ({"serial": "x", "count": 5}, []),
    ({"serial": 5}, [("$.serial", "wrong-type", FAIL)]),
    ({"serial": None}, [("$.serial", "null-value", NOTE)]),
    ({"Serial": "x"}, [("$.Serial", "misspelt-name", FAIL)]),
    ({"colour": "x"}, [("$.colour", "unmodeled-field", WARN)]),
    ({"temperature": 1}, [("$.temperature", "wrong-kind", FAIL)]),
    ({"max": 1}, [("$.max", "wrong-component", FAIL)]),
    ({"limits": {"low": 1, "status": "ok"}}, [
        ("$.limits.status", "unmodeled-field", FAIL), ("$.limits", "wrong-acknowledgement", WARN),
    ]),
    ({"interval": {"value": 5, "ac": 200, "av": 3}}, []),
    ({"interval": {"value": 5, "ac": 200, "av": 3, "ad": "done"}}, []),
    ({"interval": {"value": 5, "ac": 203, "av": 0}}, []),
    ({"interval": {"value": 5, "ac": 100, "av": 0}}, []),
    ({"interval": {"value": 5, "ac": 599, "av": 0}}, []),
    ({"interval": {"value": 5, "ac": 99, "av": 3}}, [("$.interval.ac", "wrong-acknowledgement", FAIL)]),
    ({"interval": {"value": 5, "ac": 600, "av": 3}}, [("$.interval.ac", "wrong-acknowledgement", FAIL)]),
    ({"interval": {"value": 5, "ac": 500, "av": 1}}, []),
    ({"interval": 5}, [("$.interval", "wrong-acknowledgement", WARN)]),
    ({"interval": {"value": "5", "ac": 200, "av": 3}}, [("$.interval.value", "wrong-type", FAIL)]),
    ({"interval": {"value": 5, "ac": "200", "av": 3}}, [("$.interval.ac", "wrong-acknowledgement", FAIL)]),
    ({"interval": {"value": 5, "ac": 0, "av": 3}}, [("$.interval.ac", "wrong-acknowledgement", FAIL)]),
    ({"interval": {"value": 5, "ac": 200, "av": True}}, [("$.interval.av", "wrong-acknowledgement", FAIL)]),
    ({"interval": {"value": 5, "ac": 200, "av": -1}}, [("$.interval.av", "wrong-acknowledgement", FAIL)]),
    ({"interval": {"value": 5, "ac": 200, "av": 1, "ad": 1}}, [("$.interval.ad", "wrong-acknowledgement", FAIL)]),
    ({"interval": {"value": 5, "ac": 200}}, [("$.interval", "wrong-acknowledgement", FAIL)]),
    ({"interval": {"ac": 200, "av": 1}}, [("$.interval", "wrong-acknowledgement", FAIL)]),
    ({"interval": {"value": 5, "ac": 200, "av": 1, "x": 1}}, [("$.interval.x", "wrong-acknowledgement", WARN)]),
    ({"serial": {"value": "x", "ac": 200, "av": 1}}, [("$.serial", "wrong-acknowledgement", FAIL)]),
    ({"limits": {"value": {"high": 5}, "ac": 200, "av": 1}}, []),
    ({"limits": {"low": 1}}, [("$.limits", "wrong-acknowledgement", WARN)]),
    ({"limits": {"value": {"high": "5"}, "ac": 200, "av": 1}}, [("$.limits.value.high", "wrong-type", FAIL)]),
    ({"reading": {"value": 1.5, "ac": 5}}, []),
    ({"interval": {"value": 5, "status": "completed", "desiredVersion": 2}}, [("$.interval", OLD, WARN)]),
    ({"interval": {"value": {"value": 5}, "status": "x", "desiredVersion": 2}}, [("$.interval", OLD, WARN)]),
    ({"serial": {"value": 5}}, [
        ("$.serial", OLD, WARN), ("$.serial.value", "wrong-type", FAIL)]),
    ({"thermostat1": {"__t": "c", "max": 5}}, []),
    ({"thermostat1": {"__t": "c", "target": {"value": 5, "ac": 200, "av": 1}}}, []),
    ({"thermostat1": {"max": 5}}, [("$.thermostat1", "missing-component-marker", FAIL)]),
    ({"thermostat1": {"__t": "C", "max": 5}}, [("$.thermostat1", "missing-component-marker", FAIL)]),
    ({"thermostat1": {"__t": "c", "max": "5"}}, [("$.thermostat1.max", "wrong-type", FAIL)]),
    ({"thermostat1": {"__t": "c", "serial": "5"}}, [("$.thermostat1.serial", "wrong-component", FAIL)]),
    ({"thermostat1": None}, [("$.thermostat1", "null-value", NOTE)]),
    ({"thermostat1": 5}, [("$.thermostat1", "not-an-object", FAIL)]),
    ({"thermostat2": {"__t": "c"}}, [("$.thermostat2", "unknown-component", FAIL)]),
    ({"limits": {"__t": "c", "low": 1}}, [("$.limits", "unexpected-component-marker", FAIL)]),
    ([], [("$", "not-an-object", FAIL)]),
    (None, [("$", "not-an-object", FAIL)]),
]  # fmt: skip


@pytest.mark.parametrize(("patch", "expected"), REPORTED)
def test_reported(patch: Any, expected: list[tuple[str, str, Severity]]) -> None:
    assert [(each.path, each.entry.code, each.severity) for each in model.reported(patch)] == expected


@pytest.mark.parametrize(("patch", "codes"), [
    ({"interval": 5, "$version": 3}, []),
    ({"interval": "5"}, ["wrong-type"]),
    ({"thermostat1": {"__t": "c", "target": 5}}, []),
    ({"thermostat1": {"target": 5}}, ["missing-component-marker"]),
    ({"serial": "x"}, ["not-writable"]), ({"serial": 5}, ["wrong-type", "not-writable"]),
    ({"serial": None}, ["null-value"]), ({"thermostat1": {"__t": "c", "max": 5}}, ["not-writable"]),
])  # fmt: skip
def test_desired(patch: Any, codes: list[str]) -> None:
    assert [each.entry.code for each in model.desired(patch)] == codes


@pytest.mark.parametrize(("patch", "expected"), [
    ({"reboot": {"value": "done"}}, []),
    ({"reboot": {"value": {"a": 1}, "requestId": "7"}}, []),
    ({"reboot": "done"}, [("$.reboot", "wrong-kind", WARN)]),
    ({"reboot": {"result": 5}}, [("$.reboot", "wrong-kind", WARN)]),
    ({"pump": {"__t": "c", "reboot": {"value": 1}}}, []),
])  # fmt: skip
def test_the_result_of_a_long_running_command(patch: Any, expected: list[tuple[str, str, Severity]]) -> None:
    own = {"@type": "Command", "name": "reboot"}
    pump = {"@type": "Interface", "@id": "dtmi:example:pump;1", "contents": [own]}
    whole = read_model(MODEL | {"contents": [own, {"@type": "Component", "name": "pump", "schema": pump}]})
    assert [(each.path, each.entry.code, each.severity) for each in whole.reported(patch)] == expected
    assert [each.entry.code for each in whole.desired({"reboot": {"value": 1}})] == ["wrong-kind"]


def test_a_status_of_its_own_is_no_acknowledgement() -> None:
    found = model.reported({"limits": {"low": 1, "status": "success"}})
    assert "limits is writable and reported with a status of its own" in found[-1].message
    (plain,) = model.reported({"limits": {"low": 1}})
    assert "reported as a plain value" in plain.message


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"a": value}
    return value


LIMITS: list[tuple[Any, bool]] = [
    ({"serial": "x" * 4096}, True), ({"serial": "x" * 4097}, False), ({"serial": "°" * 2049}, False),
    ({"count": 2**52 - 1}, True), ({"count": 2**52}, False),
    ({"count": -(2**52)}, True), ({"count": -(2**52) - 1}, False),
    ({"map": {"x" * 1024: "y"}}, True), ({"map": {"x" * 1025: "y"}}, False),
    ({"map": {"a.b": "y"}}, False), ({"map": {"a$": "y"}}, False), ({"map": {"a b": "y"}}, False),
    ({"map": {"a\x07": "y"}}, False), ({"map": {"a\x85": "y"}}, False), ({"map": {"aé": "y"}}, True),
    ({"map": {f"k{each}": "x" * 4000 for each in range(8)}}, True),
    ({"map": {f"k{each}": "x" * 4000 for each in range(9)}}, False),
    (deep(11), True), (deep(12), False), (deep(5000), False),
]  # fmt: skip


@pytest.mark.parametrize(("patch", "fits"), LIMITS, ids=map(str, range(len(LIMITS))))
def test_limits_of_a_twin(patch: Any, fits: bool) -> None:
    found = [each for each in model.reported(patch) if each.entry.code == "twin-limit"]
    assert (found == []) is fits
    assert all(each.message and each.severity is FAIL for each in found)


def test_components_of_the_old_preview() -> None:
    document = {"@id": "urn:example:dcm:1", "@type": "CapabilityModel", "implements": [
        {"@type": "InterfaceInstance", "name": "sensor", "schema": THERMOSTAT},
    ]}  # fmt: skip
    old = read_model(document)
    assert old.reported({"$iotin:sensor": {"max": {"value": 5}}})[0].entry.code == "outdated-property-format"
    assert [each.path for each in old.reported({"$iotin:sensor": {"max": "x"}})] == [
        "$.$iotin:sensor.max".replace(".$iotin:sensor", "['$iotin:sensor']")
    ]


def test_modules_report_their_own() -> None:
    module = {
        "@type": "Interface",
        "@id": "dtmi:example:m;1",
        "contents": [{"@type": "Property", "name": "p", "schema": "long"}],
    }
    edge = read_model(MODEL | {"contents": [{"@type": ["Relationship", "EdgeModule"], "name": "m", "target": module}]})
    assert edge.reported({"p": 1}, "m") == []
    assert [each.entry.code for each in edge.reported({"p": 1}, "n")] == ["unknown-module"]


@pytest.mark.parametrize(("name", "value", "codes"), [
    ("$iotin:thermostat1", {"max": {"value": 5}}, [OLD]), ("$iotin:thermostat1", 5, ["unmodeled-field"]),
    ("$iotin:other", {"max": {"value": 5}}, ["unmodeled-field"]), ("other", {"max": 5}, ["unmodeled-field"]),
])  # fmt: skip
def test_the_old_name_of_a_component_is_one_of_a_component_alone(name: str, value: Any, codes: list[str]) -> None:
    assert [each.entry.code for each in model.reported({name: value})] == codes


@pytest.mark.parametrize(("character", "refused"), [
    (".", True), ("$", True), (" ", True), ("\x00", True), ("\x1f", True), ("\x7f", True), ("\x9f", True),
    ("\xa0", False), ("\u00e4", False), ("~", False), ("!", False),
])  # fmt: skip
def test_what_the_name_of_a_property_may_hold(character: str, refused: bool) -> None:
    found = [each.entry.code for each in model.reported({f"a{character}b": 1})]
    assert found == (["twin-limit", "unmodeled-field"] if refused else ["unmodeled-field"])


def test_the_size_of_properties_is_that_of_their_bytes() -> None:
    """A letter such as \u00e4 has two bytes, and six where JSON is written in ASCII."""
    most = 32 * 1024
    texts = {f"t{number}": "\u00e4" * 2000 for number in range(8)}
    rest = most - len(json.dumps(texts, ensure_ascii=False, separators=(",", ":")).encode()) - len(',"x":""')
    assert rest > 0
    assert "twin-limit" not in [each.entry.code for each in model.reported({**texts, "x": "y" * rest})]
    found = [each for each in model.reported({**texts, "x": "y" * (rest + 1)}) if each.entry.code == "twin-limit"]
    assert [each.message.split(", ")[0] for each in found] == [f"the properties take {most + 1} bytes"]


def test_what_is_too_deep_hides_no_other_limit() -> None:
    patch = {"number": 2**60, "deep": deep(12), "again": 2**60}
    found = [each.path for each in model.reported(patch) if each.entry.code == "twin-limit"]
    assert {"$.number", "$.again"} < set(found) and len(found) == 3
