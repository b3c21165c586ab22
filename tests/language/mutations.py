"""Damages a model in one place: every way in which people and tools write models wrongly, and some that are right."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.language.models import ADDED, GEOMETRIES, PLAIN, SEMANTIC

Node = dict[str, Any]
WORDS = [
    *PLAIN, *ADDED, *GEOMETRIES, *SEMANTIC, "scaledDecimal", "geopoint", "vector", "dobule", "Double", "int", "text",
    "kelvin", "metre", "celsius", "Interface", "Telemetry", "Property", "Command", "Component", "Relationship", "Array",
    "Enum", "EnumValue", "Object", "Field", "Map", "MapKey", "MapValue", "CommandPayload", "CommandRequest",
    "CommandResponse", "Content", "Schema", "SemanticType", "TemperatureUnit", "synchronous", "State", "Event",
    "Location", "Historized", "Required", "Cloud", "Initialized", "Foo", "foo:bar", "dtmi:foo:bar;1", "dtmi:_x;1",
    "dtmi:dtdl:class:Telemetry;2", "dtmi:dtdl:instance:Schema:integer;2", "dtmi:dtdl:instance:Schema:byte;4",
    "dtmi:dtdl:instance:Schema:nothing;2", "dtmi:standard:class:Temperature;2", "dtmi:standard:unit:kelvin;2",
    "dtmi:standard:schema:geospatial:point;3", "dtmi:iotcentral:schema:geopoint;2", "urn:foo:bar:1", "",
]  # fmt: skip
KEYS = [
    "name", "schema", "writable", "unit", "target", "properties", "maxMultiplicity", "minMultiplicity", "request",
    "response", "commandType", "nullable", "fields", "enumValues", "enumValue", "valueSchema", "elementSchema",
    "mapKey", "mapValue", "contents", "extends", "schemas", "displayName", "description", "comment", "Name", "Schema",
    "displayUnit", "SemanticType", "foo", "foo:bar", "dtmi:foo:bar;1", "dtmi:_foo;1", "@foo", "@graph", "@id", "@type",
    "annotates", "overrides", "index", "payloadFormat", "languageMajorVersion", "dtmi:dtdl:property:comment;2",
    "dtmi:dtdl:property:schema;3", "dtmi:dtdl:property:schema;4", "symbol", "initialValue", "decimalPlaces",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 1.5, 3.0, 501, 2**31, "", "x", "true", "1", [], {}, [1], ["x"], ["x", "y"], {"a": 1},
    {"@value": "x"}, {"@value": 1}, {"@value": True, "@type": "xsd:boolean"}, {"@value": "x", "@type": "xsd:integer"},
    {"@value": "x", "@language": "en"}, {"@value": "x", "more": 1}, {"@id": "dtmi:foo:bar;1"}, "x" * 65, "x" * 513,
    {"en": "x"}, {"EN": "x"}, {"en": 1}, ["x", {"@value": "y"}], [{"@value": "x", "@language": "de"}] * 2, [[]],
]  # fmt: skip
NAMES = ["a", "a_", "_a", "9a", "a b", "a-b", "ä", "a" * 64, "a" * 65, "a" * 512, "a" * 513, "a__b", "A1", "", "a.b"]
IDENTIFIERS = [
    "dtmi:a;1", "dtmi:a:b", "dtmi:a:b;0", "dtmi:a:b;01", "dtmi:a:b;1.1", "dtmi:a:b;1.01", "dtmi:a:_b;1", "dtmi:a:b_;1",
    "dtmi:a::b;1", "dtmi:;1", "DTMI:a:b;1", "dtmi:a:b;1234567890", "dtmi:dtdl:a;1", "dtmi:standard:a;1",
    "dtmi:iotcentral:a;1", "dtmi:" + "a" * 121 + ";1", "dtmi:" + "a" * 122 + ";1", "urn:a:b:1", "a", "", " dtmi:a;1",
    "dtmi:a-b;1", "dtmi:ä;1",
]  # fmt: skip
CONTEXTS: list[Any] = [
    "dtmi:dtdl:context;2", "dtmi:dtdl:context;3", "dtmi:dtdl:context;4", "dtmi:dtdl:context;1", "dtmi:dtdl:context;5",
    "dtmi:dtdl:context", "dtmi:dtdl:context;2.1", "dtmi:dtdl:context;4.1", [], None, {}, 1, "http://example.org/x",
    ["dtmi:dtdl:context;2", "dtmi:dtdl:context;3"], ["dtmi:iotcentral:context;2", "dtmi:dtdl:context;2"],
    ["dtmi:dtdl:extension:quantitativeTypes;1", "dtmi:dtdl:context;3"], ["dtmi:dtdl:context;3", "dtmi:foo:bar;1"],
    ["dtmi:dtdl:context;2", "dtmi:foo:bar;1"], ["dtmi:dtdl:context;3", {"a": "dtmi:a;1"}], "dtmi:foo:bar;1",
    ["dtmi:dtdl:context;4#limitless"], ["dtmi:dtdl:context;4#limitless", "dtmi:dtdl:context;4#limits"],
    ["dtmi:dtdl:context;4#limits"], ["dtmi:dtdl:context;4", "dtmi:dtdl:context;4#limits"],
    ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;2"], ["dtmi:dtdl:context;3", "dtmi:a:b"],
    ["dtmi:dtdl:context;4", "dtmi:dtdl:extension:quantitativeTypes;9"],
    ["dtmi:dtdl:context;4", "dtmi:dtdl:limits:onvif;1"],
    ["dtmi:dtdl:context;4", "dtmi:dtdl:extension:quantitativeTypes;1"], ["dtmi:dtdl:context;2", "x#y"],
]  # fmt: skip


def nodes(part: Any, key: str = "") -> Iterator[tuple[Node, str]]:
    """All objects of a model that are elements, with the key that each stands under."""
    if isinstance(part, dict):
        if key not in ("displayName", "description", "comment", "writable", "maxMultiplicity"):
            yield part, key
            for name, value in part.items():
                yield from nodes(value, name)
    elif isinstance(part, list):
        for each in part:
            yield from nodes(each, key)


def damaged(model: Any, dice: random.Random) -> tuple[str, Any]:
    """A copy with one change, and the name of what was done."""
    made = copy.deepcopy(model)
    mutate = dice.choice(MUTATIONS)
    found = list(nodes(made))
    node, _ = dice.choice(found)
    return mutate.__name__.strip("_"), mutate(made, node, dice) or made


def _misspell_key(_model: Any, node: Node, dice: random.Random) -> None:
    key = dice.choice(sorted(node))
    wrong = dice.choice([key.lower(), key.upper(), key[:-1], key + "s", key[::-1], key.strip("@")])
    node[wrong] = node.pop(key)


def _drop_key(_model: Any, node: Node, dice: random.Random) -> None:
    del node[dice.choice(sorted(node))]


def _add_key(_model: Any, node: Node, dice: random.Random) -> None:
    node.setdefault(dice.choice(KEYS), dice.choice([*VALUES, *WORDS[:6]]))


def _wrong_value(_model: Any, node: Node, dice: random.Random) -> None:
    node[dice.choice(sorted(node))] = copy.deepcopy(dice.choice(VALUES))


def _plain_value(model: Any, _node: Node, dice: random.Random) -> None:
    """A value of another form where a plain one stands, or could."""
    keys = {"Property": ["writable"], "Relationship": ["maxMultiplicity", "minMultiplicity", "target", "writable"]}
    keys["Command"] = ["commandType"]
    places = []
    for node, _ in nodes(model):
        kind = node.get("@type")
        kind = kind[0] if isinstance(kind, list) and kind else kind
        own = keys.get(kind, []) if isinstance(kind, str) else []
        places += [(node, key) for key in [*own, "displayName", "description", "comment"]]
    node, key = dice.choice(places)
    node[key] = copy.deepcopy(dice.choice(VALUES))


def _wrong_word(model: Any, _node: Node, dice: random.Random) -> None:
    """Another word where a word stands."""
    places = [(node, key) for node, _ in nodes(model) for key, value in node.items() if _is_word(key, value)]
    if places:
        node, key = dice.choice(places)
        node[key] = dice.choice(WORDS)


def _is_word(key: str, value: Any) -> bool:
    return key in ("schema", "elementSchema", "valueSchema", "unit", "commandType", "target") and isinstance(value, str)


def _wrong_type(_model: Any, node: Node, dice: random.Random) -> None:
    node["@type"] = dice.choice([dice.choice(WORDS), [dice.choice(WORDS)], [], 1, None, [1]])


def _add_type(model: Any, _node: Node, dice: random.Random) -> None:
    """One more type beside the kind."""
    typed = [node for node, _ in nodes(model) if "@type" in node]
    if typed:
        node = dice.choice(typed)
        old = node["@type"]
        node["@type"] = [*(old if isinstance(old, list) else [old]), dice.choice(WORDS)]
        dice.shuffle(node["@type"])
        if dice.random() < 0.4:
            node["unit"] = dice.choice([unit for units in SEMANTIC.values() for unit in units])


def _other_unit(model: Any, _node: Node, dice: random.Random) -> None:
    """A unit of another quantity, misspelt, or none."""
    measured = [node for node, _ in nodes(model) if "unit" in node]
    if measured:
        node = dice.choice(measured)
        units = [unit for units in SEMANTIC.values() for unit in units]
        wrong = [
            dice.choice(units),
            "kelvins",
            ["kelvin"],
            ["kelvin", "bar"],
            [],
            None,
            1,
            "dtmi:standard:unit:kelvin;2",
        ]
        node["unit"] = dice.choice(wrong)


def _other_name(model: Any, _node: Node, dice: random.Random) -> None:
    named = [node for node, _ in nodes(model) if "name" in node]
    if named:
        dice.choice(named)["name"] = dice.choice(NAMES)


def _same_name(model: Any, _node: Node, dice: random.Random) -> None:
    """The name of another part, also of another interface."""
    named = [node for node, _ in nodes(model) if "name" in node]
    if len(named) > 1:
        one, other = dice.sample(named, 2)
        one["name"] = other["name"] if dice.random() < 0.8 else str(other["name"]).upper()


def _same_name_beside(model: Any, _node: Node, dice: random.Random) -> None:
    lists = [value for node, _ in nodes(model) for value in node.values() if isinstance(value, list) and len(value) > 1]
    lists = [each for each in lists if all(isinstance(part, dict) and "name" in part for part in each)]
    if lists:
        one, other = dice.sample(dice.choice(lists), 2)
        one["name"] = other["name"]


def _same_value(model: Any, _node: Node, dice: random.Random) -> None:
    enums = [node["enumValues"] for node, _ in nodes(model) if len(node.get("enumValues") or ()) > 1]
    if enums:
        one, other = dice.sample(dice.choice(enums), 2)
        one["enumValue"] = other["enumValue"]


def _other_enum(model: Any, _node: Node, dice: random.Random) -> None:
    enums = [node for node, _ in nodes(model) if isinstance(node.get("enumValues"), list)]
    if enums:
        node = dice.choice(enums)
        change = dice.choice(["schema", "value", "many", "none"])
        if change == "schema":
            node["valueSchema"] = dice.choice(["string", "integer", "double", ["integer"], "boolean", "long"])
        elif change == "none":
            node["enumValues"] = []
        elif change == "many":
            count = dice.choice([2, 3, 4, 100, 101])
            node |= {"valueSchema": "integer"}
            node["enumValues"] = [{"name": f"m{each}", "enumValue": each} for each in range(count)]
        elif node["enumValues"]:
            dice.choice(node["enumValues"])["enumValue"] = dice.choice(
                [1, 1.0, 1.5, True, "1", None, 2**31, [1], {"@value": 1}]
            )


def _other_identifier(model: Any, node: Node, dice: random.Random) -> None:
    identified = [each for each, _ in nodes(model) if "@id" in each]
    dice.choice([node, dice.choice(identified) if identified else node])["@id"] = dice.choice(IDENTIFIERS)


def _same_identifier(model: Any, node: Node, dice: random.Random) -> None:
    identified = [each for each, _ in nodes(model) if "@id" in each]
    if identified:
        node["@id"] = dice.choice(identified)["@id"]


def _other_context(model: Any, node: Node, dice: random.Random) -> None:
    tops = [each for each, _ in nodes(model) if "@context" in each]
    dice.choice([node, *tops, *tops])["@context"] = copy.deepcopy(dice.choice(CONTEXTS))


def _added_context(model: Any, _node: Node, dice: random.Random) -> None:
    tops = [each for each, _ in nodes(model) if "@context" in each]
    if tops:
        node = dice.choice(tops)
        old = node["@context"] if isinstance(node["@context"], list) else [node["@context"]]
        more = dice.choice([each for each in CONTEXTS if isinstance(each, str)])
        node["@context"] = [*old, more] if dice.random() < 0.6 else [more, *old]


def _reference(model: Any, _node: Node, dice: random.Random) -> None:
    """A reference to another part, right or wrong."""
    identified = [each["@id"] for each, _ in nodes(model) if isinstance(each.get("@id"), str)]
    places = [
        (node, key) for node, _ in nodes(model) for key in ("schema", "extends", "elementSchema", "target", "request")
        if key in node
    ]  # fmt: skip
    if identified and places:
        node, key = dice.choice(places)
        text = dice.choice([*identified, *identified, "dtmi:not:there;1"])
        text = text.swapcase().replace("DTMI", "dtmi") if dice.random() < 0.1 else text
        node[key] = dice.choice([text, text, [text], {"@id": text}, [text, text]])


def _extends(model: Any, _node: Node, dice: random.Random) -> None:
    """More to inherit from: oneself, several, a chain, one in place."""
    interfaces = [each for each, key in nodes(model) if "contents" in each]
    if interfaces:
        node = dice.choice(interfaces)
        others = [each["@id"] for each in interfaces if "@id" in each] or ["dtmi:a;1"]
        node["extends"] = dice.choice([
            dice.choice(others), others, [dice.choice(others)] * 2, {"@type": "Interface", "@id": "dtmi:in:place;1"},
            [{"@type": "Interface", "@id": f"dtmi:in:p{each};1"} for each in range(dice.choice([2, 3]))], [],
        ])  # fmt: skip


def _chain(model: Any, _node: Node, dice: random.Random) -> Any:
    """A chain of interfaces that inherit from each other."""
    version = dice.choice([2, 3, 4])
    length = dice.choice([2, 9, 10, 11, 12, 13])
    context = f"dtmi:dtdl:context;{version}"
    made: list[Node] = [
        {"@context": context, "@id": f"dtmi:c{each};1", "@type": "Interface", "extends": f"dtmi:c{each + 1};1"}
        for each in range(length)
    ]
    last: Node = {"@context": context, "@id": f"dtmi:c{length};1", "@type": "Interface"}
    if dice.random() < 0.2:
        last["extends"] = "dtmi:c1;1"
    dice.shuffle(made)
    return [*made, last]


def _deep(model: Any, _node: Node, dice: random.Random) -> None:
    """A schema with many levels."""
    places = [(node, key) for node, _ in nodes(model) for key in ("schema", "elementSchema") if key in node]
    if places:
        node, key = dice.choice(places)
        schema: Any = dice.choice(["double", "double", "point", "polygon"])
        for level in range(dice.randint(1, 9)):
            kind = dice.choice(["Array", "Object", "Map"])
            if kind == "Array":
                schema = {"@type": "Array", "elementSchema": schema}
            elif kind == "Object":
                schema = {"@type": "Object", "fields": [{"name": f"l{level}", "schema": schema}]}
            else:
                value = {"name": "v", "schema": schema}
                schema = {"@type": "Map", "mapKey": {"name": "k", "schema": "string"}, "mapValue": value}
        node[key] = schema


def _cyclic_schema(model: Any, _node: Node, dice: random.Random) -> None:
    """A schema that contains itself, directly or by another."""
    interfaces = [each for each, _ in nodes(model) if "contents" in each]
    if interfaces:
        node = dice.choice(interfaces)
        inner = dice.choice(["dtmi:loop:a;1", "dtmi:loop:b;1"])
        node["schemas"] = [
            {"@id": "dtmi:loop:a;1", "@type": "Array", "elementSchema": inner},
            {"@id": "dtmi:loop:b;1", "@type": "Object", "fields": [{"name": "f", "schema": "dtmi:loop:a;1"}]},
        ]


def _many(model: Any, _node: Node, dice: random.Random) -> None:
    """As many parts as a version allows, or one more."""
    objects = [node for node, _ in nodes(model) if "fields" in node or "contents" in node]
    if objects:
        node = dice.choice(objects)
        if "fields" in node:
            count = dice.choice([0, 1, 2, 30, 31])
            node["fields"] = [{"name": f"m{each}", "schema": "double"} for each in range(count)]
        else:
            count = dice.choice([0, 0, 1, 2, 3, 300, 301])
            node["contents"] = [{"@type": "Command", "name": f"m{each}"} for each in range(count)]


def _other_map(model: Any, _node: Node, dice: random.Random) -> None:
    maps = [node for node, _ in nodes(model) if isinstance(node.get("mapKey"), dict)]
    if maps:
        wrong = ["integer", "string", ["string"], "dtmi:dtdl:instance:Schema:string;2", {}]
        dice.choice(maps)["mapKey"]["schema"] = dice.choice(wrong)


def _nested_component(model: Any, _node: Node, dice: random.Random) -> None:
    interfaces = [each for each, _ in nodes(model) if "contents" in each and "@id" in each]
    if interfaces:
        node = dice.choice(interfaces)
        if isinstance(node["contents"], list):
            node["contents"].append({"@type": "Component", "name": "part", "schema": dice.choice(interfaces)["@id"]})


def _moved(model: Any, node: Node, dice: random.Random) -> None:
    """A part where another stands."""
    found = [each for each, _ in nodes(model)]
    other = copy.deepcopy(dice.choice(found))
    key = dice.choice(sorted(node))
    node[key] = dice.choice([other, [other]])


def _single(model: Any, _node: Node, dice: random.Random) -> None:
    """A list where one stands, one where a list stands."""
    places = [(node, key) for node, _ in nodes(model) for key in node]
    node, key = dice.choice(places)
    value = node[key]
    node[key] = value[0] if isinstance(value, list) and value else [value]


def _full_key(model: Any, node: Node, dice: random.Random) -> None:
    """A key written as a full identifier."""
    keys = [key for key in node if not key.startswith("@")]
    if keys:
        key = dice.choice(keys)
        full = f"dtmi:dtdl:property:{key};{dice.choice([2, 3, 4])}"
        node[full] = node[key] if dice.random() < 0.2 else node.pop(key)


def _extension(model: Any, _node: Node, dice: random.Random) -> None:
    """Something wrong with what an extension adds."""
    text = json.dumps(model)
    change = dice.choice(["annotates", "overrides", "index", "telemetryTopic", "payloadFormat"])
    places = [node for node, _ in nodes(model) if change in node]
    if places:
        node = dice.choice(places)
        node[change] = dice.choice([None, 1, 0, "unit", "a//b", "$x/y", "a/{b}/c", "nothing", ["unit"], text[:5]])


def _as_it_is(_model: Any, _node: Node, _dice: random.Random) -> None:
    """No change: the model is right."""


MUTATIONS: list[Callable[[Any, Node, random.Random], Any]] = [
    _misspell_key, _drop_key, _add_key, _wrong_value, _plain_value, _plain_value, _wrong_word, _wrong_word, _wrong_type,
    _add_type, _add_type, _other_unit, _other_name, _same_name, _same_name_beside, _same_value, _other_enum,
    _other_identifier, _same_identifier, _other_context, _added_context, _reference, _extends, _chain, _deep,
    _cyclic_schema, _many, _other_map, _nested_component, _moved, _single, _full_key, _extension, _as_it_is, _as_it_is,
]  # fmt: skip
