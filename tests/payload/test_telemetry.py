"""Telemetry against a model: names, kinds, components, and what is said of each field that is not as it should be."""

from __future__ import annotations

from typing import Any

import pytest

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import read_model, telemetry

MODEL = {
    "@context": "dtmi:dtdl:context;2", "@id": "dtmi:example:root;1", "@type": "Interface",
    "extends": ["dtmi:example:other;1"],
    "contents": [
        {"@type": ["Telemetry", "Temperature"], "name": "temperature", "schema": "double", "unit": "degreeCelsius"},
        {"@type": ["Humidity", "Telemetry"], "name": "humidity", "schema": "double", "displayUnit": "%"},
        {"@type": "Telemetry", "name": "temp1", "schema": "double"},
        {"@type": ["Telemetry", "NumberValue"], "name": "level", "schema": "integer", "minValue": 0, "maxValue": 5},
        {"@type": "Property", "name": "interval", "schema": "integer", "writable": True},
        {"@type": ["Cloud", "Property"], "name": "owner", "schema": "string"},
        {"@type": ["Property", "Cloud"], "name": "site", "schema": "string"},
        {"@type": "Command", "name": "reboot"},
        {"@type": "Relationship", "name": "room"},
        {"@type": ["Component"], "name": "thermostat1", "schema": {
            "@type": "Interface", "@id": "dtmi:example:thermostat;1",
            "contents": [{"@type": "Telemetry", "name": "setpoint", "schema": "double"},
                         {"@type": "Telemetry", "name": "temperature", "schema": "integer"}]}},
    ],
}  # fmt: skip
OTHER = {"@id": "dtmi:example:other;1", "@type": "Interface", "contents": [
    {"@type": "Telemetry", "name": "level", "schema": "string"},
    {"@type": "Telemetry", "name": "Fan_Speed", "schema": "double"},
]}  # fmt: skip
model = read_model([MODEL, OTHER])

ROWS: list[tuple[dict[str, Any], str, list[tuple[str, str, Severity]]]] = [
    ({}, "", []),
    ({"temperature": 21.5, "humidity": 40, "temp1": 1}, "", []),
    ({"level": 500}, "", [("$.level", "ambiguous-name", Severity.WARN)]),
    ({"level": "x"}, "", [("$.level", "ambiguous-name", Severity.WARN)]),
    ({"level": True}, "", [("$.level", "ambiguous-name", Severity.WARN), ("$.level", "wrong-type", Severity.FAIL)]),
    ({"humidty": 1}, "", [("$.humidty", "misspelt-name", Severity.FAIL)]),
    ({"Temperature": 1}, "", [("$.Temperature", "misspelt-name", Severity.FAIL)]),
    ({"fanSpeed": 1}, "", [("$.fanSpeed", "misspelt-name", Severity.FAIL)]),
    ({"pressure": 1}, "", [("$.pressure", "unmodeled-field", Severity.WARN)]),
    ({"temp2": 1}, "", [("$.temp2", "unmodeled-field", Severity.WARN)]),
    ({"humidity": 1, "humidit": 1}, "", [("$.humidit", "unmodeled-field", Severity.WARN)]),
    ({"interval": 5}, "", [("$.interval", "wrong-kind", Severity.FAIL)]),
    ({"owner": "x"}, "", [("$.owner", "wrong-kind", Severity.FAIL)]),
    ({"site": "x"}, "", [("$.site", "wrong-kind", Severity.FAIL)]),
    ({"reboot": 1}, "", [("$.reboot", "wrong-kind", Severity.FAIL)]),
    ({"room": 1}, "", [("$.room", "wrong-kind", Severity.FAIL)]),
    ({"thermostat1": {"setpoint": 1}}, "", [("$.thermostat1", "wrong-kind", Severity.FAIL)]),
    ({"setpoint": 1}, "", [("$.setpoint", "wrong-component", Severity.FAIL)]),
    ({"humidity": 1}, "thermostat1", [("$.humidity", "wrong-component", Severity.FAIL)]),
    ({"setpoint": 1, "temperature": 2}, "thermostat1", []),
    ({"temperature": 2.5}, "thermostat1", [("$.temperature", "wrong-type", Severity.FAIL)]),
    ({"setpoint": 1}, "Thermostat1", [("$", "unknown-component", Severity.FAIL)]),
    ({"setpoint": 1}, "pump", [("$", "unknown-component", Severity.FAIL)]),
    ({"temperature": None}, "", [("$.temperature", "null-value", Severity.WARN)]),
    ({"EventHub": 1}, "", [("$.EventHub", "reserved-name", Severity.WARN)]),
    ({"$metadata": 1}, "", [("$['$metadata']", "reserved-name", Severity.WARN)]),
]  # fmt: skip


@pytest.mark.parametrize(("value", "component", "expected"), ROWS)
def test_rows(value: dict[str, Any], component: str, expected: list[tuple[str, str, Severity]]) -> None:
    found = [
        (each.path.replace("$.$metadata", "$['$metadata']"), each.entry.code, each.severity)
        for each in model.telemetry(value, component)
    ]
    assert found == expected


@pytest.mark.parametrize("value", [None, 5, "x", [], [{"temperature": 1}], [1, 2], True])
def test_a_body_is_one_object(value: Any) -> None:
    assert [(each.entry.code, each.path) for each in model.telemetry(value)] == [("not-an-object", "$")]


