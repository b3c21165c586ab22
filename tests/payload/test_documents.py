"""Every form of document in which models come, the oddities of real files, and what is no model at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from azext_iotdiag.model.finding import Severity
from azext_iotdiag.payload import Model, ModelError, read_model
from azext_iotdiag.payload.reading import is_interface

V1, V2, V3, V4 = "http://azureiot.com/v1/contexts/IoTModel.json", *(f"dtmi:dtdl:context;{each}" for each in (2, 3, 4))
CENTRAL = ["dtmi:iotcentral:context;2", "dtmi:dtdl:context;2"]


def telemetry(name: str, schema: Any = "double", **more: Any) -> dict[str, Any]:
    return {"@type": "Telemetry", "name": name, "schema": schema} | more


def interface(name: str, *contents: dict[str, Any], context: Any = V2, **more: Any) -> dict[str, Any]:
    return {
        "@context": context,
        "@id": f"dtmi:example:{name};1",
        "@type": "Interface",
        "contents": list(contents),
    } | more


def component(name: str, schema: Any) -> dict[str, Any]:
    return {"@type": "Component", "name": name, "schema": schema}


def codes(model: Model, value: Any, *place: str) -> list[str]:
    return [found.entry.code for found in model.telemetry(value, *place)]


def issues(model: Model) -> list[str]:
    return [found.entry.code for found in model.issues]


THERMOSTAT = interface("thermostat", telemetry("temperature"))
ROOT = interface("root", telemetry("battery", "integer"), component("sensor", "dtmi:example:thermostat;1"))
BARE = {key: value for key, value in THERMOSTAT.items() if key != "@context"}

SHAPES: dict[str, Any] = {
    "an interface with its component inline": ROOT | {"contents": [
        telemetry("battery", "integer"), component("sensor", THERMOSTAT),
    ]},
    "a list, root first": [ROOT, THERMOSTAT],
    "a list, root last": [THERMOSTAT, ROOT],
    "a template from REST": {
        "@id": "dtmi:example:template;1", "@type": ["ModelDefinition", "DeviceModel"], "@context": CENTRAL,
        "displayName": "Pump", "etag": "x",
        "capabilityModel": ROOT | {"contents": [telemetry("battery", "integer"), component("sensor", BARE)]},
    },
    "a template of an older preview": {
        "id": "dtmi:example:template;1", "types": ["DeviceModel"],
        "solutionModel": {"id": "x", "types": ["SolutionModel"]},
        "capabilityModel": ROOT | {"contents": [telemetry("battery", "integer"), component("sensor", BARE)]},
    },
    "an export of Central's UI": [
        ROOT | {"@context": CENTRAL, "displayName": {"en": "Pump"}, "extends": ["dtmi:example:more;1"]},
        interface("more", telemetry("extra", "string"), context=CENTRAL), THERMOSTAT,
    ],
    "what az dt model show gives": {"id": "dtmi:example:root;1", "model": ROOT | {"contents": [
        telemetry("battery", "integer"), component("sensor", THERMOSTAT),
    ]}},
    "full identifiers for types": ROOT | {"contents": [
        {"@type": "dtmi:dtdl:class:Telemetry;2", "name": "battery", "schema": "dtmi:dtdl:instance:Schema:integer;2"},
        {"@type": ["dtmi:dtdl:class:Component;2"], "name": "sensor", "schema": [THERMOSTAT]},
    ]},
}  # fmt: skip


@pytest.mark.parametrize("document", SHAPES.values(), ids=SHAPES)
def test_shapes(document: Any) -> None:
    model = read_model(document)
    assert codes(model, {"battery": 5}) == []
    assert codes(model, {"battery": "5"}) == ["wrong-type"]
    assert codes(model, {"temperature": 1.5}, "sensor") == []
    assert codes(model, {"temperature": 1.5}) == ["wrong-component"]


INSTANCE = {"@type": "InterfaceInstance", "name": "sensor", "schema": BARE}
OLD: dict[str, Any] = {
    "a capability model": {
        "@id": "urn:example:dcm:1", "@type": "CapabilityModel", "@context": V1, "implements": [INSTANCE],
    },
    "a capability model with identifiers only": [
        {"@id": "urn:example:dcm:1", "@type": "CapabilityModel", "@context": V1, "implements": [
            INSTANCE | {"schema": "dtmi:example:thermostat;1"},
        ]}, THERMOSTAT,
    ],
    "instances among extends": {"@id": "dtmi:x:t;1", "capabilityModel": {
        "@id": "dtmi:x:m;1", "@type": "Interface", "contents": [], "extends": [INSTANCE],
    }},
}  # fmt: skip


@pytest.mark.parametrize("document", OLD.values(), ids=OLD)
def test_instances_of_old_models_may_be_named_or_not(document: Any) -> None:
    model = read_model(document)
    assert codes(model, {"temperature": 1.5}) == []
    assert codes(model, {"temperature": 1.5}, "sensor") == []
    assert codes(model, {"temperature": "x"}, "sensor") == ["wrong-type"]


def test_a_capability_model_with_bare_identifiers() -> None:
    document = [
        {"@id": "urn:example:dcm:1", "@type": "CapabilityModel", "implements": ["dtmi:example:thermostat;1"]},
        BARE,
    ]
    assert codes(read_model(document), {"temperature": 1.5}) == []


def test_modules_of_an_edge_device() -> None:
    document = ROOT | {"contents": [
        {"@type": ["Relationship", "EdgeModule"], "name": "edgeApp", "target": [
            interface("module", telemetry("load"), component("disk", interface("disk", telemetry("free", "long")))),
        ]},
        telemetry("battery", "integer"),
    ]}  # fmt: skip
    model = read_model(document)
    assert codes(model, {"battery": 5}) == []
    assert codes(model, {"load": 0.5}, "", "edgeApp") == []
    assert codes(model, {"free": 5}, "disk", "edgeApp") == []
    assert codes(model, {"load": 0.5}) == ["unmodeled-field"]
    assert codes(model, {"load": "x"}, "", "edgeApp") == ["wrong-type"]
    (found,) = model.telemetry({"load": 1}, module="edgeapp")
    assert found.entry.code == "unknown-module" and found.evidence["suggestion"] == "edgeApp"
    assert "template-issue" in issues(model)  # the target is a list of one


def chain(length: int, context: str = V4) -> list[dict[str, Any]]:
    return [
        interface(f"level{at}", telemetry(f"value{at}x"), context=context)
        | ({"extends": f"dtmi:example:level{at + 1};1"} if at + 1 < length else {})
        for at in range(length)
    ]


def test_what_is_inherited_counts_as_the_roots_own() -> None:
    model = read_model(chain(10))
    assert codes(model, {f"value{at}x": 1.5 for at in range(10)}) == []
    assert codes(model, {"value9x": "1"}) == ["wrong-type"]
    assert model.issues == ()


def test_inheritance_beyond_the_limit_is_noted_and_strictly_refused() -> None:
    model = read_model(chain(20))
    assert codes(model, {"value19x": 1.5}) == []
    assert "model-limit" in issues(model)
    with pytest.raises(ModelError, match=r"level13.*levels of inheritance"):
        read_model(chain(20), strict=True)


@pytest.mark.parametrize(("context", "most"), [(V4, 12), (V3, 10), (V2, 10)])
def test_the_last_level_of_inheritance(context: str, most: int) -> None:
    assert "model-limit" not in issues(read_model(chain(most + 1, context)))
    assert "model-limit" in issues(read_model(chain(most + 2, context)))


def test_inheritance_beyond_all_reason_is_refused() -> None:
    with pytest.raises(ModelError, match="levels of inheritance"):
        read_model(chain(150))


def test_a_component_may_inherit_and_an_inherited_interface_may_have_a_component() -> None:
    base = interface("base", component("sensor", "dtmi:example:thermostat;1"))
    warm = interface("warm", telemetry("humidity"))
    document = [interface("root", extends="dtmi:example:base;1"), base, THERMOSTAT | {"extends": [warm["@id"]]}, warm]
    assert codes(read_model(document), {"temperature": 1, "humidity": 2}, "sensor") == []


def test_what_is_inherited_twice_is_there_once() -> None:
    """A hostile model would otherwise take for ever: two ways a level are 2**30 ways in all."""
    levels = [
        interface("x", telemetry(f"v{at}x"), extends=[f"dtmi:example:{side}{at + 1};1" for side in "ab"], context=V4)
        | {"@id": f"dtmi:example:{own}{at};1"}
        for at in range(30) for own in ("a", "b")
    ]  # fmt: skip
    ends = [interface("a30", context=V4), interface("b30", context=V4)]
    model = read_model([*levels, *ends])
    assert len(model.document.root.contents) == 59


CYCLES: dict[str, Any] = {
    "an interface that extends itself": interface("a", extends="dtmi:example:a;1"),
    "two that extend each other": [
        interface("root", extends="dtmi:example:b;1"), interface("b", extends=["dtmi:example:c;1"]),
        interface("c", extends=["dtmi:example:b;1"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("document", CYCLES.values(), ids=CYCLES)
def test_cycles_are_refused(document: Any) -> None:
    with pytest.raises(ModelError, match=r"inherits from itself: dtmi:example:(.);1 → .*dtmi:example:\1;1"):
        read_model(document)


TREE = {"@id": "dtmi:example:tree;1", "@type": "Object", "fields": [
    {"name": "size", "schema": "integer"},
    {"name": "parts", "schema": {"@type": "Array", "elementSchema": "dtmi:example:tree;1"}},
]}  # fmt: skip


def test_a_schema_may_contain_itself_in_version_4_only() -> None:
    def document(context: str) -> dict[str, Any]:
        return interface("a", telemetry("tree", "dtmi:example:tree;1"), context=context, schemas=[TREE])

    model = read_model(document(V4))
    assert codes(model, {"tree": {"size": 1, "parts": [{"parts": [{"size": 3}]}]}}) == []
    (found,) = model.telemetry({"tree": {"parts": [{"parts": [{"size": "3"}]}]}})
    assert found.path == "$.tree.parts[0].parts[0].size"
    with pytest.raises(ModelError, match="tree;1 contains itself"):
        read_model(document(V3))
    deep: Any = {"size": 1}
    for _ in range(3000):
        deep = {"parts": [deep]}
    assert codes(model, {"tree": deep}) == ["invalid-json"]


def nested(levels: int) -> Any:
    schema: Any = "integer"
    for _ in range(levels):
        schema = {"@type": "Array", "elementSchema": schema}
    return schema


@pytest.mark.parametrize(("context", "most"), [(V2, 5), (V3, 5), (V4, 8)])
def test_schemas_within_schemas(context: str, most: int) -> None:
    assert read_model(interface("a", telemetry("x", nested(most)), context=context), strict=True).issues == ()
    deeper = interface("a", telemetry("x", nested(most + 1)), context=context)
    assert issues(read_model(deeper)) == ["model-limit"]
    with pytest.raises(ModelError, match=r"dtmi:example:a;1 x.*levels of schemas"):
        read_model(deeper, strict=True)


def test_schemas_nested_beyond_all_reason() -> None:
    with pytest.raises(ModelError, match="levels of schemas"):
        read_model(interface("a", telemetry("x", nested(200))))


ODD: list[tuple[Any, str]] = [
    (telemetry("x") | {"dtmi:dtdl:property:schema;2": "integer", "schema": "integer"}, "template-issue"),
    (telemetry("x", {"@type": "Array", "dtmi:dtdl:property:elementSchema;2": "double"}), "template-issue"),
    (telemetry("x", ["double"]), "template-issue"),
    (telemetry("x", "uuid"), "model-mistake"),
    (telemetry("x", "Double"), "unresolved-schema"),
    (telemetry("x", "dtmi:example:gone;1"), "unresolved-schema"),
    (telemetry("x", {"@type": "Tuple"}), "unresolved-schema"),
    (telemetry("x", {"@type": "Enum", "valueSchema": "double", "enumValues": []}), "unresolved-schema"),
    (telemetry("x", {"@type": "Enum", "valueSchema": "integer", "enumValues": []}), "model-mistake"),
    (telemetry("x", {"@type": "Enum", "enumValues": [{"name": "a", "enumValue": "1"}]}), "model-mistake"),
    (telemetry("x", {"@type": "Object", "fields": []}), "model-mistake"),
    (telemetry("x", {"fields": [{"name": f"f{each}", "schema": "double"} for each in range(31)]}), "model-limit"),
    (telemetry("x", {"@type": "Object", "fields": [{"name": "a", "schema": "double"}] * 2}), "model-mistake"),
    (telemetry("x", {"fields": {"@type": "SchemaField", "name": "a", "schema": "double"}}), "template-issue"),
    (telemetry("_x"), "invalid-name"),
    (telemetry("x" * 65), "invalid-name"),
    (telemetry("EventHub"), "reserved-name"),
    ({"@type": "Property", "name": "x", "schema": {"@type": "Array", "elementSchema": "double"}}, "model-mistake"),
    ({"@type": "Thing", "name": "x"}, "model-mistake"),
    ({"@type": "Telemetry", "schema": "double"}, "model-mistake"),
    (component("c", interface("i", component("d", THERMOSTAT))), "model-mistake"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "code"), ODD, ids=lambda each: json.dumps(each)[:50])
def test_oddities_are_read_and_noted(content: dict[str, Any], code: str) -> None:
    model = read_model(interface("a", content, telemetry("good")))
    assert code in issues(model)
    assert codes(model, {"good": "x"}) == ["wrong-type"]


def test_full_identifiers_for_keys_are_read() -> None:
    field = {"@type": "SchemaField", "name": "a", "dtmi:dtdl:property:schema;2": "integer"}
    model = read_model(interface("a", telemetry("x", {"@type": "Object", "fields": [field]})))
    assert codes(model, {"x": {"a": 1}}) == [] and codes(model, {"x": {"a": "1"}}) == ["wrong-type"]


def test_unknown_schemas_are_not_judged() -> None:
    assert codes(read_model(interface("a", telemetry("x", "nothing"))), {"x": [1]}) == []


@pytest.mark.parametrize("schema", [{}, {"@id": ""}, "", {"@type": "Array", "elementSchema": {}}])
@pytest.mark.parametrize("defined", [[], [{}], [{"@type": "Object", "fields": []}]])
def test_a_schema_without_a_name_is_none_of_those_that_are_defined(schema, defined) -> None:
    content = {"@type": "Telemetry", "name": "heat", "schema": schema}
    model = read_model({
        "@context": "dtmi:dtdl:context;2", "@id": "dtmi:a:b;1", "@type": "Interface", "contents": [content],
        "schemas": defined,
    })  # fmt: skip
    assert model.telemetry({"heat": [1]}) == []
    assert [each.message for each in model.issues if "schema" in each.message] == [
        "there is no schema; its values are not judged"
    ]


@pytest.mark.parametrize(("value", "violations"), [(1.5, 0), ("1.5", 1)])
def test_a_schema_that_is_defined_as_another_name_of_a_standard_one(value, violations) -> None:
    model = read_model({
        "@context": "dtmi:dtdl:context;2", "@id": "dtmi:a:b;1", "@type": "Interface",
        "contents": [{"@type": "Telemetry", "name": "heat", "schema": "dtmi:a:s;1"}],
        "schemas": [{"@id": "dtmi:a:s;1", "@type": "double"}],
    })  # fmt: skip
    assert len(model.telemetry({"heat": value})) == violations


@pytest.mark.parametrize(("context", "told"), [(V2, ["model-mistake"]), (V3, []), (V4, [])])
@pytest.mark.parametrize("schema", [
    {"@type": "Object", "fields": []}, {"@type": "Enum", "valueSchema": "integer", "enumValues": []},
])  # fmt: skip
def test_from_version_3_on_an_object_or_enum_may_be_empty(
    schema: dict[str, Any], context: str, told: list[str]
) -> None:
    assert issues(read_model(interface("a", telemetry("t", schema), context=context))) == told


@pytest.mark.parametrize(("context", "count", "told"), [
    (V2, 2, []), (V2, 3, ["model-limit"]), (V3, 3, []), (V3, 1025, ["model-limit"]), (V4, 1025, ["model-limit"]),
])  # fmt: skip
def test_how_many_interfaces_one_may_extend(context: str, count: int, told: list[str]) -> None:
    """Two before version 3, 1,024 from then on."""
    parents = [interface(f"p{number}", context=context) for number in range(count)]
    child = interface("child", context=context, extends=[each["@id"] for each in parents])
    assert issues(read_model([child, *parents])) == told


@pytest.mark.parametrize(("document", "words"), [
    (None, "this is no model but null"), (True, "this is no model but true or false"),
    (5, "this is no model but a number"), (1.5, "this is no model but a number"),
    ([], "the list of interfaces is empty"),
    ([interface("a"), 5], "the list holds what is no interface"), ({}, "The keys in it are: none"),
    ({"a": 1, "b": 2}, "The keys in it are: a, b"), ({"value": []}, "give one of them"),
])  # fmt: skip
def test_what_is_no_model_is_named(document: Any, words: str) -> None:
    with pytest.raises(ModelError) as wrong:
        read_model(document)
    assert words in str(wrong.value)


@pytest.mark.parametrize(("content", "normal"), [
    (telemetry("a b"), Severity.FAIL), (telemetry("t", {"@type": "Object", "fields": []}), Severity.FAIL),
    ({"@type": "Telemetry", "name": "t", "dtmi:dtdl:property:schema;2": "double"}, Severity.WARN),
])  # fmt: skip
def test_how_bad_an_issue_of_a_model_is(content: dict[str, Any], normal: Severity) -> None:
    """What is wrong in any reading of the language is an error; strictly everything is."""
    for strict, severity in ((False, normal), (True, Severity.FAIL)):
        assert {each.severity for each in read_model(interface("a", content), strict=strict).issues} == {severity}


@pytest.mark.parametrize(("fields", "told"), [
    ([{"name": "a", "schema": "double"}], []), ([{"name": "a", "schema": "double"}, 5], ["model-mistake"]),
    ("none", ["model-mistake", "model-mistake"]), ({"name": "a", "schema": "double"}, ["template-issue"]),
])  # fmt: skip
def test_what_stands_in_the_place_of_a_list(fields: Any, told: list[str]) -> None:
    assert issues(read_model(interface("a", telemetry("t", {"@type": "Object", "fields": fields})))) == told


def test_a_limit_is_told_with_what_was_counted() -> None:
    (issue,) = read_model(interface("a", telemetry("x", nested(6)))).issues
    assert (issue.evidence, issue.message) == (
        {"count": 6, "limit": 5}, "6 levels of schemas within schemas, and DTDL 2 allows 5",
    )  # fmt: skip


V1_NAMES = {"_x": True, "x_": True, "1x": False, "a b": False}
NAMES = {"_x": False, "x_": False, "1x": False, "a b": False, "x": True, "x_1": True, "x" * 64: True, "x" * 65: False}


@pytest.mark.parametrize(("context", "name", "right"), [
    *((V1, name, right) for name, right in V1_NAMES.items()), *((V2, name, right) for name, right in NAMES.items()),
    (V3, "x" * 512, True), (V3, "x" * 513, False), (V4, "x" * 513, False),
])  # fmt: skip
def test_names(context: str, name: str, right: bool) -> None:
    assert ("invalid-name" in issues(read_model(interface("a", telemetry(name), context=context)))) is not right


@pytest.mark.parametrize(("context", "identifier", "right"), [
    (V1, "urn:example:a:1", True), (V2, "urn:example:a:1", False), (V2, "dtmi:example:a", False),
    (V3, "dtmi:example:a", True), (V2, f"dtmi:{'a' * 121};1", True), (V2, f"dtmi:{'a' * 122};1", False),
])  # fmt: skip
def test_identifiers(context: str, identifier: str, right: bool) -> None:
    """A DTMI has 128 characters at most, and a version before DTDL 3."""
    model = read_model(interface("a", telemetry("x"), context=context) | {"@id": identifier})
    assert ("invalid-name" in issues(model)) is not right


@pytest.mark.parametrize("inner", [[], [5], [THERMOSTAT, 5], 5, None])
@pytest.mark.parametrize("key", ["capabilityModel", "model"])
def test_a_template_that_wraps_no_model(key: str, inner: Any) -> None:
    with pytest.raises(ModelError, match=f"The keys in it are: {key}"):
        read_model({key: inner})


def test_a_schema_that_is_used_twice_is_no_schema_that_contains_itself() -> None:
    shared = {"@id": "dtmi:example:shared;1", "@type": "Array", "elementSchema": "double"}
    model = read_model(interface("a", telemetry("x", shared), telemetry("y", shared)))
    assert issues(model) == [] and codes(model, {"x": [1], "y": ["2"]}) == ["wrong-type"]


@pytest.mark.parametrize(("given", "shown"), [
    ("Pump", "Pump"), ({"en": "Pump", "de": "Pumpe"}, "Pump"), ({"de": "Pumpe"}, "Pumpe"), ({}, ""), (None, ""),
])  # fmt: skip
def test_the_name_for_people_is_the_english_one_or_another(given: Any, shown: str) -> None:
    root = read_model(interface("a", displayName=given) if given is not None else interface("a")).document.root
    assert root.name == shown


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text("5", encoding="utf-8")
    with pytest.raises(ModelError) as wrong:
        read_model(path)
    assert str(wrong.value).startswith(f"{path}: this is no model but a number")


@pytest.mark.parametrize(("node", "defines"), [
    ({"contents": []}, True), ({"implements": []}, True), ({"@type": "Interface", "displayName": "x"}, True),
    ({"@type": "CapabilityModel", "displayName": "x"}, True), ({"@type": "Interface", "@id": "a"}, False),
    ({"types": "Interface", "id": "a"}, False), ({"@type": "Telemetry", "name": "x"}, False), ({}, False),
])  # fmt: skip
def test_a_node_defines_an_interface_or_refers_to_one(node: dict[str, Any], defines: bool) -> None:
    assert is_interface(node) is defines


@pytest.mark.parametrize(("encoding", "note"), [
    ("utf-8", []), ("utf-8-sig", ["the file begins with a byte order mark"]),
    ("utf-16", ["the file is in UTF-16"]),
])  # fmt: skip
def test_a_file_in_another_encoding_is_read(tmp_path: Path, encoding: str, note: list[str]) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(THERMOSTAT), encoding=encoding)
    assert [each.message for each in read_model(path).issues] == note


@pytest.mark.parametrize(("body", "encoding"), [(b"\xff\xfea", "UTF-16"), (b"\xef\xbb\xbf\xff", "UTF-8")])
def test_a_file_that_is_not_in_its_encoding_is_named(tmp_path: Path, body: bytes, encoding: str) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(body)
    with pytest.raises(ModelError, match=rf"model\.json begins as {encoding} and then is none"):
        read_model(path)


def test_a_list_under_an_identifier_is_about_that_interface() -> None:
    """And one that is handed over is about the interface that no other one names."""
    both = [THERMOSTAT, ROOT]
    by_name = read_model("dtmi:example:thermostat;1", resolve=lambda _: both)
    assert by_name.document.root.id == "dtmi:example:thermostat;1"
    assert read_model(both).document.root.id == "dtmi:example:root;1"


@pytest.mark.parametrize("context", [V1, V2, V3])
@pytest.mark.parametrize("count", [30, 31])
def test_how_many_fields_an_object_may_have(context: str, count: int) -> None:
    fields = [{"name": f"f{number}", "schema": "double"} for number in range(count)]
    found = read_model(interface("a", telemetry("x", {"@type": "Object", "fields": fields}), context=context))
    assert ("model-limit" in issues(found)) is (count > 30 and context != V3)


@pytest.mark.parametrize("schema", ["map", "object", "array"])
def test_every_schema_counts_as_a_level(schema: str) -> None:
    made: Any = "integer"
    for _ in range(6):
        made = {
            "map": {"@type": "Map", "mapKey": {"name": "k", "schema": "string"},
                    "mapValue": {"name": "v", "schema": made}},
            "object": {"@type": "Object", "fields": [{"name": "f", "schema": made}]},
            "array": {"@type": "Array", "elementSchema": made},
        }[schema]  # fmt: skip
    assert issues(read_model(interface("a", telemetry("x", made)))) == ["model-limit"]
    inner = made["mapValue"]["schema"] if schema == "map" else (
        made["fields"][0]["schema"] if schema == "object" else made["elementSchema"])  # fmt: skip
    assert issues(read_model(interface("a", telemetry("x", inner)))) == []


def test_a_schema_in_place_may_contain_itself_in_version_4_only() -> None:
    tree = {**TREE, "fields": [{"name": "parts", "schema": {"@type": "Array", "elementSchema": TREE}}]}
    assert issues(read_model(interface("a", telemetry("tree", tree), context=V4))) == []
    with pytest.raises(ModelError, match="contains itself"):
        read_model(interface("a", telemetry("tree", tree), context=V3))


def test_the_context_may_stand_at_another_interface_of_a_list() -> None:
    """Version 3 wants no version in an identifier, which version 2 does."""
    bare = {"@id": "dtmi:example:root", "@type": "Interface", "contents": []}
    other = {"@id": "dtmi:example:x;1", "@type": "Interface", "contents": [], "@context": V3}
    root = {**bare, "extends": "dtmi:example:x;1"}
    assert read_model([root, other]).document.version == 3
    assert read_model([root, {**other, "@context": V2}]).document.version == 2


@pytest.mark.parametrize(("context", "rule"), [(V1, "does not begin with a digit"), (V2, "does not end with '_'")])
def test_a_wrong_name_is_told_with_the_rule_of_the_version(context: str, rule: str) -> None:
    (issue,) = read_model(interface("a", telemetry("a b"), context=context)).issues
    assert rule in issue.message


ARRAY = {"@type": "Array", "elementSchema": "double"}
HOLDS = {"@type": "Object", "fields": [{"name": "a", "schema": "double"}, {"name": "b", "schema": ARRAY}]}


@pytest.mark.parametrize(("schema", "context", "told"), [
    (ARRAY, V2, ["model-mistake"]), (HOLDS, V2, ["model-mistake"]), (ARRAY, V3, []), ("double", V2, []),
    ({"@type": "Object", "fields": [{"name": "a", "schema": "double"}]}, V2, []),
    ({"@id": "dtmi:example:s;1", **HOLDS}, V2, ["model-mistake"]),
    ({"@id": "dtmi:example:s;1", "@type": "Object", "fields": [{"name": "a", "schema": "double"}]}, V2, []),
])  # fmt: skip
def test_an_array_in_a_property_came_with_version_3(schema: Any, context: str, told: list[str]) -> None:
    content = {"@type": "Property", "name": "p", "schema": schema}
    assert issues(read_model(interface("a", content, context=context))) == told


@pytest.mark.parametrize(("content", "words"), [
    ({"name": "x"}, "no @type"), ({"@type": "Odd", "name": "x"}, "Odd"), ({"@type": "Telemetry"}, "has no name"),
])  # fmt: skip
def test_a_content_that_is_none_says_what_it_lacks(content: dict[str, Any], words: str) -> None:
    assert any(words in each.message for each in read_model(interface("a", content)).issues)


def test_a_field_without_a_name_hides_no_other() -> None:
    fields = [{"schema": "double"}, {"name": "a", "schema": "double"}, {"name": "a", "schema": "string"},
              {"name": "b", "schema": "double"}]  # fmt: skip
    model = read_model(interface("x", telemetry("o", {"@type": "Object", "fields": fields})))
    assert codes(model, {"o": {"a": 1.5, "b": 1.5}}) == [] and codes(model, {"o": {"a": "t"}}) == ["wrong-type"]


@pytest.mark.parametrize(("schema", "told"), [
    ("dtmi:example:array;1", True), ("dtmi:example:plain;1", False), ("dtmi:example:within;1", True),
    ("dtmi:example:nowhere;1", False),
])  # fmt: skip
def test_an_array_in_a_property_of_version_2_is_found_behind_a_name(schema: str, told: bool) -> None:
    schemas = [
        {"@type": "Array", "@id": "dtmi:example:array;1", "elementSchema": "double"},
        {"@type": "Object", "@id": "dtmi:example:plain;1", "fields": [{"name": "a", "schema": "double"}]},
        {
            "@type": "Object",
            "@id": "dtmi:example:within;1",
            "fields": [{"name": "a", "schema": "dtmi:example:array;1"}],
        },
    ]
    model = read_model(interface("a", {"@type": "Property", "name": "p", "schema": schema}, schemas=schemas))
    assert any("no Array in a property" in each.message for each in model.issues) is told


def test_a_long_name_is_cut_in_a_message() -> None:
    (issue,) = read_model(interface("a", telemetry("-" * 200))).issues
    assert f"the name '{'-' * 80}' is not allowed" in issue.message
