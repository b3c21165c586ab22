"""The lint of a model: each rule with its place and words, what real collections taught, and hostile models."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import ModelError, read_model
from azext_iotdiag.payload.json_text import NegativeZero
from azext_iotdiag.payload.lint import lint

CORE = "dtmi:dtdl:context;"
CENTRAL = "dtmi:iotcentral:context;2"
QUANTITATIVE = "dtmi:dtdl:extension:quantitativeTypes;"
TYPE, UNIT, SCHEMA = "$.contents[0]['@type']", "$.contents[0].unit", "$.contents[0].schema"
Node = dict[str, Any]


def interface(version: int = 2, *extensions: str, **rest: Any) -> Node:
    context = [f"{CORE}{version}", *extensions]
    node = {"@context": context if extensions else context[0], "@id": "dtmi:example:a;1", "@type": "Interface"}
    return node | rest


def telemetry(schema: Any = "double", name: str = "heat", **rest: Any) -> Node:
    return {"@type": "Telemetry", "name": name, "schema": schema} | rest


def content(version: int, *parts: Node) -> Node:
    return interface(version, contents=list(parts))


def typed(*types: str, **rest: Any) -> Node:
    return {"@type": list(types), "name": "heat", "schema": "double"} | rest


ENUM = {"@type": "Enum", "valueSchema": "integer", "enumValues": [{"name": "a", "enumValue": 1}]}
TWICE = ENUM | {"enumValues": [{"name": "a", "enumValue": 1}, {"name": "a", "enumValue": 2}]}
POINT = {"@type": "Property", "name": "place", "schema": "point"}
PARENT = interface(contents=[telemetry()]) | {"@id": "dtmi:example:parent;1"}
REQUIRED = "dtmi:dtdl:extension:requirement;1"
ANNOTATED = typed("Property", "ValueAnnotation", name="note", annotates="note")
IN_PLACE = {"@type": "Component", "name": "c", "schema": interface() | {"@id": "dtmi:example:c;1"}}
STREAMING, INITIAL = (f"dtmi:dtdl:extension:{name};1" for name in ("streaming", "initialization"))
FIELD = {"@id": "dtmi:example:f;1", "name": "f", "schema": "double"}


def own_unit(base: str) -> Node:
    """A model with a unit of its own, which is made of another one."""
    unit = {"@id": "dtmi:example:unit;1", "@type": ["EnumValue", "DecimalUnit"], "name": "u", "enumValue": 1}
    return interface(3, QUANTITATIVE + "1", contents=[telemetry(ENUM | {"enumValues": [unit | {"baseUnit": base}]})])


SELF = {"@id": "dtmi:example:s;1", "@type": "Array", "elementSchema": "dtmi:example:s;1"}
ZEROS = [{"name": "a", "enumValue": 0}, {"name": "b", "enumValue": NegativeZero(0)}]
ASYNCHRONOUS = "dtmi:dtdl:instance:CommandType:asynchronous;2"


def within(schema: Any, levels: int) -> Any:
    """A schema inside so many Arrays."""
    for _ in range(levels):
        schema = {"@type": "Array", "elementSchema": schema}
    return schema


@pytest.mark.parametrize(("model", "code", "where", "words"), [
    (content(2, telemetry(Writable=1)), "unknown-model-key", "$.contents[0].Writable", "a Telemetry has no Writable"),
    (content(2, telemetry(Schema="x")), "unknown-model-key", "$.contents[0].Schema", "is schema meant?"),
    (content(2, telemetry(SemanticType="Temperature")), "unknown-model-key", "$.contents[0].SemanticType", '"@type"'),
    (content(3, typed("Telemetry", unit="kelvin")), "unknown-model-key", UNIT, "needs a semantic type"),
    (content(2, {"@type": "Telemetry", "name": "x"}), "missing-model-key", "$.contents[0]", "has no schema"),
    (content(2, {"@type": "Telemetri", "name": "x"}), "wrong-model-type", TYPE, "Telemetry meant?"),
    (content(2, typed("Telemetry", "Property")), "wrong-model-type", TYPE, "only one"),
    (content(3, typed("Telemetry", "Temperature")), "wrong-model-type", TYPE, QUANTITATIVE + "1"),
    (content(2, typed("Telemetry", "Temperature", unit="celsius")), "wrong-unit", UNIT, "degreeCelsius"),
    (content(2, typed("Telemetry", "Temperature", unit="metre")), "wrong-unit", UNIT, "no unit of Temp"),
    (content(2, typed("Telemetry", "Temperature")), "missing-model-key", "$.contents[0]", "unit"),
    (content(2, typed("Telemetry", "Temperature", unit="kelvin", schema="string")), "wrong-unit", SCHEMA,
     "a number"),
    (content(2, typed("Property", writable="true")), "wrong-model-value", "$.contents[0].writable", "without quotes"),
    (content(2, telemetry("dobule")), "unresolved-schema", SCHEMA, "is double meant?"),
    (content(2, telemetry("geopoint")), "unresolved-schema", SCHEMA, CENTRAL),
    (content(2, telemetry("byte")), "unresolved-schema", SCHEMA, "DTDL 4 has it"),
    (content(2, telemetry(TWICE)), "duplicate-name", "$.contents[0].schema.enumValues[1].name", "twice"),
    (content(2, telemetry(), telemetry()), "duplicate-name", "$.contents[1].name", '"heat"'),
    (content(2, telemetry(name="a b")), "invalid-name", "$.contents[0].name", '"a b"'),
    (content(2, POINT), "model-mistake", SCHEMA, "DTDL 3 allows it"),
    (content(2, telemetry(displayName={"EN": "x"})), "wrong-model-value", "$.contents[0].displayName.EN", "en-US"),
    (content(3, telemetry("double", displayName="x" * 513)), "model-limit", "$.contents[0].displayName", "513"),
    (interface(3, "dtmi:foo:bar;1"), "model-context", "$['@context']", "is not known"),
    ({k: v for k, v in interface().items() if k != "@context"}, "model-context", "$", "no @context"),
    (interface() | {"@context": [CENTRAL.replace("2", "3"), CORE + "2"]}, "model-context", "$['@context']", "before"),
    (interface() | {"@id": "dtmi:example:a"}, "invalid-name", "$['@id']", "wants a version"),
    (interface() | {"@id": "urn:a:b:1"}, "invalid-name", "$['@id']", "no DTMI"),
    ([interface(extends="dtmi:example:Parent;1"), PARENT], "unresolved-schema", "$[0].extends", "case-sensitive"),
    ([interface(extends=PARENT["@id"], contents=[telemetry()]), PARENT], "duplicate-name", "$[0].contents[0]", "twice"),
    (interface(extends="dtmi:example:a;1"), "model-cycle", "$.extends", "inherits from itself"),
    (interface(3, schemas=[SELF]), "model-cycle", "$.schemas[0].elementSchema", "contains itself"),
    (interface(3, schemas=[ENUM]), "missing-model-key", "$.schemas[0]", "needs an @id"),
    (interface(3, "dtmi:dtdl:extension:annotation;1", contents=[ANNOTATED]), "model-mistake", "$.contents[0].annotates",
     "annotation itself"),
    (interface(4, QUANTITATIVE + "1", contents=[typed("Telemetry", "Temperature", unit="kelvin")]), "wrong-model-type",
     TYPE, "for DTDL 3"),
    (content(4, telemetry({"@id": "dtmi:example:s;1"})), "unresolved-schema", SCHEMA, "alone"),
    (interface(3, STREAMING, contents=[typed("Property", "Streaming", writable=True)]), "wrong-model-type",
     "$.contents[0].writable", "leave out writable"),
    (interface(3, STREAMING, contents=[typed("Telemetry", "Streaming")]), "wrong-model-type", TYPE, "only Property"),
    (interface(2, INITIAL, contents=[typed("Property", "Initialized")]), "missing-model-key", "$.contents[0]",
     "initialValue"),
    (interface(4, INITIAL, contents=[typed("Property", "Initialized", initialValue=1)]), "wrong-model-type", TYPE,
     "DTDL 2 and 3"),
    (interface(4) | {"@context": [CORE + "4#limitless", "dtmi:dtdl:limits:onvif;2"]}, "model-context", "$['@context']",
     "known are dtmi:dtdl:limits:onvif;1"),
    (content(4, telemetry({"@type": "Object", "fields": [FIELD, FIELD["@id"]]})), "duplicate-name",
     "$.contents[0].schema.fields[1].name", "twice"),
    (own_unit("foo"), "unresolved-schema", "$.contents[0].schema.enumValues[0].baseUnit", '"foo"'),
    (own_unit("LengthUnit"), "wrong-model-type", "$.contents[0].schema.enumValues[0].baseUnit", "EnumValue"),
    (content(2, telemetry(["dtmi:example:s;1"] * 2)), "wrong-model-value", SCHEMA, "allows 1"),
    (content(2, telemetry(ENUM | {"enumValues": ZEROS})), "duplicate-name",
     "$.contents[0].schema.enumValues[1].enumValue", "0 stands twice"),
    (content(3, {"@type": "Command", "name": "c", "commandType": ASYNCHRONOUS}), "wrong-model-type",
     "$.contents[0].commandType", "is of DTDL 2"),
    (content(2, telemetry(displayName="😀" * 33)), "model-limit", "$.contents[0].displayName", "66 characters"),
    (content(3, telemetry(ENUM | {"enumValues": ["byte"]})), "unresolved-schema",
     "$.contents[0].schema.enumValues[0]", "DTMI is needed"),
    (interface(4, schemas=[SELF], contents=[telemetry(within(SELF["@id"], 8))]), "model-limit", SCHEMA, "9 levels"),
])  # fmt: skip
def test_each_rule_says_where_and_what_is_right(model: Any, code: str, where: str, words: str) -> None:
    found = [each for each in lint(model).findings if each.entry.code == code and each.path == where]
    assert found and words in found[0].message, [(each.path, each.message) for each in lint(model).findings]


@pytest.mark.parametrize("model", [
    interface(3, QUANTITATIVE + "1", contents=[telemetry("TemperatureUnit")]),
    interface(3, QUANTITATIVE + "1", contents=[typed("Property", "Temperature", unit="degreeCelsius")]),
    interface(contents=[typed("Telemetry", "OwnType", ownKey={"a": 1})]),
    interface(2, CENTRAL, contents=[typed("Property", "Cloud", displayUnit="x")]),
    interface() | {"@context": [CENTRAL, CORE + "2"]},
    interface(contents=telemetry(["double"], name=["heat"], comment={"@value": "x", "@type": "xsd:string"})),
    interface(contents=[{"@type": "Telemetry", "name": "x", "dtmi:dtdl:property:schema;2": "double"}]),
    interface(3, contents=[telemetry("dtmi:dtdl:instance:Schema:double;2")]),
    interface(4, schemas=[SELF]),
    interface(extends={"@type": "Interface", "@id": "dtmi:example:in:place;1"}, contents=[IN_PLACE]),
    interface(4) | {"@context": [CORE + "4#limitless", CORE + "4#limits"]},
    interface(4) | {"@context": [CORE + "4#limitless", "dtmi:dtdl:limits:onvif;1"], "description": "x" * 4000},
    [interface(3, extends="dtmi:example:parent;1"), PARENT],
    {"capabilityModel": interface(), "@type": "ModelDefinition"},
    interface(3, STREAMING, contents=[typed("Property", "Streaming", writable=False)]),
    interface(3, INITIAL, contents=[typed("Property", "Initialized", initialValue={"a": [1]})]),
    [interface(extends=["dtmi:example:parent;1"] * 3), PARENT],
    [[interface(3, extends="dtmi:example:parent;1")], [[PARENT]]],
    interface(4, contents=[telemetry(displayName="😀" * 256, comment="ä" * 512)]),
    interface(4, schemas=[SELF], contents=[telemetry(within(SELF["@id"], 7))]),
    interface(schemas=[SELF]) | {"@context": [CORE + "3", CORE + "4"]},
    own_unit("metre"), own_unit(QUANTITATIVE[:-1] + ":v1:unit:metre"), own_unit("dtmi:example:unit;1"),
], ids=lambda model: json.dumps(model)[:60])  # fmt: skip
def test_models_as_real_collections_have_them_are_right(model: Any) -> None:
    """Ontologies and repositories write models in all these ways, and the reference parser accepts them."""
    assert lint(model, strict=True).findings == ()
    read_model(model)


def test_units_are_the_values_of_their_type() -> None:
    model = read_model(interface(3, QUANTITATIVE + "1", contents=[telemetry("TemperatureUnit")]))
    assert model.issues == () and model.telemetry({"heat": "kelvin"}) == []
    assert [each.entry.code for each in model.telemetry({"heat": "kelvins"})] == ["not-in-enum"]


def test_words_that_a_model_defines_itself_are_read_and_told() -> None:
    """Prefixes, other names of keys and types; what is wrong under them is found all the same."""
    context = [CORE + "2", {"ex": "dtmi:example:", "Reading": "dtmi:dtdl:class:Telemetry;2"}]
    part = {"@type": "Reading", "name": "ex:heat", "schema": "ex:state;1"}
    model = interface(schemas=[ENUM | {"@id": "ex:state;1"}], contents=[part]) | {"@context": context, "@id": "ex:a;1"}
    (name, local) = sorted(lint(model).findings, key=lambda each: each.severity is Severity.WARN)
    assert (name.entry.code, local.evidence["rule"], local.severity) == ("invalid-name", "context-local", Severity.WARN)
    assert "Reading, ex" in local.message
    part["name"] = "heat"
    (strict,) = lint(model, strict=True).findings
    assert strict.severity is Severity.FAIL
    assert [each.entry.code for each in read_model(model).telemetry({"heat": 2})] == ["not-in-enum"]
    assert read_model(model).document.root.id == "dtmi:example:a;1"


def test_what_exports_have_is_a_warning_and_strictly_an_error() -> None:
    parents = [interface() | {"@id": f"dtmi:example:p{each};1"} for each in range(3)]
    model = [interface(extends=[each["@id"] for each in parents]), *parents]
    (mild,), (strict,) = (lint(model, strict=each).findings for each in (False, True))
    assert (mild.severity, strict.severity) == (Severity.WARN, Severity.FAIL)
    assert "this tool reads them" in mild.message


def test_entries_of_schemas_are_read_though_nothing_uses_them() -> None:
    batch = {"@id": "dtmi:example:batch;1", "@type": "Object", "fields": [{"name": "weight", "schema": "double"}]}
    model = read_model(interface(schemas=[batch]))
    assert [each.entry.code for each in model.judge("dtmi:example:batch;1", {"weight": "x"})] == ["wrong-type"]


def test_an_object_that_needs_itself_has_no_finite_value() -> None:
    field = {"@type": ["Field", "Required"], "name": "next", "schema": "dtmi:example:link;1"}
    link = {"@id": "dtmi:example:link;1", "@type": "Object", "fields": [field]}
    (found,) = lint(interface(4, REQUIRED, schemas=[link])).findings
    assert found.entry.code == "model-cycle" and "no finite value" in found.message
    assert lint(interface(4, REQUIRED, schemas=[link | {"fields": [field | {"@type": "Field"}]}])).findings == ()


def test_the_preview_is_read_and_said_not_to_be_checked() -> None:
    instance = {"@type": "InterfaceInstance", "@id": "urn:a:i:1", "contents": [telemetry()]}
    told = lint({"@id": "urn:a:b:1", "@type": "CapabilityModel", "implements": [instance]})
    assert {each.severity for each in told.findings} == {Severity.WARN}
    assert told.unchecked and "preview" in told.unchecked[0]


def test_extensions_that_are_not_known_are_said_not_to_be_checked() -> None:
    told = lint(interface(2, "dtmi:foo:bar;1", contents=[typed("Telemetry", "dtmi:foo:Bar;1", other=1)]))
    assert told.findings == () and "dtmi:foo:bar;1" in told.unchecked[0]


def test_initial_values_are_said_not_to_be_checked() -> None:
    told = lint(interface(3, INITIAL, contents=[typed("Property", "Initialized", initialValue="x")]))
    assert told.findings == () and "initialValue" in told.unchecked[0]


@pytest.mark.parametrize("version", [3, 4])
def test_an_interface_has_a_largest_size(version: int, tmp_path: Path) -> None:
    """It has 2^20 characters at most. Blanks in a file count, and what surrounds the interface does not."""
    parts = [typed("Property", name=f"n{each}", comment="é" * 500) for each in range(2000)]
    model = interface(version, contents=parts[:1600])
    text = json.dumps(model, ensure_ascii=False)[:-1]
    for more, found in ((0, []), (1, ["model-limit"])):
        (tmp_path / "model.json").write_text(f"\n{text.ljust(2**20 - 1 + more)}}}\n", encoding="utf-8")
        assert [each.entry.code for each in lint(tmp_path / "model.json").findings] == found
    assert [each.path for each in lint([model, interface(version, contents=parts) | {"@id": "dtmi:b;1"}]).findings] == [
        "$[1]"
    ]


def test_a_reference_is_looked_for_in_the_repository() -> None:
    model = interface(extends="dtmi:example:parent;1")
    assert lint(model, resolve={"dtmi:example:parent;1": PARENT}.get).findings == ()
    with pytest.raises(ModelError, match="was not found"):
        lint(model)
    broken = PARENT | {"contents": [telemetry("dobule")]}
    (found,) = lint(model, resolve={"dtmi:example:parent;1": broken}.get).findings
    assert found.path == "dtmi:example:parent;1 $.contents[0].schema"


@pytest.mark.parametrize("document", [{}, {"a": 1}, 5, None, "x" * 10, [1], {"value": []}])
def test_what_is_no_model_is_refused(document: Any, tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ModelError):
        lint(tmp_path / "file.json")


def many(count: int) -> dict[str, Any]:
    """Models with `count` parts, each bad in another way."""
    shared = {"@id": "dtmi:example:s;1", "@type": "Object", "fields": [{"name": "f", "schema": "double"}]}
    parent = interface(3, extends=[f"dtmi:example:p{each};1" for each in range(20)]) | {"@id": "dtmi:example:x;1"}
    parents = [interface(3) | {"@id": f"dtmi:example:p{each};1"} for each in range(20)]
    uses = [telemetry(shared["@id"], f"t{each}") for each in range(count)]
    ring = [
        {"@id": f"dtmi:r{each};1", "@type": "Array", "elementSchema": f"dtmi:r{(each + 1) % count};1"}
        for each in range(count)
    ]
    part = {"@type": "Component", "schema": "dtmi:example:x;1"}
    values = [{"name": f"e{each}", "enumValue": each} for each in range(count)]
    return {
        "right": interface(3, contents=[telemetry(name=f"t{each}") for each in range(count)]),
        "same names": interface(3, contents=[telemetry() for each in range(count)]),
        "foreign keys": interface(3, **{f"key{each}": 1 for each in range(count)}),
        "misspelt schemas": interface(3, contents=[telemetry(f"dobule{each}", f"t{each}") for each in range(count)]),
        "references": interface(3, schemas=[shared], contents=uses),
        "a ring": interface(3, schemas=ring),
        "components": [interface(3, contents=[part | {"name": f"c{n}"} for n in range(count)]), parent, *parents],
        "an enum": interface(3, contents=[telemetry(ENUM | {"enumValues": values})]),
        "Properties": interface(2, schemas=[shared], contents=[typed("Property", name=f"p{n}") for n in range(count)]),
    }


@pytest.mark.parametrize("name", sorted(many(1)))
def test_the_cost_is_linear(name: str) -> None:
    """Eight times the parts cost at most twenty times as much, and few findings of a kind are listed."""
    seconds = []
    for count in (250, 2000):
        model = many(count)[name]
        seconds.append(min(_took(model) for _ in range(2)))
    assert seconds[1] < 20 * seconds[0] + 0.2


def _took(model: Any) -> float:
    began = time.process_time()
    assert len(lint(model).findings) <= 400
    return time.process_time() - began


@pytest.mark.parametrize("levels", [90, 10_000])
def test_a_model_of_many_levels_is_refused_or_judged(levels: int, tmp_path: Path) -> None:
    array = '{"@type":"Array","elementSchema":'
    text = json.dumps(content(4, telemetry("HERE"))).replace('"HERE"', array * levels + '"double"' + "}" * levels)
    (tmp_path / "deep.json").write_text(text, encoding="utf-8")
    if levels > 100:
        with pytest.raises(ModelError, match="nested deeper"):
            lint(tmp_path / "deep.json")
    else:
        assert {each.entry.code for each in lint(tmp_path / "deep.json").findings} == {"model-limit"}