def test_the_bodies_of_a_batch_are_judged_each() -> None:
    found = model.telemetry([{"temperature": 20.5}, {"temperature": "warm"}, 5])
    assert [(each.entry.code, each.path, each.severity) for each in found] == [
        ("not-an-object", "$", Severity.WARN), ("wrong-type", "$[1].temperature", Severity.FAIL),
        ("not-an-object", "$[2]", Severity.FAIL),
    ]  # fmt: skip
    (whole,) = model.telemetry([{"temperature": 20.5}] * 3)
    assert whole.severity is Severity.WARN and "the body is an array of 3" in whole.message
    found = model.telemetry([{"temperature": "warm"}] * 50)
    assert [(each.path, each.evidence.get("count")) for each in found] == [("$", None), ("$[0].temperature", 50)]


def test_a_name_of_many_components_is_told_in_a_few_words() -> None:
    inner = {"@id": "dtmi:example:part;1", "@type": "Interface",
             "contents": [{"@type": "Telemetry", "name": "heat", "schema": "double"}]}  # fmt: skip
    parts = [{"@type": "Component", "name": f"c{each}", "schema": inner["@id"]} for each in range(9)]
    root = {**MODEL, "extends": [], "contents": parts}
    (found,) = read_model([root, inner]).telemetry({"heat": 1})
    assert "component c4 and 4 more, and was sent for no component" in found.message


@pytest.mark.parametrize(("value", "component", "words"), [
    ({"humidty": 1}, None, "is humidity meant?"),
    ({"Temperature": 1}, None, "it differs from temperature in the case of letters"),
    ({"setpoint": 1}, None, "setpoint exists in component thermostat1, and was sent for no component"),
    ({"humidity": 1}, "thermostat1", "humidity exists in the root of the model, and was sent for component"),
    ({"interval": 1}, None, "interval is modelled as a property and sent as telemetry"),
    ({"level": 1}, None, "dtmi:example:root;1, dtmi:example:other;1"),
    ({"x": 1}, "pump", "its components are: thermostat1"),
    ({"temperature": "21.5"}, None, "quoted number"),
])  # fmt: skip
def test_what_is_meant_is_said(value: dict[str, Any], component: str | None, words: str) -> None:
    (found,) = model.telemetry(value, component)
    assert words in found.message


def test_suggestions_stand_in_the_evidence_too() -> None:
    assert [each.evidence["suggestion"] for each in model.telemetry({"humidty": 1, "setpoint": 2})] == [
        "humidity",
        "thermostat1",
    ]


def test_a_device_without_modules_in_its_model_is_judged_whatever_module_sends() -> None:
    assert model.telemetry({"temperature": 1}, module="x") == []


def test_all_faults_of_a_body_are_found() -> None:
    body = {"temperature": "x", "humidty": 1, "temp1": True, "new": 1}
    assert [each.path for each in model.telemetry(body)] == ["$.temperature", "$.humidty", "$.temp1", "$.new"]


def test_strictly_warnings_are_errors() -> None:
    strict = read_model([MODEL, OTHER], strict=True)
    assert [each.severity for each in strict.telemetry({"new": 1, "temperature": None})] == [Severity.FAIL] * 2


@pytest.mark.parametrize(("fields", "path"), [(True, "$.place.hjat"), (False, "$.hjat")])
def test_after_a_hundred_faults_no_name_is_compared(fields: bool, path: str) -> None:
    """So the cost of strange names has an end: with 99 before it, a misspelt name is one, and with 100 it is not."""
    part = {"name": "heat", "schema": "double"}
    place = {"@type": "Object", "fields": [part]}
    contents = [{"@type": "Telemetry"} | part, {"@type": "Telemetry", "name": "place", "schema": place}]
    model = read_model(
        {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:a;1", "@type": "Interface", "contents": contents}
    )
    for count, code in ((99, "misspelt-name"), (100, "unmodeled-field")):
        body = {f"q{each}": 1 for each in range(count)} | {"hjat": 1}
        found = model.telemetry({"place": body} if fields else body)
        last = max(found, key=lambda each: (each.path == path, each.evidence.get("count", 0)))
        assert last.entry.code == code, count
        assert sum(int(each.evidence.get("count", 1)) for each in found) == count + 1


def test_what_components_of_one_interface_share_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a model with thousands of components is read in a moment. Which one has a name is told all the same."""
    made: list[str] = []
    rules_of = telemetry.rules_of
    monkeypatch.setattr(telemetry, "rules_of", lambda *given: made.append(given[1]) or rules_of(*given))
    part = {"@type": "Interface", "@id": "dtmi:part;1", "contents": [
        {"@type": "Telemetry", "name": "heat", "schema": "double"},
        {"@type": "Property", "name": "limit", "schema": "double", "writable": True},
    ]}  # fmt: skip
    other = part | {"@id": "dtmi:other;1"}
    contents = [{"@type": "Component", "name": f"c{each}", "schema": "dtmi:part;1"} for each in range(100)]
    contents.insert(1, {"@type": "Component", "name": "odd", "schema": "dtmi:other;1"})
    root = {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:a;1", "@type": "Interface", "contents": contents}
    model = read_model([root, part, other])
    assert sorted(made) == ["property"] * 3 + ["telemetry"] * 3
    assert model.telemetry({"heat": 1.5}, "c7") == [] and model.telemetry({"heat": "x"}, "c99")
    (found,) = model.telemetry({"heat": 1.5})
    assert "component c0, component odd, component c1, component c2, component c3 and 96 more" in found.message
    (found,) = model.reported({"limit": 1.5})
    assert found.entry.code == "wrong-component" and found.evidence["suggestion"] == "c0"
    assert model.desired({"c5": {"__t": "c", "limit": 1.5}}) == []
