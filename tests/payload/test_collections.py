"""Models in the shapes of public collections: read, clean by the lint, and still strict about what is sent.

The shapes are those of ontologies for buildings, real estate, cities and energy grids, and of device models. The models
are made by hand, and each has what its collection taught.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from azext_iotdiag.payload import read_model
from azext_iotdiag.payload.lint import lint

Node = dict[str, Any]
EXTENSION = "dtmi:dtdl:extension:"


def interface(identifier: str, context: Any, *contents: Node, **rest: Any) -> Node:
    """An interface with its context at the end, as most collections write it."""
    made: Node = {"@id": identifier, "@type": "Interface", "contents": list(contents)}
    return made | rest | {"@context": context}


def element(kind: Any, name: str, schema: Any = None, **rest: Any) -> Node:
    return {"@type": kind, "name": name} | ({"schema": schema} if schema is not None else {}) | rest


def enum(*values: str, **rest: Any) -> Node:
    named = [{"name": each.lower(), "enumValue": each, "displayName": {"en": each}} for each in values]
    return {"@type": "Enum", "valueSchema": "string", "enumValues": named} | rest


def mapping(schema: Any, value: str = "value") -> Node:
    return {
        "@type": "Map",
        "mapKey": {"name": "key", "schema": "string"},
        "mapValue": {"name": value, "schema": schema},
    }


def building() -> list[Node]:
    """DTDL 3 with units, annotations and overrides; empty lists of contents; a type of units as schema."""
    context = ["dtmi:dtdl:context;3", *(f"{EXTENSION}{name};1" for name in ("quantitativeTypes", "annotation",
                                                                           "overriding"))]  # fmt: skip
    override = ["Property", "ValueAnnotation", "Override"]
    made_of = element("Property", "madeOf", {"@type": "Array", "elementSchema": enum("Steel", "Glass")}, writable=True)
    rates = {"@type": "Object", "fields": [element("Field", "price", "double"), element("Field", "since", "date")]}
    door = interface(
        "dtmi:com:example:house:Door;1", context,
        element(["Property", "Length"], "width", "double", unit="millimetre", writable=True,
                displayName={"en": "Width"}),
        element(override, "widthUnit", "LengthUnit", annotates="width", overrides="unit", writable=True), made_of,
        element("Relationship", "toSpace", target="dtmi:com:example:house:Space;1", displayName={"en": "to space"}),
        element("Component", "cost", "dtmi:com:example:house:Cost;1", displayName="Cost"),
        element("Property", "tags", mapping(mapping("boolean", "isOn")), writable=True),
        extends=["dtmi:com:example:house:Asset;1"], displayName={"en": "Door"}, description={"en": "A door."},
    )  # fmt: skip
    asset = interface("dtmi:com:example:house:Asset;1", ["dtmi:dtdl:context;3"], displayName={"en": "Asset"})
    cost = interface(
        "dtmi:com:example:house:Cost;1", ["dtmi:dtdl:context;3"],
        element("Property", "rate", "dtmi:com:example:house:rate;1"),
        schemas=[rates | {"@id": "dtmi:com:example:house:rate;1"}],
    )  # fmt: skip
    return [door, asset, cost]


def real_estate() -> list[Node]:
    """DTDL 2: maps of maps for what a user adds, relationships with properties in place, observations as components."""
    context = ["dtmi:dtdl:context;2"]
    related = element("Property", "since", "dateTime")
    room = interface(
        "dtmi:org:example:estate:Room;1", context,
        element("Property", "identifiers", mapping("string"), writable=True, displayName={"en": "identifiers"}),
        element("Property", "customProperties", mapping(mapping("string", "text"), "names"), writable=True),
        element("Relationship", "isPartOf", target="dtmi:org:example:estate:Building;1", properties=related,
                maxMultiplicity=1, displayName={"en": "is part of"}),
        element("Component", "temperature", "dtmi:org:example:estate:Observation;1"),
        extends="dtmi:org:example:estate:Space;1", displayName={"en": "Room", "sv": "Rum"},
    )  # fmt: skip
    space = interface("dtmi:org:example:estate:Space;1", context, element("Property", "name", "string", writable=True))
    observed = interface(
        "dtmi:org:example:estate:Observation;1", context, element("Property", "value", "double"),
        element("Property", "quality", enum("Good", "Bad", displayName={"en": "Quality"})),
    )  # fmt: skip
    return [room, space, observed]


def city() -> list[Node]:
    """DTDL 2: semantic types in lists of any order, components with enums by name, multiplicities, times of day."""
    context = "dtmi:dtdl:context;2"
    level = "dtmi:example:ngsi_ld:city:Level;1"
    water = interface(
        "dtmi:example:ngsi_ld:city:WaterObserved;1", context,
        element(["Property", "Density"], "O2", "double", unit="gramPerCubicMetre"),
        element(["Voltage", "Property"], "orp", "double", unit="millivolt"), element(["Property"], "pH", "double"),
        element("Property", "level", level, writable=True), element("Component", "hours", "dtmi:example:city:Hours;1"),
        element("Relationship", "near", target="dtmi:example:city:Street;1", minMultiplicity=0, maxMultiplicity=1),
        extends="dtmi:example:city:Base;1", schemas=enum("Low", "High") | {"@id": level}, displayName="Water",
    )  # fmt: skip
    opens = {"@type": "Object", "fields": [element("Field", "opens", "time"), element("Field", "closes", "time")]}
    hours = interface(
        "dtmi:example:city:Hours;1", [context], element("Property", "monday", "dtmi:example:city:Day;1"),
        schemas=[opens | {"@id": "dtmi:example:city:Day;1"}], comment="adapted from a data model of cities",
    )  # fmt: skip
    base = interface("dtmi:example:city:Base;1", context, element("Property", "dateObserved", "dateTime"))
    return [water, hours, base]


def grid() -> list[Node]:
    """DTDL 2: long chains of inheritance with two parents, properties that are all writable, names in capitals."""
    context = "dtmi:dtdl:context;2"
    ids = [f"dtmi:example:cim:energy:Level_{number}x;1" for number in range(9)]
    levels = [
        interface(own, context, element("Property", f"R{number}", "float", writable=True), extends=[above])
        for number, (own, above) in enumerate(itertools.pairwise(ids))
    ]
    top = interface(ids[-1], context, element("Property", "mRID", "string", writable=True))
    named = interface("dtmi:example:cim:Named;1", context, element("Property", "aliasName", "string"))
    switch = interface(
        "dtmi:example:cim:energy:Switch;1", context,
        element(["Property", "Voltage"], "baseVoltage", "double", unit="volt", writable=True),
        element("Property", "phase", enum("A", "B", "ABC"), writable=False),
        element("Relationship", "Terminal", target="dtmi:example:cim:energy:Terminal;1", displayName="Terminal"),
        extends=[ids[0], "dtmi:example:cim:Named;1"], description="A switch.  It is open or closed.  ",
    )  # fmt: skip
    return [switch, *levels, top, named]


def device() -> list[Node]:
    """DTDL 2 as repositories of device models have it: components by identifier, versions side by side, commands."""
    context = "dtmi:dtdl:context;2"
    report = {"@type": "Object", "fields": [
        element(["Field"], "highest", "double", displayName="Highest"), element("Field", "from", "dateTime"),
    ]}  # fmt: skip
    asked = {"name": "since", "displayName": "Since.", "description": "Period.", "schema": "dateTime"}
    controller = interface(
        "dtmi:com:example:Controller;2", context,
        element(["Telemetry", "DataSize"], "workingSet", "double", unit="kibibyte"),
        element("Command", "reboot", request={"name": "delay", "schema": "integer"}),
        element("Component", "first", "dtmi:com:example:Probe;1"),
        element("Component", "second", "dtmi:com:example:Probe;2"), displayName="Controller",
    )  # fmt: skip
    probe = interface(
        "dtmi:com:example:Probe;1", context,
        element(["Telemetry", "Temperature"], "heat", "double", unit="degreeCelsius"),
        element(["Property", "Temperature"], "target", "double", unit="degreeCelsius", writable=True),
        element("Command", "report", request=asked, response={"name": "answer", "schema": report}),
    )  # fmt: skip
    newer = interface("dtmi:com:example:Probe;2", [context], extends="dtmi:com:example:Probe;1")
    return [controller, probe, newer]


OBSERVED = {"temperature": {"__t": "c", "value": 21.5, "quality": "Good"}}
DAY = {"hours": {"__t": "c", "monday": {"opens": "08:00:00Z", "closes": "17:30:00+01:00"}}}
DOOR = {"width": {"value": 900, "ac": 200, "av": 2}, "widthUnit": {"value": "metre", "ac": 200, "av": 2}}
# Documents, what a device reports, and something wrong with the code that it has.
COLLECTIONS: list[tuple[list[Node], Node, Node, str]] = [
    (building(), DOOR, {"widthUnit": {"value": "meter", "ac": 200, "av": 2}}, "not-in-enum"),
    (building(), {"cost": {"__t": "c", "rate": {"price": 2.5, "since": "2026-01-31"}}},
     {"cost": {"__t": "c", "rate": {"since": "31.1.2026"}}}, "wrong-format"),
    (real_estate(), OBSERVED, {"temperature": {"__t": "c", "quality": "good"}}, "not-in-enum"),
    (real_estate(), {"customProperties": {"value": {"own": {"en": "x"}}, "ac": 200, "av": 1}},
     {"customProperties": {"value": {"own": {"en": 1}}, "ac": 200, "av": 1}}, "wrong-type"),
    (city(), {"O2": 8.1, "pH": 7, "dateObserved": "2026-01-31T08:00:00Z"} | DAY, {"o2": 8.1}, "misspelt-name"),
    (city(), {"level": {"value": "Low", "ac": 200, "av": 1}}, {"level": {"value": "low", "ac": 200, "av": 1}},
     "not-in-enum"),
    (grid(), {"phase": "ABC", "aliasName": "s", "R7": {"value": 0.5, "ac": 200, "av": 1}}, {"phase": "AB"},
     "not-in-enum"),
    (device(), {"second": {"__t": "c", "target": {"value": 21, "ac": 203, "av": 0}}},
     {"first": {"target": {"value": 21, "ac": 203, "av": 0}}}, "missing-component-marker"),
]  # fmt: skip
MADE = [building, real_estate, city, grid, device]


@pytest.mark.parametrize("make", MADE, ids=lambda each: each.__name__)
def test_no_finding_in_a_list_or_by_identifiers(make: Any) -> None:
    """As one document, and as files of their own that a repository resolves."""
    documents = make()
    known: Mapping[str, Node] = {each["@id"]: each for each in documents}
    assert lint(documents, strict=True).findings == ()
    assert lint(documents[0], resolve=known.get, strict=True).findings == ()
    assert read_model(documents).issues == () and read_model(documents[0], resolve=known.get).issues == ()


@pytest.mark.parametrize(("documents", "right", "wrong", "code"), COLLECTIONS)
def test_what_is_reported_is_judged(documents: list[Node], right: Node, wrong: Node, code: str) -> None:
    model = read_model(documents)
    assert model.reported(right) == []
    assert [each.entry.code for each in model.reported(wrong)] == [code]


def test_telemetry_of_a_component_whose_interface_inherits() -> None:
    model = read_model(device())
    assert model.telemetry({"heat": 21.5}, "second") == []
    assert [each.entry.code for each in model.telemetry({"heat": 21.5}, "third")] == ["unknown-component"]
    assert [each.entry.code for each in model.telemetry({"heat": 21.5})] == ["wrong-component"]
