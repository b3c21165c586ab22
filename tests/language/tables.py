"""Models that are wrong in one place of a table: each key of each element with many values, types, and contexts.

Beside `mutations`, which changes random models, these reach every place with every form of value.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from tests.language.mutations import CONTEXTS, IDENTIFIERS, KEYS, NAMES, VALUES, WORDS

Node = dict[str, Any]
Case = tuple[str, Any]
_EXTENSION = "dtmi:dtdl:extension:"
OTHER = "dtmi:other:b;1"
_OBJECT: Node = {"@type": "Object", "fields": [{"name": "a", "schema": "double"}]}
_ENUM: Node = {"@type": "Enum", "valueSchema": "integer", "enumValues": [{"name": "x", "enumValue": 1}]}
_KEY: Node = {"name": "k", "schema": "string"}
_VALUE: Node = {"name": "w", "schema": "double"}
# What stands where an element may: references of all kinds, schemas in place, and objects that are none.
_PARTS: list[Any] = [
    "dtmi:own:obj;1", "dtmi:own:enum;1", "dtmi:other:obj;1", OTHER, "dtmi:main:a;1", "dtmi:other:tele;1",
    "dtmi:" + "a" * 2041 + ";1", "dtmi:" + "a" * 2042 + ";1", "dtmi:dtdl:instance:CommandType:synchronous;2",
    "dtmi:standard:schema:geospatial:point;2", "dtmi:dtdl:class:Double;2", ["dtmi:own:obj;1", "dtmi:own:obj;1"],
    [OTHER, OTHER], {"@id": "dtmi:own:obj;1"}, {"@value": ["double"]}, {"@value": "x", "@type": ["xsd:string"]},
    _OBJECT, [_OBJECT], [_OBJECT, _OBJECT], _ENUM, {"@type": "Array", "elementSchema": "double"},
    {"@type": "Map", "mapKey": _KEY, "mapValue": _VALUE}, {"@type": "Double"}, {"@type": "Schema"}, {"@type": "Foo"},
    _OBJECT | {"@id": "dtmi:own:obj;1"}, [_VALUE], [_VALUE, _VALUE], {"@type": "Field"} | _VALUE,
    [{"name": "x", "enumValue": "a"}], {"@type": "Interface", "@id": "dtmi:in:place;1"}, {"@type": "Interface"},
    [{"@type": "Telemetry"} | _VALUE], {"@type": "Property"} | _VALUE, [{"@type": "Command", "name": "n"}],
    {"@type": "CommandRequest"} | _VALUE, {"@type": "CommandPayload"} | _VALUE,
]  # fmt: skip
_MORE_CONTEXTS: list[Any] = [
    "dtmi:dtdl:context;02", "dtmi:dtdl:context;0", "dtmi:dtdl:context;4#", "dtmi:dtdl:context;2#limitless",
    "dtmi:dtdl:limits:onvif;2", "dtmi:dtdl:limits:onvif", "dtmi:dtdl:limits:foo;1", "dtmi:foo:_b;1", "dtmi:foo:bar;1.1",
    f"{_EXTENSION}quantitativeTypes;1.1", f"{_EXTENSION}mqtt;2", f"{_EXTENSION}foo;1", "dtmi:iotcentral:context;3",
]  # fmt: skip
_EXTENSIONS: dict[int, list[list[str]]] = {
    2: [[], ["dtmi:iotcentral:context;2"], ["dtmi:foo:bar;1"]],
    3: [[], [f"{_EXTENSION}quantitativeTypes;1"], [f"{_EXTENSION}mqtt;1"], [f"{_EXTENSION}mqtt;2"]],
    4: [[], [f"{_EXTENSION}quantitativeTypes;2"], [f"{_EXTENSION}mqtt;2"], [f"{_EXTENSION}annotation;2"]],
}
_TYPES = [
    *WORDS, "Temperature", "Concentration", "ValueAnnotation", "Override", "Mqtt", "Indexed", "Idempotent", "Cacheable",
    "Transparent", "SymbolicUnit", "DecimalUnit", "BinaryUnit", "RatioUnit", "UnitPrefix", "AngleUnit", "Alias",
    "AdjunctType", "SemanticUnit", "Unit", "CommandType", "Decimal", "kilo", "name", "unit", "Streaming", "9Foo",
    "dtmi:foo:bar", "dtmi:foo;1.2", "dtmi:dtdl:class:Telemetry;3", "dtmi:dtdl:class:Entity;2", "http://a.b/c",
]  # fmt: skip
_BESIDE: list[Node] = [
    {}, {"unit": "kelvin"}, {"unit": "radian"}, {"annotates": "near"}, {"overrides": "unit"}, {"payloadFormat": "x"},
    {"index": 1}, {"ttl": "PT1S"}, {"symbol": "s"}, {"baseUnit": "metre"}, {"topUnit": "metre", "bottomUnit": "second"},
    {"symbol": "s", "exponent": 3}, {"foo": 1}, {"schema": "string"}, {"schema": _OBJECT},
    {"schema": "TemperatureUnit"},
]  # fmt: skip


def cases(count: int, dice: random.Random) -> list[Case]:
    """So many models, each with the kind of what is odd in it."""
    makers = (_key, _key, _key, _type, _type, _context, _twice, _unit)
    return [dice.choice(makers)(dice) for _ in range(count)]


def _telemetry(schema: Any) -> Node:
    return {"@type": "Telemetry", "name": "tt", "schema": schema}


def _field(element: Node) -> Node:
    return _telemetry({"@type": "Object", "fields": [element]})


def _map(**parts: Node) -> Node:
    return _telemetry({"@type": "Map", "mapKey": _KEY, "mapValue": _VALUE} | parts)


def _hosts(version: int) -> dict[str, tuple[Node, Callable[[Node], Node]]]:
    """Each kind of element, with what makes a part of an interface of it."""
    request, response = ("CommandPayload",) * 2 if version == 2 else ("CommandRequest", "CommandResponse")
    command: Node = {"@type": "Command", "name": "c"}
    related: Node = {"@type": "Relationship", "name": "r"}
    return {
        "Telemetry": (_telemetry("double"), lambda each: each),
        "Property": ({"@type": "Property", "name": "p", "schema": "double", "writable": True}, lambda each: each),
        "Command": (command | {"request": _VALUE, "response": _VALUE}, lambda each: each),
        "Relationship": (related | {"target": OTHER}, lambda each: each),
        "Component": ({"@type": "Component", "name": "k", "schema": OTHER}, lambda each: each),
        "Request": ({"@type": request} | _VALUE, lambda each: command | {"request": each}),
        "Response": ({"@type": response} | _VALUE, lambda each: command | {"response": each}),
        "Array": ({"@type": "Array", "elementSchema": "double"}, _telemetry),
        "Object": (_OBJECT, _telemetry),
        "Enum": (_ENUM, _telemetry),
        "Map": ({"@type": "Map", "mapKey": _KEY, "mapValue": _VALUE}, _telemetry),
        "Field": ({"@type": "Field"} | _VALUE, _field),
        "EnumValue": ({"@type": "EnumValue", "name": "f", "enumValue": 1},
                      lambda each: _telemetry(_ENUM | {"enumValues": [each]})),
        "MapKey": ({"@type": "MapKey"} | _KEY, lambda each: _map(mapKey=each)),
        "MapValue": ({"@type": "MapValue"} | _VALUE, lambda each: _map(mapValue=each)),
        "Property of a Relationship": ({"@type": "Property"} | _VALUE, lambda each: related | {"properties": [each]}),
    }  # fmt: skip


def _model(version: int, extensions: list[str], *contents: Node) -> list[Node]:
    """An interface with these contents, and another that it may refer to."""
    context = [f"dtmi:dtdl:context;{version}", *extensions]
    schemas = [_OBJECT | {"@id": "dtmi:own:obj;1"}, _ENUM | {"@id": "dtmi:own:enum;1"}]
    main = {"@context": context, "@id": "dtmi:main:a;1", "@type": "Interface", "contents": list(contents)}
    told = _telemetry("double") | {"@id": "dtmi:other:tele;1"}
    other = {"@context": context, "@id": OTHER, "@type": "Interface", "contents": [told]}
    return [main | {"schemas": schemas}, other | {"schemas": [_OBJECT | {"@id": "dtmi:other:obj;1"}]}]


def _placed(dice: random.Random, change: Callable[[Node], None]) -> Any:
    """A model in which one element was changed."""
    version = dice.choice((2, 3, 4))
    extensions = dice.choice(_EXTENSIONS[version])
    hosts = _hosts(version)
    kind = dice.choice([*hosts, "Interface", "schemas"])
    near = _telemetry("double") | {"name": "near"}
    if kind in hosts:
        element, placed = copy.deepcopy(hosts[kind])
        change(element)
        return copy.deepcopy(_model(version, extensions, placed(element), near))
    made = copy.deepcopy(_model(version, extensions, near))
    change(made[0] if kind == "Interface" else made[0]["schemas"][0])
    return made


def _key(dice: random.Random) -> Case:
    """One key with another value, one more key, or one less."""

    def change(element: Node) -> None:
        own = sorted(element)
        key = dice.choice(own) if dice.random() < 0.5 else dice.choice([*KEYS, "@value", ""])
        if dice.random() < 0.1 and key in element:
            del element[key]
        else:
            element[key] = copy.deepcopy(dice.choice([*VALUES, *_PARTS, *_PARTS, *WORDS, *NAMES, *IDENTIFIERS]))

    return "a key", _placed(dice, change)


def _type(dice: random.Random) -> Case:
    """Other types, with the keys of extensions beside them."""

    def change(element: Node) -> None:
        kind = element["@type"]
        types = [dice.choice(_TYPES) for _ in range(dice.choice((1, 1, 2)))]
        element["@type"] = dice.sample([kind, *types], len(types) + 1) if dice.random() < 0.8 else types
        for _ in range(dice.choice((0, 1, 2))):
            element.update(copy.deepcopy(dice.choice(_BESIDE)))

    return "a type", _placed(dice, change)


def _context(dice: random.Random) -> Case:
    """Contexts of all kinds, of an interface or of what is in it."""
    texts = [each for each in CONTEXTS if isinstance(each, str)] + _MORE_CONTEXTS
    several = [f"dtmi:dtdl:context;{dice.choice((2, 3, 4))}", *dice.sample(texts, dice.choice((1, 1, 2)))]
    context = copy.deepcopy(dice.choice([several, several, dice.choice(CONTEXTS), dice.choice(_MORE_CONTEXTS)]))
    made = copy.deepcopy(_model(dice.choice((2, 3, 4)), [], _telemetry(dice.choice(("double", "byte", "geopoint")))))
    (made[0] if dice.random() < 0.7 else made[0]["contents"][0])["@context"] = context
    return "a context", made


def _twice(dice: random.Random) -> Case:
    """The same element in two places, by its identifier, or too many of them."""
    version = dice.choice((2, 3, 4))
    own = "dtmi:own:part;1"
    field = _VALUE | {"@id": own}
    told = _telemetry("double") | {"@id": own}
    value = {"@id": own, "name": "e", "enumValue": 1}
    part = {"@type": "Property"} | field
    contents: list[Any] = dice.choice([
        [told, own], [told, own, own], [_telemetry({"@type": "Object", "fields": [field, own]})],
        [_telemetry(_ENUM | {"enumValues": [value, own]})], [part, {"@type": "Relationship", "name": "z",
                                                                   "properties": [own, own]}],
        [{"@type": "Command", "name": "c", "request": field}, {"@type": "Command", "name": "d", "request": own}],
        [_telemetry(_OBJECT | {"fields": [_VALUE | {"name": f"f{each}"} for each in range(dice.choice((30, 31)))]})],
    ])  # fmt: skip
    made = copy.deepcopy(_model(version, [], *contents))
    if dice.random() < 0.3:
        made[0]["extends"] = [OTHER] * dice.choice((1, 2, 3))
    elif version > 2 and dice.random() < 0.02:
        made[0]["description"] = {f"{one}{other}": "x" * 500 for one in "abcdefgh" for other in "abcdefgh"}
        made[0]["contents"] = [
            {"@type": "Command", "name": f"c{each}", "description": made[0]["description"]}
            for each in range(dice.choice((28, 36)))
        ]
    return "a part twice", made


_UNITS: list[Any] = [
    "metre", "byte", "percent", "kilo", "kibi", "LengthUnit", "foo", "", "dtmi:own:unit;1", "dtmi:own:enum;1", None, 1,
    "dtmi:own:obj;1", "dtmi:not:there;1", "dtmi:standard:unit:metre;2", f"{_EXTENSION}quantitativeTypes:v1:unit:metre",
    f"{_EXTENSION}quantitativeTypes:v2:unit:metre", f"{_EXTENSION}quantitativeTypes:v2:unitprefix:kilo",
    f"{_EXTENSION}quantitativeTypes:v2:enum:LengthUnit", [], ["metre"], ["metre", "second"], {},
    {"@id": "dtmi:own:a;1"},
]  # fmt: skip
_UNIT_KEYS: dict[str, Node] = {
    "SymbolicUnit": {"symbol": "s"}, "DecimalUnit": {"baseUnit": "metre", "prefix": "kilo"},
    "BinaryUnit": {"baseUnit": "bit", "prefix": "kibi"}, "RatioUnit": {"topUnit": "metre", "bottomUnit": "second"},
    "UnitPrefix": {"symbol": "s", "exponent": 3},
}  # fmt: skip


def _unit(dice: random.Random) -> Case:
    """A unit that the model defines, and where a unit or a type of units is named."""
    version = dice.choice((3, 4))
    kind = dice.choice(sorted(_UNIT_KEYS))
    own: Node = {"@id": "dtmi:own:unit;1", "@type": ["EnumValue", kind], "name": "own", "enumValue": "own"}
    own |= _UNIT_KEYS[kind]
    far: Node = {"@type": ["Telemetry", "Distance"], "name": "far", "schema": "double", "unit": "metre"}
    change = dice.choice(("own", "own", "unit", "schema", "drop", "none"))
    if change == "own":
        own[dice.choice(sorted(_UNIT_KEYS[kind]))] = copy.deepcopy(dice.choice([*_UNITS, *VALUES]))
    elif change == "drop":
        del own[dice.choice(sorted(_UNIT_KEYS[kind]))]
    elif change == "unit":
        far["unit"] = copy.deepcopy(dice.choice(_UNITS))
    elif change == "schema":
        far = _telemetry(copy.deepcopy(dice.choice(_UNITS)))
    made = copy.deepcopy(_model(version, [f"{_EXTENSION}quantitativeTypes;{version - 2}"], far))
    enum = {"@id": "dtmi:own:units;1", "@type": "Enum", "valueSchema": "string", "enumValues": [own]}
    made[0]["schemas"].append(enum)
    return "a unit", made
